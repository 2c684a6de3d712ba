"""What a channel is: the contract, the registry, the 窓口 (Inbox) and the store of raw messages.

Owns Inbox and RawMessage. Knows no provider: connectors implement the contract and are listed in settings.
"""
