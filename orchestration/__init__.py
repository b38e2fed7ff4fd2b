"""What Dagster starts, watches and shows; every asset's body is one call into ``pipelines``."""
