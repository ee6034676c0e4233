"""Who asks, and may they: tokens, keys, permissions, what was revoked, and the audit."""
