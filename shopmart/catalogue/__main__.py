"""Writes what is made from the models' words: two pages of `docs/` and the API's own."""

import json
import sys
from pathlib import Path

from pipelines.build.project import PROJECT
from shopmart.catalogue.errors import CatalogueError
from shopmart.catalogue.metrics import catalogue
from shopmart.catalogue.models import marts, models
from shopmart.catalogue.pages import api_words, compat_page, metrics_page


def files() -> dict[Path, str]:
    """Every file that is made, with its text."""
    metrics = catalogue(marts())
    words = json.dumps(api_words(metrics), ensure_ascii=False, indent=2)
    return {
        PROJECT / "docs" / "metrics.md": metrics_page(metrics),
        PROJECT / "docs" / "compat.md": compat_page(models("compat")),
        PROJECT / "api" / "documentation" / "metrics.json": f"{words}\n",
    }


def main() -> None:
    """Write them; exit 1 with the file and the cure when the models' words cannot be."""
    try:
        made = files()
    except CatalogueError as error:
        sys.exit(f"error: {error}")
    for path, text in made.items():
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
