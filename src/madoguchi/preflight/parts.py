"""The parts of a letter in which something may be found."""

from enum import StrEnum


class Part(StrEnum):
    """Where in a letter something stands; the names of the fields in forms and in the API."""

    TO = "to"
    CC = "cc"
    BCC = "bcc"
    SUBJECT = "subject"
    TEXT = "text"
    FILES = "files"
    PLAN = "plan"  #: when it leaves
