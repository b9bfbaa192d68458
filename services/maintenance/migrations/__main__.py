"""Writes the next migration: python -m services.maintenance.migrations 0002 "The tables of …"."""

import sys

from services.maintenance.app import all_messages
from services.maintenance.migrations import write_revision
from services.maintenance.records.resources import Catalog
from services.maintenance.records.tables import tables

if __name__ == "__main__":
    write_revision(tables(Catalog(all_messages())), *sys.argv[1:3])
