"""What changes conversations, one module a subject.

Messages in, replies, approvals, delivery marks, locks, drafts, notes, triage (status, people, tags), restructure
(split, join), undo, views.
"""
