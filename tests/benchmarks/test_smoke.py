"""The benchmarks run at tiny sizes, and their figures are figures."""

import json
from pathlib import Path

import pytest

from benchmarks import wrk
from benchmarks.__main__ import main
from benchmarks.frame import Row, ratio

pytestmark = pytest.mark.slow


def figures(text: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(text.splitlines()[-1])["figures"]
    return found


def test_serving_is_measured_for_every_list_and_figure(capsys: pytest.CaptureFixture[str]) -> None:
    main(["serve", "--tiny", "--json"])
    told = figures(capsys.readouterr().out)
    cold = {str(row["what"]) for row in told if row["unit"] == "ms, cold"}
    lists = ("orders", "customers", "products", "checkouts", "refunds")
    assert cold >= {f"{name}, last page, large" for name in lists}
    assert cold >= {"metrics, small", "metrics, large", "sync status, large"}
    assert all(float(str(row["median"])) > 0 for row in told)


@pytest.mark.skipif(not wrk.is_present(), reason="wrk is not on the PATH")
def test_landing_is_measured_beside_what_it_is_compared_with(
    capsys: pytest.CaptureFixture[str],
) -> None:
    main(["landing", "--tiny", "--json"])
    told = figures(capsys.readouterr().out)
    assert {str(row["what"]).partition(",")[0] for row in told} == {
        *("ours", "one INSERT each", "hello world")
    }


def test_without_its_client_a_benchmark_says_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    main(["landing", "--tiny"])
    assert "apt-get install wrk" in capsys.readouterr().out
    with pytest.raises(SystemExit, match="apt-get install wrk"):
        wrk.load("http://127.0.0.1:9/", connections=1, seconds=1)


def test_a_name_that_is_none_is_told_with_those_that_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        main(["latency"])
    assert "there are ['serve', 'landing']" in capsys.readouterr().err


def test_a_figure_is_the_median_of_its_rounds_beside_its_spread() -> None:
    row = Row("serve", "metrics", "ms", [4.0, 1.0, 2.0], ratio([4.0], [2.0, 2.0, 8.0]), "half")
    assert row.median == 2.0
    assert "1 to 4" in row.line
    assert row.line.endswith("2.00 x half")
    assert ratio([1.0], []) is None
