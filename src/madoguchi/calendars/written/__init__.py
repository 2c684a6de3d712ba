"""Dates and times as people write them in Japanese and plain English, recognised and resolved. Pure.

`reading.find_written` is the door: a text and a `Reference` in, places with their moments out. It knows nothing of
what a sentence promises (`promises`) nor of what is wrong with it (`preflight`). Steps: fold (folding.py), find atoms
(patterns.py), say which day (days.py) and time of it (clocks.py) each means, put neighbours together (grouping.py,
reading.py), reckon the moments (moments.py).
"""
