"""Privacy: what is held about a person, its erasure, and what keeps the erased erased."""
