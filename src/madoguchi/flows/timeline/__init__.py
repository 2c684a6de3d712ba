"""One timeline of a person, or of all people of a company: what every room keeps of them, newest first.

No tables: each room gives rows narrowed to what the reader may see (`<room>.of_person`), `sources` says how they become
entries, `reading` merges them page by page, `summary` tells what is open. The faces put entries into words.
"""
