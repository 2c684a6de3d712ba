"""Orders that are brought to us: by a table, by the API, or by a webhook in our own JSON."""
