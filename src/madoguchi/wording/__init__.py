"""Wording: templates (テンプレート) and phrases (定型句), their history, their use, and the fields that are filled in.

Owns Template, TemplateFile, TemplateVersion, Favourite and Use. Writes no letter and forbids none: whether an unfilled
field may leave is a matter of the checks before sending, how text gets into a letter one of the faces.
"""
