"""お約束: what we told customers we would do by when. Offered when a text says so, kept in a ledger, watched.

Owns Promise. recognising.py finds promises in a text (pure); actions.py keeps the ledger; jobs are in `flows`.
Nothing is stored before a person says so. Reading dates is the business of `calendars.written`.
"""
