"""Cases for tests."""

from typing import Any

from tests.factories.accounts import make_user

from madoguchi.accounts.choices import Role
from madoguchi.accounts.models import User
from madoguchi.cases.actions.decisions import Proposal, ask_decision, decide
from madoguchi.cases.actions.opening import Opening, change_case, open_case
from madoguchi.cases.choices import CaseKind, DecisionKind, Judgement
from madoguchi.cases.models import Case
from madoguchi.cases.queries import get_case


def make_complaint(user: User, **values: Any) -> Case:
    return open_case(Opening(**{"kind": CaseKind.COMPLAINT, "title": "土鍋が割れて届いた"} | values), user=user)


def make_harassment(user: User, second: User | None = None, **values: Any) -> Case:
    second = second or make_user(Role.SUPERVISOR)
    defaults = {"kind": CaseKind.HARASSMENT, "title": "暴言のあるメール", "second": second}
    return open_case(Opening(**defaults | values), user=user)


def make_incident(user: User, **values: Any) -> Case:
    return open_case(Opening(**{"kind": CaseKind.INCIDENT, "title": "宛先を誤ったメール"} | values), user=user)


def agreed(case: Case, kind: str, *, asker: User, second: User, **values: Any) -> None:
    """Propose by one, agree by the other."""
    wanted = Proposal(kind, values.pop("words", "理由"), **values)
    decide(case, ask_decision(case, wanted, user=asker).position, is_agreed=True, user=second)


def judged(case: Case, *, asker: User, second: User) -> Case:
    """Harassment, as two people have agreed."""
    elements = {"is_by_customer": True, "is_beyond": True, "is_harmful": True}
    change_case(case, seen=case.version, values=elements, user=asker)
    agreed(case, DecisionKind.JUDGEMENT, asker=asker, second=second, value=Judgement.HARASSMENT)
    return get_case(asker, case.pk)
