"""Writing to several customers at once (一括返信): the same words, personal to each, as so many ordinary replies.

Owns BulkReply and BulkReplyItem. Each reply passes the same door as any other (`conversations.actions.replies`).
"""
