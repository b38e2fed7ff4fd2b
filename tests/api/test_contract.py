"""``docs/api.md``: as the promises say it, each held by a test that exists; nothing left out."""

import ast
import re
from pathlib import Path

from api.documentation.contract import PAGE, page, proofs
from api.documentation.promises import ENDPOINTS

ROOT = Path(__file__).parents[2]


def exists(named: str) -> bool:
    place, _, name = named.partition("::")
    if place.endswith(".yml"):
        return f"- name: {name}\n" in (ROOT / place).read_text()
    module = ast.parse((ROOT / "tests" / place).read_text())
    return name in {node.name for node in module.body if isinstance(node, ast.FunctionDef)}


def test_the_page_is_as_the_promises_say_it() -> None:
    assert PAGE.read_text() == page(), "run `python -m api.documentation.contract`"


def test_every_test_that_is_named_exists() -> None:
    assert [named for named in sorted(proofs()) if not exists(named)] == []


def test_every_line_of_the_contract_has_its_promise(shared: Path) -> None:
    text = (shared / "API_CONTRACT.md").read_text()
    lines = re.findall(r"^\| ((?:GET|POST|PATCH) `[^`]+`)", text, flags=re.MULTILINE)
    assert len(lines) == 17
    assert [re.sub(r" \(root\)", "", line) for line in lines] == [one.line for one in ENDPOINTS]
