"""Refunds: how much was paid back, and each one."""
