"""Resources as CSV: taken in from files, also those of others, and handed out."""
