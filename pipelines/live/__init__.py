"""The live loop: a landed webhook becomes a figure within seconds.

One process that works beside any number that stand by. Dagster does the same work by the same
functions when no loop runs; locks of the database keep the two apart.
"""
