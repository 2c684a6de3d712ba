"""TEMPOSTAR: one click from a mail to its pages, and its orders as a table."""
