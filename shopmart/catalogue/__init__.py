"""What the models say of themselves: the metric catalogue and the pages that are made from it.

The source is the YAML beside the models, and only that: `python -m shopmart.catalogue` writes
`docs/metrics.md`, `docs/compat.md` and the words that the API's documentation shows.
"""
