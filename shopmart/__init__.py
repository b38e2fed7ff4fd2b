"""The front door: the ``shopmart`` command line."""
