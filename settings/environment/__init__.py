"""The settings of a slice by topic; a setting is read and described in one place here."""
