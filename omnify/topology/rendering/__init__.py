"""Render topologies as Compose, Kubernetes and gateway files."""
