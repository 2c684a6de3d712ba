"""The window of a phone memo (電話メモ): what was typed, who may be on the line, the way through a talk script."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from madoguchi.accounts.models import User
from madoguchi.calls.actions.memos import Said
from madoguchi.calls.choices import AFTER, MAX_WAY, PROMPT_AFTER, QUESTIONS, Direction, Result, Wish
from madoguchi.calls.models import Call
from madoguchi.calls.queries import caller, callers, unfinished_memos
from madoguchi.calls.wordings import span_word
from madoguchi.channels.models import Inbox
from madoguchi.channels.queries import inboxes_of
from madoguchi.conversations.models import Conversation
from madoguchi.conversations.queries import get_conversation, get_customer_for
from madoguchi.core.errors import NotFound
from madoguchi.customers.choices import IdentityKind
from madoguchi.customers.merged import MergedCustomer
from madoguchi.customers.models import Customer
from madoguchi.customers.phones import is_odd, is_phone, phone_key, shown_phone
from madoguchi.desk.callback_lines import Group, people_who_call, slot_groups
from madoguchi.desk.rows import status_word
from madoguchi.guides.models import TalkScript
from madoguchi.guides.queries import all_scripts, get_script
from madoguchi.guides.scripts import Step, read_script
from madoguchi.ui.dates import Words, iso
from madoguchi.wording.choices import Kind
from madoguchi.wording.queries import templates_of

_PHRASES = 24
_PHRASE_CHARS = 60
#: A folder of phrases that begins so holds those for the phone; they stand first.
_PHONE_FOLDER = "電話"


@dataclass(frozen=True, slots=True)
class MatterLine:
    """One of the last matters, to be joined."""

    number: int
    subject: str
    status: str
    status_word: str
    at: str


@dataclass(frozen=True, slots=True)
class CallerPanel:
    """Who may be on the line: one customer with their last matters, or several to choose from."""

    number: str = ""  #: as it is read in Japan
    problem: str = ""
    is_odd: bool = False
    customers: Sequence[Customer] = ()
    chosen: Customer | None = None
    is_known: bool = False  #: by this number
    matters: Sequence[MatterLine] = ()
    joins: int = 0
    typed: str = ""  #: as it stands in the field


@dataclass(frozen=True, slots=True)
class ScriptPanel:
    """A talk script as far as it was followed in the window."""

    scripts: Sequence[TalkScript]
    script: TalkScript | None = None
    step: Step | None = None
    way: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Clock:
    """How long is talked, or how long was, and how long after-call work takes."""

    key: str
    started_at: str
    since: str = ""  #: the talk goes on since
    talked: str = ""  #: it lasted so long
    wrapping_since: str = ""


@dataclass(frozen=True, slots=True)
class MemoSheet:
    """The whole window."""

    key: str
    said: Said
    clock: Clock
    who: CallerPanel
    script: ScriptPanel
    inboxes: Sequence[Inbox]
    phrases: Sequence[str]
    unfinished: Sequence[tuple[str, str, str]]
    directions: Sequence[tuple[str, str]]
    results: Sequence[tuple[str, str]]
    questions: Sequence[tuple[str, str, str]]
    slots: Sequence[Group] = ()
    people: Sequence[tuple[str, str]] = ()
    wishes: Sequence[tuple[str, str]] = ()
    problem: str = ""
    problem_field: str = ""
    prompt_after: int = int(PROMPT_AFTER / timedelta(seconds=1))

    @property
    def has_answers(self) -> bool:
        """Something stands in the fields of 5W1H."""
        return any(value for _key, _word, value in self.questions)


def new_key() -> str:
    """The key of a memo that is yet to be written."""
    return secrets.token_hex(8)


def said_in(user: User, posted: QueryDict) -> Said:
    """What the window holds; what may not be seen any more is left out."""
    return Said(
        direction=posted.get("direction", Direction.IN),
        number=posted.get("number", ""),
        name=posted.get("name", ""),
        subject=posted.get("subject", ""),
        text=posted.get("text", "").replace("\r\n", "\n"),
        answers={key: posted.get(f"w_{key}", "") for key in QUESTIONS},
        script=script_of(posted.get("script", "")).name if posted.get("script", "").isdecimal() else "",
        way=tuple(posted.getlist("way")[:MAX_WAY]),
        result=posted.get("result", Result.DONE),
        started_at=_moment(posted.get("started_at", "")),
        customer=customer_asked(user, posted.get("customer", "")),
        joins=_conversation(user, posted.get("joins", "")),
        inbox=next((each for each in inboxes_of(user) if str(each.pk) == posted.get("inbox")), None),
        adds_number=posted.get("adds_number") == "1",
        after={key: posted.get(key, "") for key in AFTER},
    )


def script_of(number: str) -> TalkScript:
    """The script of this number, or one without a name when it is gone."""
    try:
        return get_script(int(number))
    except NotFound:
        return TalkScript()


def said_before(call: Call) -> Said:
    """What was saved of a memo."""
    return Said(
        call.direction, call.number, call.name, call.subject, call.text, call.answers, call.script, tuple(call.way),
        call.result, call.started_at, call.customer, call.joins, call.inbox, after=call.after,
    )  # fmt: skip


def _moment(text: str) -> datetime | None:
    try:
        found = parse_datetime(text[:40])
    except ValueError:
        return None
    return found if found is not None and timezone.is_aware(found) else None


def customer_asked(user: User, number: str) -> Customer | None:
    """The customer of this number as far as the person may see them; of a merged record the surviving one."""
    if not number.isdecimal():
        return None
    try:
        return get_customer_for(user, int(number))
    except MergedCustomer as merged:
        return get_customer_for(user, int(str(merged.facts["into"])))
    except NotFound:
        return None


def _conversation(user: User, number: str) -> Conversation | None:
    try:
        return get_conversation(user, int(number)) if number.isdecimal() else None
    except NotFound:
        return None


def phone_of(customer: Customer) -> str:
    """The number to call first, or nothing."""
    phones = [each for each in customer.identities.all() if each.kind == IdentityKind.PHONE]
    return next((each.shown for each in sorted(phones, key=lambda each: not each.is_primary)), "")


def caller_panel(user: User, said: Said, words: Words) -> CallerPanel:
    """Who has the number; the one whose conversation is joined or who was chosen stands first."""
    number = said.number.strip()
    found = callers(user, number)
    chosen = said.joins.customer if said.joins else said.customer
    if chosen is None and len(found) == 1:
        chosen = found[0]
    matters = caller(user, chosen).matters if chosen else []
    if said.joins and said.joins.pk not in [each.pk for each in matters]:
        matters = [said.joins, *matters]
    return CallerPanel(
        number=shown_phone(number) if is_phone(number) else "",
        problem=_("This is no phone number.") if number and not is_phone(number) else "",
        is_odd=is_phone(number) and is_odd(number),
        customers=[] if chosen and not said.customer else found,
        chosen=chosen,
        is_known=chosen is not None and _has_number(chosen, number),
        matters=[_matter(each, words) for each in matters],
        joins=said.joins.pk if said.joins else 0,
        typed=said.number,
    )


def _has_number(customer: Customer, number: str) -> bool:
    key = phone_key(number) if is_phone(number) else ""
    return any(each.kind == IdentityKind.PHONE and each.key == key for each in customer.identities.all())


def _matter(conversation: Conversation, words: Words) -> MatterLine:
    return MatterLine(
        number=conversation.pk,
        subject=conversation.subject or _("(no subject)"),
        status=conversation.status,
        status_word=status_word(conversation.status),
        at=words.short(conversation.last_message_at),
    )


def script_panel(number: str, way: Sequence[str]) -> ScriptPanel:
    """The scripts to choose from, or one at the step to which these choices lead; without a step it has ended."""
    script = script_of(number) if number.isdecimal() else TalkScript()
    if script.pk is None:
        return ScriptPanel(list(all_scripts().filter(is_active=True)))
    steps, _problems = read_script(script.source)
    step, taken = (steps[0] if steps else None), list[str]()
    for word in way:
        choice = next((each for each in step.choices if each.word == word), None) if step else None
        if choice is None:
            break
        taken.append(word)
        step = next((each for each in steps if each.name == choice.to), None)
    return ScriptPanel((), script, step, taken)


def clock_of(key: str, started_at: datetime, ended_at: datetime | None) -> Clock:
    """The clock as it stands."""
    if ended_at is None:
        return Clock(key, iso(started_at), since=iso(started_at))
    talked = span_word(max(0, int((ended_at - started_at).total_seconds())))
    return Clock(key, iso(started_at), talked=talked, wrapping_since=iso(ended_at))


def phrases_for(user: User) -> list[str]:
    """Half sentences to put in with one key: short phrases without fields, those for the phone first."""
    rows = templates_of(user).filter(kind=Kind.PHRASE, archived_at=None).exclude(body__contains="{{")
    known = list(rows.order_by("-used_count", "pk").values_list("folder", "body")[:200])
    known.sort(key=lambda row: not row[0].startswith(_PHONE_FOLDER))
    return [body for _folder, body in known if len(body) <= _PHRASE_CHARS and "\n" not in body][:_PHRASES]


def memo_sheet(user: User, key: str, said: Said, words: Words, call: Call | None = None) -> MemoSheet:
    """Everything the window shows."""
    started_at = said.started_at or (call.started_at if call else timezone.now())
    inboxes = list(inboxes_of(user))
    scripts = list(all_scripts().filter(is_active=True))
    followed = next((str(each.pk) for each in scripts if said.script and each.name == said.script), "")
    return MemoSheet(
        key=key,
        said=said,
        clock=clock_of(key, started_at, call.ended_at if call else None),
        who=caller_panel(user, said, words),
        script=script_panel(followed, said.way) if followed else ScriptPanel(scripts),
        inboxes=inboxes,
        phrases=phrases_for(user),
        unfinished=[_unfinished(each, words) for each in unfinished_memos(user, but=key)],
        directions=[(value, str(label)) for value, label in Direction.choices],
        results=[(value, str(label)) for value, label in Result.choices],
        wishes=[(value, str(label)) for value, label in Wish.choices],
        slots=_slots(said, inboxes, words),
        people=[(str(each.pk), each.name) for each in sorted(people_who_call(), key=lambda each: each.pk != user.pk)],
        questions=[(each, str(word), said.answers.get(each, "")) for each, word in QUESTIONS.items()],
    )


def _slots(said: Said, inboxes: Sequence[Inbox], words: Words) -> list[Group]:
    """The half hours of the 窓口 to which the memo goes; the calendar of the first one while nothing is chosen."""
    inbox = said.joins.inbox if said.joins else said.inbox or next(iter(inboxes), None)
    return slot_groups(inbox, words) if inbox else []


def _unfinished(call: Call, words: Words) -> tuple[str, str, str]:
    about = call.subject or " ".join(call.text.split())[:40] or call.number or _("(nothing written)")
    return call.key, about, words.short(call.started_at)
