"""Scrapes of a served API, read as Prometheus reads them."""

import httpx
from prometheus_client.parser import text_string_to_metric_families


class Scrape:
    """The samples of one answer, by name and labels."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._samples = {
            (sample.name, frozenset(sample.labels.items())): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        }

    def get(self, name: str, **labels: str) -> float | None:
        """The value of one series; None where there is none."""
        return self._samples.get((name, frozenset(labels.items())))

    def labels(self, name: str, label: str) -> set[str]:
        """The values that a label has over the series of a name."""
        return {dict(labels)[label] for found, labels in self._samples if found == name}

    def names(self) -> set[str]:
        """Every name that a sample has."""
        return {name for name, _ in self._samples}


def scrape(api: httpx.Client) -> Scrape:
    answer = api.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    return Scrape(answer.text)
