"""The floor of the house: errors, encryption, HTML cleaning, addresses, the safe HTTP client, the embedded database.

Nothing here knows what a conversation or a customer is, and nothing here imports another room.
"""
