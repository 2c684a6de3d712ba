"""What happened: one append-only table from which timeline, audit, figures, notices and live updates all start.

Owns `Event` and `Actor`. Knows nobody who reacts; it has no foreign keys, so that it outlives what it speaks of.
"""
