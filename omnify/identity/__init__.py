"""Who calls and what they may do: tokens, keys, permissions, revocations, the audit."""
