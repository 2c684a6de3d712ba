"""When a 窓口 is open: business hours, holidays of Japan, closed days of one's own, and business-minute arithmetic.

Owns BusinessCalendar. What a calendar says is a `Plan` (plan.py); a day of it is decided in days.py; compiled.py makes
of it a table of open times, on which reckoning.py counts. Which 窓口 has which calendar is the business of `channels`.
"""
