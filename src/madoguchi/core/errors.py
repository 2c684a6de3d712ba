"""The one base of errors that a person may see; faces turn it into a message or an HTTP status."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from madoguchi.core.telling import Sentence


class DomainError(Exception):
    """Something a person asked for cannot be done; `user_message` says what, why and what to do.

    `code` is stable and for machines (API); `status` the HTTP status a face answers with.
    """

    code = "refused"
    status = 409

    def __init__(self, user_message: "Sentence", **facts: object) -> None:
        """Keep the sentence; `facts` are plain values that the API may pass on."""
        super().__init__(str(user_message))
        self.user_message = user_message
        self.facts = facts


class NotAllowed(DomainError):
    """The person lacks the right; says nothing about what exists."""

    code = "not_allowed"
    status = 403


class NotFound(DomainError):
    """No such thing, or not for this person's eyes: the two are not told apart."""

    code = "not_found"
    status = 404


class Invalid(DomainError):
    """A value cannot be used; `field` names it where there is one."""

    code = "invalid"
    status = 422

    def __init__(self, user_message: "Sentence", *, field: str = "", **facts: object) -> None:
        """`field` is the form or JSON field the sentence is about."""
        super().__init__(user_message, **facts)
        self.field = field
