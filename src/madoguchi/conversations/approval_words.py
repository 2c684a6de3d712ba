"""Rules of the approval in words: conditions, what was found, who decides; with the names of those they number."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from madoguchi.accounts.choices import Role
from madoguchi.accounts.models import Team, User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.channels.registry import channel_classes
from madoguchi.conversations.approval import Applied, Condition, Found, People, Rule, Step, Values
from madoguchi.conversations.approval_choices import ConditionKind, PrivateKind
from madoguchi.conversations.models import Category


@dataclass(frozen=True, slots=True)
class Names:
    """What users, teams and categories are called; read once for a page."""

    users: Mapping[int, User]
    teams: Mapping[int, str]
    categories: Mapping[int, str]

    def user(self, pk: object) -> str:
        """A person's name, with a word where they left."""
        user = self.users.get(pk) if isinstance(pk, int) else None
        if user is None:
            return _("(unknown)")
        return user.name if user.is_active else _("%(name)s (left)") % {"name": user.name}


def read_names() -> Names:
    """The names of everybody and everything a rule may mean; three queries."""
    categories = Category.objects.values_list("pk", "name", "parent__name")
    return Names(
        users=User.objects.in_bulk(),
        teams=dict(Team.objects.values_list("pk", "name")),
        categories={pk: f"{parent} › {name}" if parent else name for pk, name, parent in categories},
    )


def rule_words(rule: Rule, names: Names) -> str:
    """What a rule asks for, in a sentence without its steps."""
    if not rule.conditions:
        return _("Every reply")
    return _(" and ").join(condition_words(each, names) for each in rule.conditions)


def condition_words(condition: Condition, names: Names) -> str:
    """One condition: 「金額 50,000円以上」."""
    kind, values = ConditionKind(condition.kind), condition.values
    if kind == ConditionKind.AMOUNT:
        return _("amount of %(yen)s yen and more") % {"yen": f"{int(values[0]):,}"}
    plain = {
        ConditionKind.COMPLAINT: _("complaint"),
        ConditionKind.PRIVATE: _("personal data in the text"),
        ConditionKind.NEW_ADDRESS: _("an address never written with before"),
        ConditionKind.ATTACHMENT: _("with an attachment"),
    }
    if kind in plain:
        return plain[kind]
    sentences = {
        ConditionKind.ROLE: _("author: %(what)s"),
        ConditionKind.AUTHOR: _("author: %(what)s"),
        ConditionKind.TEAM: _("team of the author: %(what)s"),
        ConditionKind.CATEGORY: _("category: %(what)s"),
        ConditionKind.KEYWORD: _("words: %(what)s"),
        ConditionKind.CHANNEL: _("channel: %(what)s"),
    }
    return sentences[kind] % {"what": _(", ").join(value_words(kind, values, names))}


def value_words(kind: str, values: Values, names: Names) -> list[str]:
    """The values of a condition, each in words."""
    classes = channel_classes()
    read: dict[str, Callable[[Any], str]] = {
        ConditionKind.ROLE: lambda each: str(Role(each).label) if each in Role.values else str(each),
        ConditionKind.AUTHOR: names.user,
        ConditionKind.TEAM: lambda each: names.teams.get(each, _("(unknown)")),
        ConditionKind.CATEGORY: lambda each: names.categories.get(each, _("(unknown)")),
        ConditionKind.CHANNEL: lambda each: str(classes[each].label) if each in classes else str(each),
        ConditionKind.PRIVATE: lambda each: str(PrivateKind(each).label),
        ConditionKind.AMOUNT: lambda each: _("%(yen)s yen") % {"yen": f"{each:,}"},
    }
    return [read.get(kind, str)(each) for each in values]


def applied_words(applied: Applied, names: Names) -> str:
    """Why a rule applied: 「金額 50,000円以上(85,000円)」."""
    if not applied.rule:
        return _("everything that trainees write")
    words = [found_words(each, names) for each in applied.found]
    text = _(" and ").join(words) if words else _("every reply")
    return f"{applied.name}: {text}" if applied.name else text


def found_words(found: Found, names: Names) -> str:
    """A condition that held, with what was found where that says more than the condition."""
    text = condition_words(Condition(found.kind, found.values), names)
    tells = (ConditionKind.AMOUNT, ConditionKind.PRIVATE, ConditionKind.COMPLAINT, ConditionKind.NEW_ADDRESS)
    if found.kind not in tells or not found.found:
        return text
    what = _(", ").join(value_words(found.kind, found.found, names))
    if what == text:
        return text
    return _("%(condition)s (%(found)s)") % {"condition": text, "found": what}


def people_words(people: People, names: Names) -> str:
    """Who is meant: 「渡辺 由紀、SV(リーダー)」."""
    if people.is_everybody:
        return _("everybody who may approve")
    roles = value_words(ConditionKind.ROLE, people.roles, names)
    teams = value_words(ConditionKind.TEAM, people.teams, names)
    return _(", ").join([*(names.user(pk) for pk in people.people), *teams, *roles])


def step_words(step: Step, names: Names) -> str:
    """Who decides a step, and by when."""
    text = _who_decides(step, names)
    if step.but:
        text = _("%(who)s, but not %(names)s, who edited it") % {
            "who": text, "names": _(", ").join(names.user(pk) for pk in step.but)
        }  # fmt: skip
    if not step.minutes:
        return text
    within = _("within %(time)s business hours; then also %(then)s")
    return f"{text} ({within % {'time': hours_words(step.minutes), 'then': people_words(step.then, names)}})"


def _who_decides(step: Step, names: Names) -> str:
    """One person by name; several as “any of”, where there is a choice."""
    who = people_words(step.who, names)
    is_one = len(step.who.people) == 1 and not (step.who.teams or step.who.roles)
    if step.needed > 1:
        return _("%(n)d people of: %(who)s") % {"n": step.needed, "who": who}
    if step.who.is_everybody:
        return _("anybody who may approve")
    return who if is_one else _("any one of: %(who)s") % {"who": who}


def hours_words(minutes: int) -> str:
    """Minutes as 「1時間30分」."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("%(m)d min") % {"m": rest}
    return _("%(h)d h %(m)d min") % {"h": hours, "m": rest} if rest else _("%(h)d h") % {"h": hours}


def problems_of(rule: Rule, names: Names) -> list[str]:
    """What is wrong with a rule that worked once: people who left, or whose role cannot decide."""
    return [text for number, step in enumerate(rule.steps, 1) for text in _step_problems(step, number, names)]


def _step_problems(step: Step, number: int, names: Names) -> Iterable[str]:
    gone = [pk for pk in step.who.people if not _may_decide(names.users.get(pk))]
    if gone:
        what = _(", ").join(names.user(pk) for pk in gone)
        yield _("Step %(n)d names people who cannot approve any more: %(who)s") % {"n": number, "who": what}
    if not step.who.is_everybody and not _able(step.who, names):
        yield _("Nobody in step %(n)d can approve: everybody who may approve is asked instead.") % {"n": number}


def _able(who: People, names: Names) -> Sequence[User]:
    in_teams = set(User.objects.filter(teams__in=who.teams).values_list("pk", flat=True)) if who.teams else set()
    meant = (user for pk, user in names.users.items() if pk in who.people or pk in in_teams or user.role in who.roles)
    return [user for user in meant if _may_decide(user)]


def _may_decide(user: User | None) -> bool:
    return user is not None and may(user, Permission.SEND_UNCHECKED)
