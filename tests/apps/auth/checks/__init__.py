"""The checks of the OWASP ASVS 5.0 that docs/security.md lists, a class each."""
