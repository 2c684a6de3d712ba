"""The heart: conversations, their messages, notes, drafts, locks, tags, views, and who may see them.

Owns Conversation, Message, Attachment, Draft, ReplyLock, Tag, Category, SavedView, UndoStep and the maintained counts.
Does not send, notify or run rules: it records events, and `flows` goes on from there.
"""
