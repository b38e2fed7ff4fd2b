"""Small files with an owner: sizes of files and functions, docstrings that say what is owned."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

Kind = Callable[[str], dict[Path, str]]
LONGEST_PYTHON_FILE = 250
LONGEST_SQL_MODEL = 120
LONGEST_FUNCTION = 50
LONGEST_DOCSTRING = 12
LONGEST_COMMENT = 6
ROOMS = {"warehouse", "pipelines", "orchestration", "api", "sandbox", "shopmart", "benchmarks"}
NAMES_OF_NOTHING = {"utils", "util", "helpers", "helper", "common", "misc", "shared", "base"}


@pytest.fixture(scope="module")
def modules(of_kind: Kind) -> dict[Path, ast.Module]:
    """Every Python file, parsed."""
    return {path: ast.parse(text) for path, text in of_kind(".py").items()}


def functions(module: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method of a module."""
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """The lines of a function without its decorators."""
    return (node.end_lineno or node.lineno) - node.lineno + 1


def test_no_python_file_is_longer_than_a_person_reads_at_once(of_kind: Kind) -> None:
    long = {
        str(path): lines
        for path, text in of_kind(".py").items()
        if (lines := len(text.splitlines())) > LONGEST_PYTHON_FILE
    }
    assert long == {}


def test_no_sql_file_is_longer_than_a_model_may_be(of_kind: Kind) -> None:
    long = {
        str(path): lines
        for path, text in of_kind(".sql").items()
        if (lines := len(text.splitlines())) > LONGEST_SQL_MODEL
    }
    assert long == {}


def test_no_function_is_longer_than_fifty_lines(modules: dict[Path, ast.Module]) -> None:
    long = {
        f"{path}:{function.name}": length(function)
        for path, module in modules.items()
        for function in functions(module)
        if length(function) > LONGEST_FUNCTION
    }
    assert long == {}


def test_nine_of_ten_functions_are_under_thirty_lines(modules: dict[Path, ast.Module]) -> None:
    lengths = sorted(
        length(function)
        for path, module in modules.items()
        if path.parts[0] in ROOMS
        for function in functions(module)
    )
    assert lengths[int(len(lengths) * 0.9)] <= 30


def test_every_module_opens_by_saying_what_it_owns(modules: dict[Path, ast.Module]) -> None:
    mute = [str(path) for path, module in modules.items() if not ast.get_docstring(module)]
    assert mute == []


def test_no_opening_docstring_is_an_essay(modules: dict[Path, ast.Module]) -> None:
    long = {
        str(path): lines
        for path, module in modules.items()
        if (lines := len((ast.get_docstring(module) or "").splitlines())) > LONGEST_DOCSTRING
        and path.name != "errors.py"  # draws the tree of its errors
    }
    assert long == {}


def test_no_comment_is_longer_than_six_lines(of_kind: Kind) -> None:
    long = []
    for path, text in of_kind(".py").items():
        block = 0
        for number, line in enumerate(text.splitlines(), start=1):
            block = block + 1 if line.lstrip().startswith("#") else 0
            if block > LONGEST_COMMENT:
                long.append(f"{path}:{number}")
    assert long == []


def test_no_module_is_a_drawer_for_anything(modules: dict[Path, ast.Module]) -> None:
    drawers = [str(path) for path in modules if NAMES_OF_NOTHING & {path.stem, path.parent.name}]
    assert drawers == []


def test_every_mart_has_its_contract_beside_it(of_kind: Kind, files: list[Path]) -> None:
    marts = [path for path in of_kind(".sql") if path.is_relative_to("dbt_project/models/marts")]
    known = set(files)
    assert [str(path) for path in marts if path.with_suffix(".yml") not in known] == []
