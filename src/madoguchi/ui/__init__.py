"""The look: base templates, components, style sheets, browser behaviours, icons, words for dates and amounts.

Owns no tables and never queries the database; the faces (desk, portal) fill its templates with finished values.
How to build a screen with it: docs/howto/build-a-screen.md.
"""
