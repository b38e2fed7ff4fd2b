"""Repeatable measurements; docs/benchmarks.md holds what they printed."""
