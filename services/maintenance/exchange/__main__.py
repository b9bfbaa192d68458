"""Imports and exports CSV: python -m services.maintenance.exchange --help."""

import sys

from services.maintenance.app import all_messages
from services.maintenance.exchange.command import run
from services.maintenance.records.resources import Catalog

if __name__ == "__main__":
    sys.exit(run(Catalog(all_messages())))
