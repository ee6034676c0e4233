"""The HTTP API of agentkit."""
