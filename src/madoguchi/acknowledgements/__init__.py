"""自動受付メール: a 窓口 tells who begins a conversation that their mail has arrived, by its business hours.

Owns the texts of each 窓口 and whom it has told lately. A machine writes, so it is no answer: status, 返信期限 and
figures stay as they are. Knows conversations and wording; when it happens `flows` says.
"""
