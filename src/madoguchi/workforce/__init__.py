"""The life of a shift: who is ready or away, handing conversations over, and what the next shift must know.

Owns PresenceSpan, Bulletin and its receipts. What a conversation is and who may have it stays with `conversations`.
"""
