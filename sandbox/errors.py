"""What the sandbox refuses, each with its cure.

SandboxError
├── UnknownShop      no shop of that domain
├── UnknownKind      no event kind of that name
├── BadParameter     a parameter of an event, knob or fault that cannot be
├── NothingSuitable  no order or customer that the event could happen to
├── StateMismatch    a state file that is none, or belongs to another world
├── PortTaken        a port that cannot be had (serving)
└── NotStarted       a server thread that does not come up (serving)
"""

from __future__ import annotations


class SandboxError(Exception):
    """Root of what the sandbox refuses."""


class UnknownShop(SandboxError):
    """Raised for a domain that no shop of this world has."""


class UnknownKind(SandboxError):
    """Raised for an event kind that the registry does not know."""


class BadParameter(SandboxError):
    """Raised for a parameter whose value cannot be used."""


class NothingSuitable(SandboxError):
    """Raised when no order or customer is in the state that the event needs."""


class StateMismatch(SandboxError):
    """Raised when a state file was written for other shops, orders or seed."""
