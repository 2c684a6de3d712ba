"""The acknowledgement (自動受付メール) of a desk."""

from typing import Annotated

from pydantic import Field

from madoguchi.acknowledgements.choices import HIGHEST_CAP, MAX_BODY, MAX_SUBJECT, USUAL_CAP
from madoguchi.acknowledgements.models import Acknowledgement
from madoguchi.acknowledgements.queries import wanted_of
from madoguchi.acknowledgements.texts import NAMES, Text, Wanted
from madoguchi.api.schemas.base import In, Out


class AcknowledgementText(In):
    """One text with its fields."""

    subject: Annotated[str, Field(max_length=MAX_SUBJECT)] = ""
    """Empty answers under the subject of the customer's mail."""
    body: Annotated[str, Field(max_length=MAX_BODY)] = ""
    """Fields as in templates, `{{customer.salutation}}`; `{{opening}}` is when the desk opens next. Empty is none."""


class AcknowledgementIn(In):
    """All that a desk sends by itself; what is left out is off or empty."""

    is_on: bool = False
    """True sends it to who begins a conversation by mail."""
    most_per_hour: Annotated[int, Field(ge=1, le=HIGHEST_CAP)] = USUAL_CAP
    """No more than this in an hour."""
    ja_within: AcknowledgementText = AcknowledgementText()
    """Japanese, within business hours."""
    ja_outside: AcknowledgementText = AcknowledgementText()
    """Japanese, outside them; empty takes the one for business hours."""
    en_within: AcknowledgementText = AcknowledgementText()
    """For everybody who is not answered in Japanese; empty takes the Japanese one."""
    en_outside: AcknowledgementText = AcknowledgementText()
    """The same outside business hours."""
    version: Annotated[int, Field(ge=0, lt=2**31)] = 0
    """`version` as it was read: whoever was faster is not overwritten."""


class AcknowledgementTextOut(Out):
    """One text with its fields."""

    subject: str
    """Empty answers under the subject of the customer's mail."""
    body: str
    """Empty where there is none."""


class AcknowledgementOut(Out):
    """What a desk sends by itself to who begins a conversation by mail."""

    inbox: int
    """The desk."""
    is_on: bool
    """False sends nothing."""
    most_per_hour: int
    """No more than this in an hour."""
    ja_within: AcknowledgementTextOut
    """Japanese, within business hours."""
    ja_outside: AcknowledgementTextOut
    """Japanese, outside them."""
    en_within: AcknowledgementTextOut
    """For everybody who is not answered in Japanese."""
    en_outside: AcknowledgementTextOut
    """The same outside business hours."""
    version: int
    """0 where nothing was set yet."""


class AcknowledgementPreviewOut(Out):
    """How one text would read."""

    name: str
    """Which one, such as `ja_within`."""
    subject: str
    """Its subject; empty is that of the customer's mail."""
    body: str
    """What a fictional customer would read if it were sent now."""


def wanted_in(said: AcknowledgementIn) -> Wanted:
    """What the caller wants, as plain values."""
    texts = {name: Text(**getattr(said, name).model_dump()) for name in NAMES}
    return Wanted(said.is_on, said.most_per_hour, texts)


def show_acknowledgement(found: Acknowledgement) -> AcknowledgementOut:
    """What a desk sends by itself."""
    wanted = wanted_of(found)
    texts = {
        name: AcknowledgementTextOut(subject=wanted.text(name).subject, body=wanted.text(name).body) for name in NAMES
    }
    return AcknowledgementOut(
        inbox=found.inbox_id,
        is_on=found.is_on,
        most_per_hour=found.most_per_hour,
        version=found.version,
        **texts,
    )
