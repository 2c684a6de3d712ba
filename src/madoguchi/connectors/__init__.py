"""Plugs: one folder for each kind of channel, with everything that changes together with it.

Connectors know rooms below them and never each other or a face.
"""
