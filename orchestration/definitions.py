"""The entry point of the code location ``shopmart``: reads the settings, assembles the rest."""

from orchestration.assembly import build_definitions
from warehouse.database import with_database
from warehouse.settings import load_settings

defs = build_definitions(with_database(load_settings()))
