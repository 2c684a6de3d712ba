"""Madoguchi (窓口): the open customer-support desk. The rooms and their order: docs/architecture.md."""

__version__ = "0.1.0"
