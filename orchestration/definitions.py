"""The entry point of the code location ``shopmart``: reads the settings, assembles the rest."""

from orchestration.assembly import build_definitions
from warehouse.database import with_database
from warehouse.log_lines import is_wrapped
from warehouse.logs import configure_logging
from warehouse.settings import load_settings

settings = load_settings()
# A run has a process of its own that begins here; its parents have set their logs already.
if settings.log_format == "json" and not is_wrapped():
    configure_logging(settings, service="dagster-run")
defs = build_definitions(with_database(settings))
