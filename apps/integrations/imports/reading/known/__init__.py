"""What is known of exports, their headers and their languages."""
