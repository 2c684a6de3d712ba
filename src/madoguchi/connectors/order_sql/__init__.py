"""Any order system whose PostgreSQL may be read."""
