"""What a look at the data finds: of which shop, in words, with the cure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Oddity:
    """One thing that is not as it should be; ``shop`` is its domain, empty when it is nobody's."""

    shop: str
    told: str
    cure: str

    def __str__(self) -> str:
        of = f"{self.shop}: " if self.shop else ""
        return f"{of}{self.told}. Cure: {self.cure}."
