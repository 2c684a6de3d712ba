"""The face of the product for agents and administrators: views, forms and templates over the rooms below.

No tables and no rules live here. A view parses, asks one query or one action, and renders; the modules beside the
views put rows into words (`rows`, `entries`, `sentences`, `rail`) so that templates only write text.
"""
