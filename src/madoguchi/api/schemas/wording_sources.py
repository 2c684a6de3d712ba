"""What templates come from and go to: replies, tables, versions beside each other."""

from madoguchi.api.schemas.approval import DiffPieceOut
from madoguchi.api.schemas.base import Moment, Out
from madoguchi.api.schemas.wording import TemplateFileOut, TemplateVersionOut


class TemplateDraftOut(Out):
    """What a template would say that is made of a reply; `POST /templates` takes it."""

    name: str
    """The subject of the conversation."""
    subject: str
    """The subject, with fields."""
    body: str
    """The text, without signature; names, numbers, addresses and days are fields."""
    folder: str
    """The category of the conversation."""
    language: str
    """In which it was answered."""


class PastReplyOut(Out):
    """A reply that answered a similar inquiry."""

    conversation: int
    """Its conversation."""
    subject: str
    """What that is about."""
    question: int
    """The message that was answered,"""
    question_text: str
    """and its words."""
    reply: int
    """The reply, as a message,"""
    at: Moment
    """when it was sent,"""
    text: str
    """and its words as they would read in a letter to this customer."""
    missing: list[str]
    """What has to be filled in, as it stands in the text: numbers and days of that time."""


class FullTemplateVersionOut(TemplateVersionOut):
    """One version, with its files and what changed from the one before."""

    subject_changes: list[DiffPieceOut]
    """What changed in the subject, by word; empty for the first."""
    changes: list[DiffPieceOut]
    """What changed in the text, by word; empty for the first."""
    files: list[TemplateFileOut]
    """The files that came with it."""


class TableRowOut(Out):
    """One line of a table."""

    line: int
    """Which one, from 1."""
    name: str
    """The template's name."""
    problem: str
    """Why it cannot be taken in; empty when it can."""


class TableOut(Out):
    """What a table adds."""

    rows: list[TableRowOut]
    """Line by line."""
    added: int
    """How many templates were added: 0 while only looked at."""
