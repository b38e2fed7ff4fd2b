"""The preflight of one tenant: a checklist of what could keep its figures from being right."""

from pipelines.doctor.examination import examine
from pipelines.doctor.findings import Finding

__all__ = ["Finding", "examine"]
