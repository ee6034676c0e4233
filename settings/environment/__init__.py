"""The settings of a slice by topic; each is read and described by one line of its topic's file.

Topics: ``databases``, ``fleet`` (addresses, bus, calls), ``framework`` (Django's own), ``mail``,
``process`` and ``security``. ``reading`` reads them, ``installed`` chooses apps. A service's own
settings are those that its manifest (``contract.py``) declares.
"""
