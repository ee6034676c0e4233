"""The settings of a slice by topic; each is read and described in one place.

A service's own settings are those that its manifest (``contract.py``) declares.
"""
