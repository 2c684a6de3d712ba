"""Any order system with an address that answers in JSON."""
