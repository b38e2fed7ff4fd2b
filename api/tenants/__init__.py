"""Connecting shops and changing their credentials."""
