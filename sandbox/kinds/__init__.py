"""The kinds of event: one file each, all listed in `registry`."""
