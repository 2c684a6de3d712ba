"""苦情・カスハラ・漏えい等事案: records of what went wrong with a customer, for the eyes of those who must see them.

Owns Case with its Complaint, Harassment or Incident, steps, decisions by two people, evidence in a hash chain, and care
of the staff. Nothing of a case stands anywhere else: not in a conversation, its events, the search or counts.
What a case is about (steps, legal days) is data in steps.py and clocks.py, and comes from the law as cited there.
"""
