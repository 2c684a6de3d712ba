"""The face for machines: everything a screen can do, as REST under /api/v1, described by OpenAPI 3.1.

Owns no tables and holds no rules: each operation reads by a room's query or calls one of its actions.
"""
