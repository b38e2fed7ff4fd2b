"""``python -m api``: serve the API with the settings of the environment."""

import sys

from api.server import serve
from warehouse.database import with_database
from warehouse.errors import WarehouseError
from warehouse.logs import configure_logging
from warehouse.settings import load_settings


def main() -> None:
    """Serve until stopped; a wrong setting ends it with one line that names the cure."""
    try:
        settings = load_settings()
        configure_logging(settings, service="api")
        serve(with_database(settings))
    except WarehouseError as error:
        sys.exit(f"shopmart api: {error}")


if __name__ == "__main__":
    main()
