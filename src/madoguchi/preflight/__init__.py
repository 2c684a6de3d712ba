"""Pre-flight (送信前チェック): what is wrong with a letter, found before it leaves.

Given a letter (`Outgoing`), what surrounds it (`Surroundings`) and what is set (`Rulebook`), `examine` says what it
found, each with the words, the reason and where possible the repair. The checks are pure and stand in `checks` in their
order; `politeness` is the 敬語 lint. Owns the settings: levels per 窓口 and role, watched words, silenced rules.
Gathering what surrounds a letter and asking at the moment of sending is the business of `conversations`.
"""
