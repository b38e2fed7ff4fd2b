"""Starting a sync by hand and saying how the last one went."""
