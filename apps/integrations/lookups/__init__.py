"""What is read of platforms for whoever asks, passed through and kept nowhere."""
