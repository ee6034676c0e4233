"""The agentkit service."""
