"""The true figures of a shop, computed from its facts alone.

Shares no arithmetic with the shop's own books (`sandbox.state`), so that one checks the other.
"""
