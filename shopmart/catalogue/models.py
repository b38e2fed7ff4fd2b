"""The models as their YAML describes them, words in `doc()` blocks looked up."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

from pipelines.build.project import MODELS
from shopmart.catalogue.errors import CatalogueError

DOC_BLOCK = re.compile(r"\{%\s*docs (\w+)\s*%\}(.*?)\{%\s*enddocs\s*%\}", re.DOTALL)
DOC_CALL = re.compile(r"\{\{\s*doc\('(\w+)'\)\s*\}\}")


@dataclass(frozen=True)
class Column:
    """A column with its type and its words; `meta` is what stands under `config.meta`."""

    name: str
    data_type: str
    description: str
    meta: dict[str, Any]


@dataclass(frozen=True)
class Model:
    """A model with its columns in their order."""

    name: str
    folder: str
    description: str
    columns: tuple[Column, ...]
    meta: dict[str, Any]
    path: Path


def models(folder: str, *, root: Path = MODELS) -> list[Model]:
    """The models of a folder below `models/`, by name."""
    words = _doc_blocks(root)
    found = []
    for path in sorted((root / "models" / folder).glob("*.yml")):
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        found += [_model(path, given, words) for given in document.get("models") or []]
    return found


def marts(*, root: Path = MODELS) -> list[Model]:
    """The models that people query: the ledger first, then the marts by name."""
    ledger = [model for model in models("intermediate", root=root) if model.name == "ledger"]
    return ledger + models("marts", root=root)


@cache
def _doc_blocks(root: Path) -> dict[str, str]:
    files = sorted((root / "models").rglob("*.md"))
    blocks = [found for path in files for found in DOC_BLOCK.findall(path.read_text("utf-8"))]
    return {name: " ".join(text.split()) for name, text in blocks}


def _model(path: Path, given: dict[str, Any], words: dict[str, str]) -> Model:
    return Model(
        name=given["name"],
        folder=path.parent.name,
        description=_told(path, str(given.get("description") or ""), words),
        columns=tuple(
            Column(
                name=column["name"],
                data_type=str(column.get("data_type") or ""),
                description=_told(path, str(column.get("description") or ""), words),
                meta=_meta(column),
            )
            for column in given.get("columns") or []
        ),
        meta=_meta(given),
        path=path,
    )


def _meta(given: dict[str, Any]) -> dict[str, Any]:
    return dict((given.get("config") or {}).get("meta") or {})


def _told(path: Path, text: str, words: dict[str, str]) -> str:
    def look_up(match: re.Match[str]) -> str:
        if (name := match.group(1)) not in words:
            raise CatalogueError(
                f"{path.name} asks for the words {name!r}, which no {{% docs %}} block has: "
                "write the block, or the words themselves"
            )
        return words[name]

    return DOC_CALL.sub(look_up, text)
