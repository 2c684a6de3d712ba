"""What changes the channels: 窓口, their health, and raw messages."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.actions.rights import require
from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.accounts.queries import find_workspace
from madoguchi.channels.choices import (
    INBOX_CHANGED,
    INBOX_CREATED,
    INBOX_FAILING,
    INBOX_RECOVERED,
    RAW_DISCARDED,
    RAW_QUARANTINED,
    RAW_RELEASED,
    RawState,
)
from madoguchi.channels.models import Inbox, RawMessage
from madoguchi.channels.warning import Escalation, stored_escalations
from madoguchi.core.addresses import fold_address
from madoguchi.core.errors import Invalid, NotAllowed
from madoguchi.core.rows import insert_rows, update_rows
from madoguchi.core.sealing import seal
from madoguchi.core.telling import Sentence, kept
from madoguchi.events.actor import Actor
from madoguchi.events.record import record
from madoguchi.files.actions import store_blobs

#: The PostgreSQL channel that wakes the intake.
INTAKE_CHANNEL = "madoguchi_intake"
#: Who adds or changes 窓口 holds this advisory lock: a name or address that was free stays free.
_NAMES_LOCK = 0x4D49  # "MI"


@transaction.atomic
def create_inbox(*, name: str, kind: str, address: str, by: Actor, **values: object) -> Inbox:
    """Add a 窓口, which writes in the workspace's language unless told another; its address must be free."""
    require(by, Permission.MANAGE_INBOXES)
    _hold_names()
    folded = fold_address(address)
    name = _checked_name(name, except_pk=None)
    _fold_aliases(values, kind, except_pk=None)
    _check_address_free(folded, kind, except_pk=None)
    _check_warning(values)
    _check_days(values, inbox=None)
    secrets = values.pop("secrets", {})
    if "language" not in values and (workspace := find_workspace()):
        values["language"] = workspace.language
    inbox = Inbox(name=name, kind=kind, address=folded, **values)
    inbox.sealed_secrets = seal(secrets) if secrets else ""  # type: ignore[arg-type]
    inbox.save(force_insert=True)
    record(INBOX_CREATED, f"inbox:{inbox.pk}", by=by)
    return inbox


@transaction.atomic
def change_inbox(inbox: Inbox, *, by: Actor, **values: object) -> Inbox:
    """Change fields of a 窓口; `secrets` replaces only the keys given, so that a form need not show passwords."""
    require(by, Permission.MANAGE_INBOXES)
    _hold_names()
    _check_warning(values)
    _check_days(values, inbox=inbox)
    secrets = values.pop("secrets", None)
    if "name" in values:
        values["name"] = _checked_name(str(values["name"]), except_pk=inbox.pk)
    _fold_aliases(values, inbox.kind, except_pk=inbox.pk)
    if "address" in values:
        values["address"] = fold_address(str(values["address"]))
        _check_address_free(str(values["address"]), inbox.kind, except_pk=inbox.pk)
    if secrets:
        values["sealed_secrets"] = seal({**inbox.secrets, **secrets})  # type: ignore[dict-item]
    for field, value in values.items():
        setattr(inbox, field, value)
    inbox.save(update_fields=[*values])
    record(INBOX_CHANGED, f"inbox:{inbox.pk}", by=by, data={"fields": sorted(values)})
    return inbox


def _check_warning(values: dict[str, object]) -> None:
    """Steps after 返信期限 come as `Escalation` and are kept as they are stored; those they name have to exist."""
    if "escalations" not in values:
        return
    steps = [step for step in values["escalations"] if isinstance(step, Escalation)]  # type: ignore[attr-defined]
    values["escalations"] = stored_escalations(steps)
    named = {pk for step in steps for pk in step.people}
    if named and User.objects.filter(pk__in=named, is_active=True).count() < len(named):
        raise Invalid(
            _("Somebody who is to be told is not among the staff any more. Choose again."), field="escalations"
        )


def _check_days(values: dict[str, object], inbox: Inbox | None) -> None:
    """A number of business days that no rule counts would be kept without effect, and somebody would rely on it."""
    rule = values.get("reply_rule", inbox.reply_rule if inbox else "")
    present = inbox.reply_days if inbox else 1
    if not rule and values.get("reply_days", present) != present:
        raise Invalid(_("Choose how business days count, or empty their number."), field="reply_rule")


def _hold_names() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_NAMES_LOCK])


def _checked_name(name: str, *, except_pk: int | None) -> str:
    name = name.strip()
    if not name:
        raise Invalid(_("Enter a name."), field="name")
    if any(inbox.pk != except_pk for inbox in Inbox.objects.filter(name=name)):
        raise Invalid(_("Another desk has this name already."), field="name")
    return name


def _fold_aliases(values: dict[str, object], kind: str, *, except_pk: int | None) -> None:
    """Aliases are compared with what arrives, so they are kept folded and belong to one 窓口 only."""
    aliases = values.get("aliases")
    if isinstance(aliases, list):
        values["aliases"] = folded = [fold_address(str(alias)) for alias in aliases]
        for alias in folded:
            _check_address_free(alias, kind, except_pk=except_pk)


def _check_address_free(address: str, kind: str, *, except_pk: int | None) -> None:
    others = [inbox for inbox in Inbox.objects.filter(kind=kind) if inbox.pk != except_pk]
    if address and any(address in other.addresses for other in others):
        raise Invalid(_("This address already belongs to another desk."), field="address")


@transaction.atomic
def set_inbox_access(
    inbox: Inbox, *, is_open_to_all: bool, users: Sequence[int] = (), teams: Sequence[int] = (), by: Actor
) -> None:
    """Say who may see a 窓口: everybody, or these people and teams."""
    require(by, Permission.MANAGE_INBOXES)
    Inbox.objects.filter(pk=inbox.pk).update(is_open_to_all=is_open_to_all)
    inbox.users.set(users)
    inbox.teams.set(teams)
    record(INBOX_CHANGED, f"inbox:{inbox.pk}", by=by, data={"fields": ["access"]})


@transaction.atomic
def mark_failing(inbox: Inbox, reason: Sentence) -> None:
    """Note that a 窓口 cannot be fetched or sent from; the first time it raises the visible alarm."""
    failure = kept(reason)
    since = Inbox.objects.filter(pk=inbox.pk, failing_since=None).update(failing_since=timezone.now(), failure=failure)
    if since:
        record(INBOX_FAILING, f"inbox:{inbox.pk}", by=Actor.system("mail"))
    else:
        Inbox.objects.filter(pk=inbox.pk).update(failure=failure)


@transaction.atomic
def mark_working(inbox: Inbox) -> None:
    """Note that a 窓口 was fetched just now; ends the alarm if there was one."""
    now = timezone.now()
    if Inbox.objects.filter(pk=inbox.pk).exclude(failing_since=None).update(failing_since=None, failure=""):
        record(INBOX_RECOVERED, f"inbox:{inbox.pk}", by=Actor.system("mail"))
    Inbox.objects.filter(pk=inbox.pk).update(checked_at=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One message as it was handed to us."""

    content: bytes
    source: str
    inbox: Inbox | None = None
    envelope_from: str = ""
    envelope_to: Sequence[str] = ()
    received_at: datetime | None = None  #: when a server took it for us; by default now


def store_raw(
    content: bytes,
    *,
    source: str,
    inbox: Inbox | None = None,
    envelope_from: str = "",
    envelope_to: Sequence[str] = (),
    received_at: datetime | None = None,
) -> RawMessage:
    """Keep the bytes of one delivery, as `store_raws` does of many."""
    delivery = Delivery(
        content=content,
        source=source,
        inbox=inbox,
        envelope_from=envelope_from,
        envelope_to=envelope_to,
        received_at=received_at,
    )
    return store_raws([delivery])[0]


@transaction.atomic
def store_raws(deliveries: Sequence[Delivery]) -> list[RawMessage]:
    """Keep the bytes of deliveries; when this has committed the deliverers may be told that we have them.

    Wakes the intake in the same commit. The text of addresses is cut, never refused.
    """
    now = timezone.now()
    blobs = store_blobs([delivery.content for delivery in deliveries])
    raws = [
        RawMessage(
            inbox=delivery.inbox,
            source=delivery.source,
            blob=blob,
            envelope_from=delivery.envelope_from[:998],
            envelope_to=[address[:998] for address in delivery.envelope_to[:100]],
            received_at=min(delivery.received_at or now, now),
        )
        for delivery, blob in zip(deliveries, blobs, strict=True)
    ]
    insert_rows(raws)
    wake_intake()
    return raws


def wake_intake() -> None:
    """Tell the intake, at commit, that raw messages wait."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", [INTAKE_CHANNEL])


def mark_parsed(raws: Iterable[tuple[RawMessage, str, bool]]) -> None:
    """Note that raw messages were read: the external id of each, and whether we had it already."""
    rows = []
    for raw, external_id, is_duplicate in raws:
        raw.state = RawState.DUPLICATE if is_duplicate else RawState.PARSED
        raw.external_id, raw.reason, raw.detail = external_id[:1000], "", ""
        rows.append(raw)
    update_rows(rows, ["state", "external_id", "reason", "detail"])


@transaction.atomic
def quarantine_raw(raw: RawMessage, *, reason: str, detail: Sentence) -> None:
    """Set aside what cannot be read, in sight of people who may decide."""
    RawMessage.objects.filter(pk=raw.pk).update(
        state=RawState.QUARANTINED, reason=reason[:60], detail=kept(detail), attempts=raw.attempts + 1
    )
    record(RAW_QUARANTINED, f"raw:{raw.pk}", by=Actor.system("intake"), scope_id=raw.inbox_id, data={"reason": reason})


@transaction.atomic
def release_raw(raw: RawMessage, *, user: User) -> None:
    """Try again to read a quarantined raw message."""
    _decide(raw, user, RawState.STORED)
    record(RAW_RELEASED, f"raw:{raw.pk}", by=user.actor, scope_id=raw.inbox_id)
    wake_intake()


@transaction.atomic
def discard_raw(raw: RawMessage, *, user: User) -> None:
    """Take a quarantined raw message out of sight; its bytes are kept."""
    _decide(raw, user, RawState.DISCARDED)
    record(RAW_DISCARDED, f"raw:{raw.pk}", by=user.actor, scope_id=raw.inbox_id)


def _decide(raw: RawMessage, user: User, state: RawState) -> None:
    if not may(user, Permission.MANAGE_QUARANTINE):
        raise NotAllowed(_("You do not have the right to do this. Ask an administrator."))
    if not RawMessage.objects.filter(pk=raw.pk, state=RawState.QUARANTINED).update(state=state):
        raise Invalid(_("Somebody has already decided about this mail."))
