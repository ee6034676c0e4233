"""The pages of actions: those of a connection, one of them, and the question before a way back."""
