"""What a topology file is turned into: Compose, Kubernetes and gateway files."""
