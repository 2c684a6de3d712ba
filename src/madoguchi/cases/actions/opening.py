"""Opening a case, filling in its fields, naming its people, linking conversations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from madoguchi.accounts.actions.rights import REFUSAL
from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.calendars.choices import DayRule
from madoguchi.calendars.reckoning import within_business_days
from madoguchi.cases.actions.holding import check_person, hold_case, tell, text_of
from madoguchi.cases.actions.shielding import shield_new, show_what_is_left
from madoguchi.cases.choices import (
    CASE_CHANGED,
    CASE_LINKED,
    CASE_OPENED,
    CASE_PEOPLE_CHANGED,
    CASE_SEEN,
    CASE_UNLINKED,
    MAX_TEXT,
    MAX_TITLE,
    MOST_CONVERSATIONS,
    MOST_MEMBERS,
    CaseKind,
    DecisionKind,
    DecisionState,
    Duty,
    StepState,
)
from madoguchi.cases.clocks import clocks_of
from madoguchi.cases.models import Case, CaseConversation, CaseMember, CaseStep, Harassment, Incident
from madoguchi.cases.parts import MODELS, NINE_ITEMS, column, fields_of
from madoguchi.cases.steps import FINAL, PRELIMINARY, Step, steps_of
from madoguchi.channels.hours import asked
from madoguchi.conversations.models import Conversation
from madoguchi.conversations.queries import get_conversation
from madoguchi.core.errors import DomainError, Invalid, NotAllowed, NotFound
from madoguchi.core.storable import is_storable_text
from madoguchi.customers.models import Customer
from madoguchi.events.record import record


class CaseChanged(DomainError):
    """Somebody else changed the fields since one looked; nothing was saved."""

    code = "conflict"

    def __init__(self, version: int) -> None:
        super().__init__(
            _("Somebody else has changed this case meanwhile. Nothing was saved: look at it and save again."),
            version=version,
        )


@dataclass(frozen=True, slots=True)
class Opening:
    """A case as it is opened."""

    kind: str
    title: str
    owner: User | None = None  #: who opens it when left out
    second: User | None = None
    conversations: Sequence[Conversation] = ()
    customer: Customer | None = None  #: that of the first conversation when left out
    received_at: datetime | None = None
    is_confidential: bool = False
    affected: Sequence[User] = ()  #: harassment: the colleagues who were exposed
    values: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic
def open_case(wanted: Opening, *, user: User) -> Case:
    """Open a case with its steps; its owner, the second person and who opens it are named in it. Records it."""
    if not may(user, Permission.REPLY):
        raise NotAllowed(REFUSAL)
    owner = wanted.owner or user
    _check_people(wanted.kind, owner, wanted.second)
    numbers = sorted({each.pk for each in wanted.conversations})
    if len(numbers) > MOST_CONVERSATIONS:
        raise Invalid(_("A case can have %(most)d conversations at most.") % {"most": MOST_CONVERSATIONS})
    talks = [get_conversation(user, number) for number in numbers]  # what one may not see is not found
    values = checked_values(wanted.kind, wanted.values)
    customer = wanted.customer or (talks[0].customer if talks else None)
    case = _insert(wanted, owner, customer, user)
    MODELS[wanted.kind].objects.create(case=case, **values)
    CaseConversation.objects.bulk_create([CaseConversation(case=case, conversation=each) for each in talks])
    people = {owner.pk: owner, user.pk: user} | ({wanted.second.pk: wanted.second} if wanted.second else {})
    CaseMember.objects.bulk_create([CaseMember(case=case, user=each, added_by=user) for each in people.values()])
    _begin_steps(case, talks[0] if talks else None, user)
    if wanted.kind == CaseKind.HARASSMENT:
        for person in wanted.affected:
            check_person(person, "affected")
        case.harassment.affected.set(wanted.affected)
    told = [each.pk for each in people.values() if each.pk != user.pk]
    tell(CASE_OPENED, case, user, case_kind=case.kind, people=told)
    return case


def _insert(wanted: Opening, owner: User, customer: Customer | None, user: User) -> Case:
    """The row; a number that is taken is drawn again."""
    for _draw in range(5):
        case = Case(
            kind=wanted.kind,
            title=text_of(wanted.title, MAX_TITLE, "title", is_needed=_("Say in a few words what it is about.")),
            is_confidential=wanted.is_confidential or wanted.kind != CaseKind.COMPLAINT,
            customer=customer,
            owner=owner,
            second=wanted.second,
            opened_by=user,
            received_at=_sensible(wanted.received_at or timezone.now(), "received_at"),
        )
        try:
            with transaction.atomic():
                case.save(force_insert=True)
        except IntegrityError:
            continue
        return case
    raise Invalid(_("The case could not get a number. Try again."))


def _sensible(moment: datetime, name: str) -> datetime:
    if moment > timezone.now():
        raise Invalid(_("This lies in the future. Check the date."), field=name)
    return moment


def _check_people(kind: str, owner: User, second: User | None) -> None:
    check_person(owner, "owner")
    if second is not None:
        check_person(second, "second")
    if second == owner:
        raise Invalid(_("The second person has to be somebody else."), field="second")
    if kind != CaseKind.HARASSMENT:
        return
    if second is None:
        raise Invalid(_("Nobody deals with harassment alone: name a second person."), field="second")
    if not (may(owner, Permission.DECIDE_CASES) or may(second, Permission.DECIDE_CASES)):
        raise Invalid(_("One of the two has to be a supervisor or an administrator."), field="second")


def checked_values(kind: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Values of fields as the database takes them; Invalid names the field that is wrong."""
    names = set(fields_of(kind))
    checked: dict[str, Any] = {}
    for name, value in values.items():
        if name not in names:
            raise Invalid(_("There is no such field."), field=name)
        if isinstance(value, str) and (len(value) > MAX_TEXT or not is_storable_text(value)):
            raise Invalid(_("This text is too long, or holds what cannot be stored."), field=name)
        try:
            checked[name] = column(kind, name).clean(value, None)
        except ValidationError as error:
            raise Invalid(" ".join(error.messages), field=name) from error
    if "discovered_at" in checked:
        _sensible(checked["discovered_at"], "discovered_at")
    if set(checked.get("unknown", ())) - set(NINE_ITEMS):
        raise Invalid(_("There is no such item."), field="unknown")
    return checked


@transaction.atomic
def change_case(
    case: Case, *, seen: int, user: User, title: str | None = None, values: Mapping[str, Any] | None = None
) -> Case:
    """Change fields of a case as it was at version `seen`; CaseChanged when somebody was faster."""
    held = hold_case(case, user)
    if held.version != seen:
        raise CaseChanged(held.version)
    checked = checked_values(held.kind, values or {})
    detail = MODELS[held.kind].objects.get(case=held)
    changed = [name for name, value in checked.items() if getattr(detail, name) != value]
    for name in changed:
        setattr(detail, name, checked[name])
    if isinstance(detail, Incident):
        detail.unknown = [name for name in detail.unknown if not getattr(detail, name).strip()]
        changed = list(dict.fromkeys([*changed, "unknown"])) if changed else []
    if changed:
        detail.save(update_fields=changed)
    if title is not None and title.strip() != held.title:
        held.title = text_of(title, MAX_TITLE, "title", is_needed=_("Say in a few words what it is about."))
        changed.append("title")
    if changed:
        held.version += 1
        held.save(update_fields=["version", "title"])
        if isinstance(detail, Incident):
            set_clocks(held, detail)
        tell(CASE_CHANGED, held, user, fields=sorted(changed))
    return held


def _begin_steps(case: Case, conversation: Conversation | None, user: User) -> None:
    rows = []
    for position, step in enumerate(steps_of(case.kind), start=1):
        row = CaseStep(case=case, key=step.key, position=position, due_at=_due(case, step, conversation))
        if step.is_done_at_once:
            row.state, row.done_at, row.done_by, row.due_at = StepState.DONE, timezone.now(), user, None
        rows.append(row)
    CaseStep.objects.bulk_create(rows)
    if case.kind == CaseKind.INCIDENT:
        set_clocks(case, case.incident)


def _due(case: Case, step: Step, conversation: Conversation | None) -> datetime | None:
    """By when a step is meant to be done: in business days of the conversation's 窓口, where it has a calendar."""
    if not step.business_days or conversation is None:
        return None
    since, days = case.received_at, step.business_days
    return asked(conversation.inbox, since, lambda table: within_business_days(table, since, days, DayRule.LENGTH))


def set_clocks(case: Case, incident: Incident) -> None:
    """Let the reports of an incident be due when the law says, as long as they are to be made; warns anew."""
    clocks = clocks_of(incident.discovered_at, is_dishonest=incident.is_dishonest)
    wanted = {PRELIMINARY: clocks.preliminary, FINAL: clocks.final}
    for key, due_at in wanted.items():
        due = None if incident.duty == Duty.NONE else due_at
        rows = CaseStep.objects.filter(case=case, key=key, state=StepState.OPEN)
        rows.exclude(due_at=due).update(due_at=due, warned_at=None, passed_at=None)


@transaction.atomic
def change_people(case: Case, *, owner: User, second: User | None, members: Sequence[User], user: User) -> Case:
    """Say who is responsible, who is the second, and who else may see it.

    Those who were named before and are not now see it no more, unless their role oversees cases.
    """
    held = hold_case(case, user)
    _check_people(held.kind, owner, second)
    if held.kind == CaseKind.HARASSMENT and held.second_id == user.pk and not may(user, Permission.DECIDE_CASES):
        raise NotAllowed(REFUSAL)
    wanted = {each.pk: each for each in (owner, *members, *([second] if second else []))}
    if len(wanted) > MOST_MEMBERS:
        raise Invalid(_("A case can have %(most)d people at most.") % {"most": MOST_MEMBERS}, field="members")
    for person in wanted.values():
        check_person(person, "members")
    before = set(CaseMember.objects.filter(case=held).values_list("user_id", flat=True))
    CaseMember.objects.filter(case=held).exclude(user__in=wanted).delete()
    new = [each for pk, each in wanted.items() if pk not in before]
    CaseMember.objects.bulk_create([CaseMember(case=held, user=each, added_by=user) for each in new])
    held.owner, held.second = owner, second
    held.save(update_fields=["owner", "second"])
    data = {"people": [each.pk for each in new if each.pk != user.pk], "removed": sorted(before - set(wanted))}
    tell(CASE_PEOPLE_CHANGED, held, user, **data)
    return held


@transaction.atomic
def set_affected(case: Case, people: Sequence[User], *, user: User) -> Harassment:
    """Say which colleagues were exposed; they need not be able to see the case."""
    held = hold_case(case, user)
    if held.kind != CaseKind.HARASSMENT:
        raise NotFound(_("Only harassment has colleagues who were exposed."))
    for person in people:
        check_person(person, "affected")
    detail = Harassment.objects.get(case=held)
    detail.affected.set(people)
    tell(CASE_CHANGED, held, user, fields=["affected"])
    return detail


@transaction.atomic
def link_conversation(case: Case, conversation: Conversation, *, user: User) -> None:
    """Let a conversation belong to a case; twice is once."""
    held = hold_case(case, user)
    found = get_conversation(user, conversation.pk)
    if CaseConversation.objects.filter(case=held).count() >= MOST_CONVERSATIONS:
        raise Invalid(_("A case can have %(most)d conversations at most.") % {"most": MOST_CONVERSATIONS})
    _row, is_new = CaseConversation.objects.get_or_create(case=held, conversation=found)
    if is_new:
        if held.customer_id is None:
            held.customer = found.customer
            held.save(update_fields=["customer"])
        shield_new(held, user=user)
        tell(CASE_LINKED, held, user, conversation=found.pk)


@transaction.atomic
def unlink_conversation(case: Case, conversation: Conversation, *, user: User) -> None:
    """Take a conversation out of a case again; evidence that was locked from it stays."""
    held = hold_case(case, user)
    found = get_conversation(user, conversation.pk)
    if CaseConversation.objects.filter(case=held, conversation=found).delete()[0]:
        show_what_is_left(held)
        tell(CASE_UNLINKED, held, user, conversation=found.pk)


def note_seen(case: Case, *, user: User) -> None:
    """Write down that somebody looked at a confidential case."""
    if case.is_confidential:
        record(CASE_SEEN, case.event_subject, by=user.actor)


def agreed(case: Case, kind: DecisionKind) -> bool:
    """True when two people agreed to this and nobody has refused it since."""
    last = case.decisions.filter(kind=kind).exclude(state=DecisionState.WITHDRAWN).order_by("-position").first()
    return last is not None and last.state == DecisionState.APPROVED
