"""What the composer tells its author before sending: which rules ask for approval, and why."""

from madoguchi.accounts.models import User
from madoguchi.channels.models import Inbox
from madoguchi.conversations.approval_again import applying_to
from madoguchi.conversations.approval_words import applied_words, read_names
from madoguchi.conversations.models import Conversation, DraftAttachment
from madoguchi.conversations.queries import draft_files
from madoguchi.desk.composing import enclosures_of
from madoguchi.desk.written import Written


def why_needed(author: User, inbox: Inbox, conversation: Conversation | None, written: Written) -> list[str]:
    """The reasons in words, for the letter as it stands in the form; empty when it may leave by itself."""
    files = enclosures_of(_files(author, written))
    found = applying_to(author, inbox, written.letter(files), conversation)
    if not found:
        return []
    names = read_names()
    return [applied_words(each, names) for each in found]


def _files(author: User, written: Written) -> list[DraftAttachment]:
    return list(draft_files(author, written.file_ids)) if written.file_ids else []
