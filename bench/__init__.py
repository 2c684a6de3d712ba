"""Measurements anyone can repeat: `make bench` or `python -m bench NAME`. What each does: bench/README.md."""
