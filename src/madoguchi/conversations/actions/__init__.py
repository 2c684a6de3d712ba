"""What changes conversations, one module a subject: messages in, replies, approvals, delivery marks, locks, drafts,
notes, triage (status, people, tags), restructure (split, join), undo, views."""
