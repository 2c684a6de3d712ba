"""Reads: what a 窓口 says, and how often it has said it."""

from datetime import datetime

from madoguchi.acknowledgements.choices import CAP_OVER, MOST_PER_DOMAIN, ONCE_IN, USUAL_CAP
from madoguchi.acknowledgements.models import Acknowledgement, ToldAddress
from madoguchi.acknowledgements.texts import NAMES, Text, Wanted
from madoguchi.channels.models import Inbox


def find_acknowledgement(inbox: Inbox) -> Acknowledgement:
    """What a 窓口 sends; where nothing was set yet a row that is off and not saved, of version 0."""
    found = Acknowledgement.objects.filter(inbox=inbox).first()
    return found or Acknowledgement(inbox=inbox, most_per_hour=USUAL_CAP, version=0)


def is_on(inbox_id: int) -> bool:
    """True where a 窓口 sends acknowledgements."""
    return Acknowledgement.objects.filter(inbox=inbox_id, is_on=True).exists()


def wanted_of(found: Acknowledgement) -> Wanted:
    """What a row says, as plain values."""
    texts = {name: Text(**found.texts[name]) for name in NAMES if name in found.texts}
    return Wanted(found.is_on, found.most_per_hour, texts)


def told_lately(inbox: Inbox, now: datetime) -> int:
    """How many addresses this 窓口 has told within a day."""
    return ToldAddress.objects.filter(inbox=inbox, at__gt=now - ONCE_IN).count()


def has_reached_cap(found: Acknowledgement, now: datetime) -> bool:
    """True when it has sent as many in the last hour as it may."""
    sent = ToldAddress.objects.filter(inbox=found.inbox_id, at__gt=now - CAP_OVER).count()
    return sent >= found.most_per_hour


def is_domain_told(domain_hash: str, now: datetime) -> bool:
    """True when addresses of this domain were told as often in the last hour as one domain is, by all 窓口."""
    return ToldAddress.objects.filter(domain_hash=domain_hash, at__gt=now - CAP_OVER).count() >= MOST_PER_DOMAIN
