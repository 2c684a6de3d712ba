"""The story: how a message comes in, what follows an event, how a reply leaves. Owns no tables.

inbound.py and reactions.py tell the product; each should be read in one screen.
"""
