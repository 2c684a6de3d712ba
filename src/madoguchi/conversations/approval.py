"""Whose and which replies need approval before they leave, and by whom: pure, from facts and rules that are given.

`applied` is what the composer tells its author and what a request keeps; `deciders_of` says who decides a step.
Check 15 of the pre-flight asks `applied` too, through `approval_facts.approval_of`.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.accounts.sight import Sight, sight_of
from madoguchi.conversations.approval_choices import ConditionKind
from madoguchi.core.seen_text import seen

type Values = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing a rule asks for; `values` are what `ConditionKind` says, any of them is enough."""

    kind: str
    values: tuple[str | int, ...] = ()

    @classmethod
    def read(cls, plain: Mapping[str, Any]) -> "Condition":
        """From what a rule keeps."""
        return cls(plain["kind"], tuple(plain.get("values", ())))

    def plain(self) -> dict[str, Any]:
        """As a rule keeps it."""
        return {"kind": self.kind, "values": list(self.values)}


@dataclass(frozen=True, slots=True)
class People:
    """People by name, by team, by role; nobody named is everybody who may approve."""

    people: tuple[int, ...] = ()
    teams: tuple[int, ...] = ()
    roles: tuple[str, ...] = ()

    @classmethod
    def read(cls, plain: Mapping[str, Any]) -> "People":
        """From what a rule keeps."""
        return cls(*(tuple(plain.get(name, ())) for name in ("people", "teams", "roles")))

    @property
    def is_everybody(self) -> bool:
        """True when nobody is named."""
        return not (self.people or self.teams or self.roles)


@dataclass(frozen=True, slots=True)
class Step:
    """Who decides, how many of them, within how many business minutes, and who is asked after that."""

    who: People = People()
    needed: int = 1
    minutes: int = 0  #: 0: no deadline
    then: People = People()
    rule: int = 0  #: of the rule; nobody decides two steps of one rule
    but: tuple[int, ...] = ()  #: who edited the letter and would need this approval for one of their own

    @classmethod
    def read(cls, plain: Mapping[str, Any]) -> "Step":
        """From what a rule or a request keeps."""
        who, then = People.read(plain.get("who", {})), People.read(plain.get("then", {}))
        but = tuple(plain.get("but", ()))
        return cls(who, plain.get("needed", 1), plain.get("minutes", 0), then, plain.get("rule", 0), but)

    def plain(self) -> dict[str, Any]:
        """As a rule or a request keeps it."""
        return asdict(self)

    def barring(self, person: int, rules: Collection[int]) -> "Step":
        """The same; a step of one of these rules is not decided by this person."""
        return self if self.rule not in rules or person in self.but else replace(self, but=(*self.but, person))


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as it is looked at."""

    pk: int
    name: str
    conditions: tuple[Condition, ...]
    steps: tuple[Step, ...]
    inbox_ids: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Facts:
    """What rules look at; `None` is not known yet, so that a rule about it does not apply."""

    author: int
    role: str
    inbox: int
    channel: str
    teams: frozenset[int] = frozenset()
    categories: frozenset[int] = frozenset()  #: the category and the one above it
    words: str = ""  #: subject and what was written, in comparison form
    most_yen: int = 0
    complaint: tuple[str, ...] = ()  #: by what it is known
    private: tuple[str, ...] = ()  #: kinds of personal data
    new_addresses: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """A condition that holds, and by what."""

    kind: str
    values: tuple[str | int, ...] = ()
    found: tuple[str | int, ...] = ()


#: Conditions about whose letter it is, not about what stands in it.
_PERSONAL = frozenset({ConditionKind.AUTHOR.value, ConditionKind.ROLE.value, ConditionKind.TEAM.value})


@dataclass(frozen=True, slots=True)
class Applied:
    """A rule that applies; `rule` 0 is that 新人 are always checked."""

    rule: int
    name: str
    found: tuple[Found, ...]
    steps: tuple[Step, ...] = field(default=(), compare=False)

    @property
    def is_personal(self) -> bool:
        """True for a rule that asks whose letter it is."""
        return any(each.kind in _PERSONAL for each in self.found)

    def without(self, person: int) -> "Applied":
        """The same, decided by others than this person."""
        steps = tuple(replace(step, but=(*step.but, person)) for step in self.steps)
        return replace(self, steps=steps)

    def plain(self) -> dict[str, Any]:
        """As a request keeps it."""
        return {"rule": self.rule, "name": self.name, "found": [asdict(each) for each in self.found]}

    @classmethod
    def read(cls, plain: Mapping[str, Any]) -> "Applied":
        """From what a request keeps."""
        found = (Found(each["kind"], tuple(each["values"]), tuple(each["found"])) for each in plain["found"])
        return cls(plain["rule"], plain["name"], tuple(found))


def needs_approval(author: User) -> bool:
    """True for trainees (新人・要承認): everything they write to customers is checked by somebody else first."""
    return not may(author, Permission.SEND_UNCHECKED)


def applied(rules: Iterable[Rule], facts: Facts, *, is_trainee: bool) -> list[Applied]:
    """The rules that apply, in their order; a trainee to whom none does is checked by anybody who may approve."""
    found: list[Applied] = []
    for rule in rules:
        if rule.inbox_ids and facts.inbox not in rule.inbox_ids:
            continue
        holding = [_holds(condition, facts) for condition in rule.conditions]
        if all(holding):
            found.append(Applied(rule.pk, rule.name, tuple(each for each in holding if each), _steps(rule)))
    if is_trainee and not found:
        return [Applied(0, "", (Found(ConditionKind.ROLE.value, (facts.role,)),), (Step(),))]
    return found


def _steps(rule: Rule) -> tuple[Step, ...]:
    steps = rule.steps or (Step(),)
    return tuple(Step(step.who, step.needed, step.minutes, step.then, rule.pk) for step in steps)


def _holds(condition: Condition, facts: Facts) -> Found | None:
    """By what a condition holds, or None."""
    found = _by_what(condition.kind, condition.values, facts)
    return Found(condition.kind, condition.values, found[:5]) if found else None


def _by_what(kind: str, values: Values, facts: Facts) -> Values:
    """What of the facts a condition is about; nothing when it does not hold."""
    by_kind: dict[str, Callable[[], Values]] = {
        ConditionKind.ROLE: lambda: _shared([facts.role], values),
        ConditionKind.AUTHOR: lambda: _shared([facts.author], values),
        ConditionKind.TEAM: lambda: _shared(facts.teams, values),
        ConditionKind.CATEGORY: lambda: _shared(facts.categories, values),
        ConditionKind.CHANNEL: lambda: _shared([facts.channel], values),
        ConditionKind.AMOUNT: lambda: (facts.most_yen,) if facts.most_yen >= _yen(values) else (),
        ConditionKind.KEYWORD: lambda: tuple(each for each in values if _stands_in(str(each), facts.words)),
        ConditionKind.COMPLAINT: lambda: facts.complaint,
        ConditionKind.PRIVATE: lambda: facts.private,
        ConditionKind.NEW_ADDRESS: lambda: facts.new_addresses,
        ConditionKind.ATTACHMENT: lambda: facts.files,
    }
    return by_kind[kind]()


def _shared(known: Collection[str | int], values: Values) -> Values:
    return tuple(value for value in values if value in known)


def _yen(values: Values) -> int:
    return max(1, int(values[0])) if values else 1


def _stands_in(word: str, folded: str) -> bool:
    return bool(key := fold_word(word)) and key in folded


def fold_word(text: str) -> str:
    """A text in which words are looked for: width and case do not matter, nor do line ends and what has no shape."""
    return "".join(seen(text).casefold().split())


def steps_of(found: Iterable[Applied]) -> list[Step]:
    """The steps of every rule that applies, one after the other; the same people are asked once.

    “Anybody who may approve” is left out where another rule asks for somebody in particular.
    """
    steps: list[Step] = []
    for step in (step for each in found for step in each.steps):
        same = next((at for at, other in enumerate(steps) if other.who == step.who and other.rule != step.rule), None)
        if same is None:
            steps.append(step)
        else:
            steps[same] = _stricter(steps[same], step)
    named = [step for step in steps if not step.who.is_everybody or step.but]
    plain = [step for step in steps if step.who.is_everybody and (step.needed > 1 or _is_second(step, steps))]
    return [step for step in steps if step in named or step in plain] or steps[:1]


def _stricter(one: Step, other: Step) -> Step:
    minutes = min((each for each in (one.minutes, other.minutes) if each), default=0)
    but = tuple(dict.fromkeys((*one.but, *other.but)))
    return Step(one.who, max(one.needed, other.needed), minutes, one.then, one.rule, but)


def _is_second(step: Step, steps: Sequence[Step]) -> bool:
    """True for one of several steps of a rule: that rule wants several pairs of eyes."""
    return sum(each.rule == step.rule for each in steps) > 1


@dataclass(frozen=True, slots=True)
class Staff:
    """Who there is, who is away, and who sees a conversation: read once, by `approval_facts.read_staff`."""

    people: Mapping[int, User]
    teams: Mapping[int, frozenset[int]]  #: members by team
    away: Mapping[int, int | None]  #: who is away now, and their substitute
    open_to_all: bool = True  #: what is to be approved stands in a 窓口 for everybody
    named: frozenset[int] = frozenset()  #: else those whom its 窓口 name, themselves or by a team

    def may_decide(self, pk: int) -> bool:
        """True for somebody who is here, sends unchecked, and sees the conversation."""
        user = self.people.get(pk)
        if user is None or not may(user, Permission.SEND_UNCHECKED):
            return False
        sight = sight_of(user)
        return sight is Sight.EVERYTHING or (sight is Sight.DESKS and (self.open_to_all or pk in self.named))

    def present(self, pk: int, *, but: Collection[int | None] = ()) -> int | None:
        """The person, or who stands in while they are away; None for nobody, also when substitutes go in a circle.

        Through those in `but` it leads nowhere: who wrote a letter must not choose who decides about it either.
        """
        seen: set[int | None] = set(but)
        at: int | None = pk
        while at is not None and at not in seen:
            if at not in self.away:
                return at
            seen.add(at)
            at = self.away[at]
        return None


@dataclass(frozen=True, slots=True)
class Deciders:
    """Who decides a step now."""

    ids: frozenset[int]
    is_fallback: bool = False  #: nobody of those named can, so everybody who may approve does


def deciders_of(
    step: Step,
    staff: Staff,
    *,
    author: int | None,
    is_escalated: bool = False,
    done: frozenset[int] = frozenset(),
) -> Deciders:
    """Who may decide a step: those named or their substitutes, never who wrote; else everybody who may approve.

    `done` have approved another step of the same rule: they decide only where nobody else is left, for a letter that
    nobody may decide about would wait for ever.
    """
    asked = named_in(step.who, staff) | (named_in(step.then, staff) if is_escalated else frozenset())
    wrote = {author, *step.but}
    present = (staff.present(pk, but=wrote) for pk in asked)
    able = frozenset(pk for pk in present if pk is not None and staff.may_decide(pk))
    if able - done:
        return Deciders(able - done)
    everybody = frozenset(pk for pk in _approving(staff) if pk not in wrote and staff.may_decide(pk))
    here = frozenset(pk for pk in everybody if pk not in staff.away)
    return Deciders(here - done or everybody - done or here or everybody, is_fallback=True)


def named_in(who: People, staff: Staff) -> frozenset[int]:
    """Whom a step means, whether they can decide or not."""
    if who.is_everybody:
        return _approving(staff)
    members = (pk for team in who.teams for pk in staff.teams.get(team, ()))
    in_roles = (pk for pk, user in staff.people.items() if user.role in who.roles and user.is_active)
    return frozenset((*who.people, *members, *in_roles))


def _approving(staff: Staff) -> frozenset[int]:
    return frozenset(pk for pk, user in staff.people.items() if may(user, Permission.APPROVE))
