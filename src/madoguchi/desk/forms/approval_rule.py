"""A rule of approval as one form: what it is about, and three steps of who decides; the policy; the test of a mail."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.choices import Role
from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, roles_that_may
from madoguchi.accounts.queries import active_users, all_teams, all_users
from madoguchi.channels.models import Inbox
from madoguchi.channels.registry import channel_classes
from madoguchi.conversations.actions.approval_rules import WantedRule
from madoguchi.conversations.actions.approvals import reason_word
from madoguchi.conversations.approval import Condition, People, Step
from madoguchi.conversations.approval_choices import PLAIN_KINDS, ConditionKind, Reason
from madoguchi.conversations.models import ApprovalPolicy, ApprovalRule
from madoguchi.conversations.queries import category_tree
from madoguchi.desk.forms.filing import offer

#: More steps than these are kept when the API made them, and shown, but not edited here.
SHOWN_STEPS = 3
#: Who may decide at all.
DECIDING = [role for role in Role if role.value in roles_that_may(Permission.SEND_UNCHECKED)]
_BOXES = forms.CheckboxSelectMultiple
#: Whose replies there can be any of.
_WRITING = [(role.value, role.label) for role in Role if role.value in roles_that_may(Permission.REPLY)]


class RuleForm(forms.Form):
    """Conditions and steps; what is left empty is not asked."""

    name = forms.CharField(label=_("Name"), max_length=60, required=False)
    is_active = forms.BooleanField(label=_("In force"), required=False, initial=True)
    inboxes = forms.TypedMultipleChoiceField(
        label=_("Desks"), required=False, coerce=int, widget=_BOXES, help_text=_("None chosen: every desk.")
    )
    role = forms.MultipleChoiceField(label=_("Role of the author"), required=False, widget=_BOXES, choices=_WRITING)
    author = forms.TypedMultipleChoiceField(label=_("Author"), required=False, coerce=int, widget=_BOXES)
    team = forms.TypedMultipleChoiceField(label=_("Team of the author"), required=False, coerce=int, widget=_BOXES)
    category = forms.TypedMultipleChoiceField(label=_("Category"), required=False, coerce=int, widget=_BOXES)
    amount = forms.IntegerField(
        label=_("Amount in the text, from so many yen on"), required=False, min_value=1, max_value=10**12 - 1
    )
    keyword = forms.CharField(
        label=_("Words in subject or text"),
        required=False,
        max_length=6000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One a line; any of them is enough. Quotations and signatures do not count."),
    )
    channel = forms.MultipleChoiceField(label=_("Channel"), required=False, widget=_BOXES)
    complaint = forms.BooleanField(
        label=_("The conversation is a complaint"),
        required=False,
        help_text=_("By its category, its tags, or the words of the customer."),
    )
    private = forms.BooleanField(
        label=_("Personal data stands in the text"),
        required=False,
        help_text=_("Card numbers, My Number, phone numbers, postal addresses, bank accounts."),
    )
    new_address = forms.BooleanField(label=_("An address never written with before"), required=False)
    attachment = forms.BooleanField(label=_("A file is attached"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=2**31 - 1)

    def __init__(self, data: Any = None, *, rule: ApprovalRule | None = None, inboxes: Iterable[Inbox] = ()) -> None:
        """Begin with what a rule says."""
        super().__init__(data, initial=_initial(rule) if rule else None)
        users = list(active_users())
        people = _deciding(users, rule)
        teams = [(team.pk, team.name) for team in all_teams()]
        offer(self, "inboxes", [(inbox.pk, inbox.name) for inbox in inboxes])
        offer(self, "author", _authors(users, rule))
        offer(self, "team", teams)
        offer(self, "category", _categories())
        offer(self, "channel", [(kind, each.label) for kind, each in channel_classes().items()])
        for number in range(SHOWN_STEPS):
            self._add_step(number, people, teams)
        self.kept_steps = list(map(Step.read, rule.steps)) if rule else []

    def _add_step(self, number: int, people: list[tuple[int, str]], teams: list[tuple[int, str]]) -> None:
        deciding = [(role.value, role.label) for role in DECIDING]
        prefix = f"step{number}_"
        multiple = forms.TypedMultipleChoiceField
        self.fields |= {
            f"{prefix}people": multiple(
                label=_("Approvers"), required=False, coerce=int, choices=people, widget=_BOXES
            ),
            f"{prefix}teams": multiple(label=_("Teams"), required=False, coerce=int, choices=teams, widget=_BOXES),
            f"{prefix}roles": forms.MultipleChoiceField(
                label=_("Roles"), required=False, choices=deciding, widget=_BOXES
            ),
            f"{prefix}needed": forms.IntegerField(
                label=_("How many of them"), required=False, min_value=1, max_value=10, initial=1
            ),
            f"{prefix}minutes": forms.IntegerField(
                label=_("Deadline in business minutes"),
                required=False,
                min_value=0,
                max_value=60_000,
                help_text=_(
                    "Then they are reminded, and after as long again others are asked too. Empty: no deadline."
                ),
            ),
            f"{prefix}then_people": multiple(
                label=_("Who is asked then"),
                required=False,
                coerce=int,
                choices=people,
                widget=_BOXES,
                help_text=_("Nobody chosen: everybody who may approve."),
            ),
        }
        if number:
            self.fields[f"{prefix}is_on"] = forms.BooleanField(label=_("With this step"), required=False)

    def steps(self) -> list[list[forms.BoundField]]:
        """The fields of each step, for the page."""
        order = ("is_on", "people", "teams", "roles", "needed", "minutes", "then_people")
        return [
            [self[f"step{number}_{name}"] for name in order if f"step{number}_{name}" in self.fields]
            for number in range(SHOWN_STEPS)
        ]

    def wanted(self) -> WantedRule:
        """What was entered, as the action takes it."""
        cleaned = self.cleaned_data
        return WantedRule(
            conditions=tuple(self._conditions()),
            steps=tuple(self._wanted_steps()),
            inbox_ids=tuple(cleaned["inboxes"]),
            name=cleaned["name"],
            is_active=cleaned["is_active"],
        )

    def _conditions(self) -> list[Condition]:
        cleaned = self.cleaned_data
        words = [line.strip() for line in cleaned["keyword"].splitlines() if line.strip()]
        values: dict[str, tuple[str | int, ...]] = {
            **{kind: tuple(cleaned[kind]) for kind in ("role", "author", "team", "category", "channel")},
            "amount": (cleaned["amount"],) if cleaned["amount"] else (),
            "keyword": tuple(words),
        }
        return [
            Condition(kind, values.get(kind, ()))
            for kind in ConditionKind.values
            if values.get(kind) or (kind in PLAIN_KINDS and cleaned[kind])
        ]

    def _wanted_steps(self) -> list[Step]:
        cleaned = self.cleaned_data
        found = []
        for number in range(SHOWN_STEPS):
            if number and not cleaned[f"step{number}_is_on"]:
                continue
            get = {name: cleaned[f"step{number}_{name}"] for name in ("people", "teams", "roles", "needed", "minutes")}
            before = self.kept_steps[number].then if number < len(self.kept_steps) else People()
            then = People(tuple(cleaned[f"step{number}_then_people"]), before.teams, before.roles)
            who = People(tuple(get["people"]), tuple(get["teams"]), tuple(get["roles"]))
            found.append(Step(who, get["needed"] or 1, get["minutes"] or 0, then))
        return [*found, *self.kept_steps[SHOWN_STEPS:]]


def _deciding(users: Sequence[User], rule: ApprovalRule | None) -> list[tuple[int, str]]:
    """Who can decide; and whom the rule names already: saving something else does not forget them in silence."""
    steps = map(Step.read, rule.steps) if rule else ()
    named = {pk for step in steps for pk in (*step.who.people, *step.then.people)}
    able = {user.pk: user.name for user in users if user.role in DECIDING}
    unable = all_users().filter(pk__in=named - set(able)).order_by("name", "pk")
    gone = [(user.pk, _("%(name)s (cannot approve)") % {"name": user.name}) for user in unable]
    return [*able.items(), *gone]


def _authors(users: Sequence[User], rule: ApprovalRule | None) -> list[tuple[int, str]]:
    """Who writes to customers; and whom the rule names already: without its last author it would be about everybody."""
    named = {pk for each in (rule.conditions if rule else ()) if each["kind"] == "author" for pk in each["values"]}
    writing = {role for role, _word in _WRITING}
    able = {user.pk: user.name for user in users if user.role in writing}
    others = all_users().filter(pk__in=named - set(able)).order_by("name", "pk")
    return [*able.items(), *((user.pk, user.name) for user in others)]


def _initial(rule: ApprovalRule) -> dict[str, Any]:
    conditions = {each["kind"]: each["values"] for each in rule.conditions}
    found: dict[str, Any] = {
        "name": rule.name,
        "is_active": rule.is_active,
        "inboxes": [inbox.pk for inbox in rule.inboxes.all()],
        "version": rule.version,
        **conditions,
        **{kind: kind in conditions for kind in PLAIN_KINDS},
    }
    found["amount"] = conditions.get("amount", [None])[0]
    found["keyword"] = "\n".join(conditions.get("keyword", []))
    for number, step in enumerate(map(Step.read, rule.steps[:SHOWN_STEPS])):
        found |= {f"step{number}_{name}": value for name, value in _step_values(step).items()}
    return found


def _step_values(step: Step) -> Mapping[str, Any]:
    return {
        "is_on": True,
        "people": step.who.people,
        "teams": step.who.teams,
        "roles": step.who.roles,
        "needed": step.needed,
        "minutes": step.minutes or None,
        "then_people": step.then.people,
    }


def _categories() -> list[tuple[int, str]]:
    return [
        (each.pk, each.name if each is parent else f"\u3000{each.name}")
        for parent in category_tree()
        for each in (parent, *parent.children.all())
    ]


class PolicyForm(forms.Form):
    """The reason codes, and when 新人 ends."""

    reasons = forms.CharField(
        label=_("Reason codes"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("One a line: what approvers choose from when they edit or send back."),
    )
    unchanged_needed = forms.IntegerField(
        label=_("Replies approved unchanged in a row, until a trainee's approval may end"),
        min_value=0,
        max_value=1000,
        help_text=_("0: never."),
    )
    ends_by_itself = forms.BooleanField(
        label=_("It then ends by itself"),
        required=False,
        help_text=_("Else it is proposed to those who approve."),
    )

    def __init__(self, data: Any = None, *, policy: ApprovalPolicy) -> None:
        """Begin with what holds."""
        words = "\n".join(reason_word(code) for code in policy.reasons)
        kept = {"unchanged_needed": policy.unchanged_needed, "ends_by_itself": policy.ends_by_itself}
        super().__init__(data, initial={"reasons": words, **kept})

    def codes(self) -> list[str]:
        """The lines as they are kept: a built-in one by its code, so that it speaks every language."""
        built_in = {str(each.label): each.value for each in Reason}
        lines = (" ".join(line.split()) for line in self.cleaned_data["reasons"].splitlines())
        return [built_in.get(line, line) for line in lines if line]


class TestForm(forms.Form):
    """A past reply, to see which rules would have asked for its approval."""

    message = forms.CharField(
        label=_("Number of the conversation, or link to a message"),
        max_length=300,
        help_text=_("Such as 1234: our last reply in it is looked at."),
    )
