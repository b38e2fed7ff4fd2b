"""The work itself: Shopify and landed webhooks into the raw tables, and the build of the marts.

Runs without an orchestrator: ``python -m pipelines --help``.
"""

import warnings

# dlt's SQL parser warns of a library that it chose itself; nobody who reads it here can act on it.
warnings.filterwarnings("ignore", message="sqlglotrs is deprecated", category=DeprecationWarning)
