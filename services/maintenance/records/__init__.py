"""Resources of the contracts, kept in a SQL database."""
