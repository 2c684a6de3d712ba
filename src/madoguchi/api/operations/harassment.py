"""The policy on harassment, and the yearly report without names."""

from typing import Annotated

from ninja import Query, Router
from pydantic import Field

from madoguchi.accounts.permissions import Permission
from madoguchi.api.auth import ApiRequest, require
from madoguchi.api.problems import READ, WRITE
from madoguchi.api.schemas.base import In, Out
from madoguchi.cases.actions.policy import set_policy as keep_policy
from madoguchi.cases.models import HarassmentPolicy
from madoguchi.cases.policy import MAX_POLICY, harassment_policy, policy_address
from madoguchi.cases.yearly import FIRST_YEAR, LAST_YEAR, yearly_report

router = Router(tags=["Cases"])


class YearAsked(In):
    """Which year."""

    year: Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR)]
    """A calendar year in the desk's time zone."""


class AmountOut(Out):
    """How many."""

    key: str
    """The kind, month, judgement or measure."""
    amount: int | None
    """Cases; null where the amount is small, or would tell one that is."""


class AmountsOut(Out):
    """The amounts of one kind."""

    key: str
    """`kind`, `month`, `judgement` or `measure`."""
    amounts: list[AmountOut]
    """One for each."""


class YearlyReportOut(Out):
    """A year in numbers."""

    year: int
    """The year."""
    total: int | None
    """Cases of harassment received in it; null where that is a small number, or would tell one."""
    groups: list[AmountsOut]
    """The amounts."""


class PolicyIn(In):
    """The policy on harassment."""

    ja: Annotated[str, Field(max_length=MAX_POLICY)]
    """In Japanese."""
    en: Annotated[str, Field(max_length=MAX_POLICY)]
    """In English."""
    is_public: bool
    """Customers can read it."""
    version: Annotated[int, Field(ge=0, le=2**31 - 1)]
    """The version on which this was decided, 0 for none; 409 `conflict` when there is a newer one."""


class PolicyOut(Out):
    """The policy on harassment."""

    ja: str
    """In Japanese."""
    en: str
    """In English."""
    is_public: bool
    """Customers can read it."""
    version: int
    """0 while nobody has written it: the text is the one to begin with."""
    url: str
    """Where customers read it."""


@router.get(
    "/cases/harassment-report",
    response={200: YearlyReportOut, **READ},
    operation_id="get_harassment_report",
    summary="Count the harassment of a year",
)
def get_report(request: ApiRequest, asked: Query[YearAsked]) -> YearlyReportOut:
    """Without names and small numbers; for those who oversee cases."""
    found = yearly_report(request.auth, asked.year)
    groups = [
        AmountsOut(key=group.key, amounts=[AmountOut(key=key, amount=amount) for key, _word, amount in group.lines])
        for group in found.groups
    ]
    return YearlyReportOut(year=found.year, total=found.total, groups=groups)


@router.get(
    "/harassment-policy",
    response={200: PolicyOut, **READ},
    operation_id="get_harassment_policy",
    summary="Read the policy on harassment",
)
def get_policy(request: ApiRequest) -> PolicyOut:
    """The policy, public or not; for administrators."""
    require(request.auth, Permission.MANAGE_WORKSPACE)
    return _shown(harassment_policy())


@router.put(
    "/harassment-policy",
    response={200: PolicyOut, **WRITE},
    operation_id="set_harassment_policy",
    summary="Write the policy on harassment",
)
def set_policy(request: ApiRequest, wanted: PolicyIn) -> PolicyOut:
    """Write it, and let customers read it or not."""
    row = keep_policy(ja=wanted.ja, en=wanted.en, is_public=wanted.is_public, seen=wanted.version, user=request.auth)
    return _shown(row)


def _shown(row: HarassmentPolicy) -> PolicyOut:
    return PolicyOut(ja=row.ja, en=row.en, is_public=row.is_public, version=row.version, url=policy_address())
