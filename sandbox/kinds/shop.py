"""Kind `shop_update`: the shop moves to another zone or takes another name."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import available_timezones

from sandbox.errors import BadParameter
from sandbox.facts import Fact, ShopChanged
from sandbox.kinds.scene import Kind, Scene
from sandbox.wishes import text


def draft(scene: Scene) -> Sequence[Fact]:
    """Another name, unless only a zone is wished."""
    profile = scene.shop.profile
    zone = text(scene.params, "timezone") or profile.timezone
    if zone not in available_timezones():
        raise BadParameter(f"timezone is {zone!r}; give an IANA name as Europe/Berlin.")
    name = text(scene.params, "name")
    if name is None:
        moved = "timezone" in scene.params
        name = profile.name if moved else f"{profile.name.split(' (')[0]} ({scene.at:%H:%M:%S})"
    return [ShopChanged(scene.at, name, zone)]


SHOP_UPDATE = Kind("shop_update", "the shop's name or zone changes", draft, ("name", "timezone"))
