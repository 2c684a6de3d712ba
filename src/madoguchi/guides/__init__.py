"""What leads people through a matter: checklists, and talk scripts that branch.

Owns their templates and what of them is in use on a conversation. Knows conversations; conversations do not know it:
what of it follows a conversation is a reaction.
"""
