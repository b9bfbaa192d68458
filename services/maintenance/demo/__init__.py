"""A made-up plant that fills a new database, so that there is something to look at; its failures have a known truth."""
