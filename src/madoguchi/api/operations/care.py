"""Care of colleagues after harassment: for whom it concerns, and nobody else."""

from ninja import Router, Status

from madoguchi.accounts.queries import get_user
from madoguchi.api.auth import ApiRequest
from madoguchi.api.paging import Page, whole
from madoguchi.api.problems import READ, WRITE
from madoguchi.api.schemas.base import Id
from madoguchi.api.schemas.case_people import CareAnswerIn, CareIn, CareOut, show_care
from madoguchi.cases.actions.care import Offer, answer_care, offer_care
from madoguchi.cases.caring import care_of, get_care
from madoguchi.cases.queries import get_case

router = Router(tags=["Cases"])


@router.get("/care", response={200: Page[CareOut], **READ}, operation_id="list_care", summary="List care")
def list_care(request: ApiRequest) -> Page[CareOut]:
    """What the caller may read: about themselves, what they wrote, everything for those who oversee cases."""
    return whole([show_care(each) for each in care_of(request.auth)])


@router.post("/care", response={201: CareOut, **WRITE}, operation_id="offer_care", summary="Offer or ask for relief")
def offer(request: ApiRequest, wanted: CareIn) -> Status[CareOut]:
    """Offer a colleague relief, or ask for it oneself."""
    case = get_case(request.auth, wanted.case) if wanted.case else None
    told = Offer(get_user(wanted.person_id), wanted.kind, wanted.text, wanted.follow_up_on, case)
    return Status(201, show_care(offer_care(told, user=request.auth)))


@router.post("/care/{int:care_id}", response={200: CareOut, **WRITE}, operation_id="answer_care", summary="Answer")
def answer(request: ApiRequest, care_id: Id, wanted: CareAnswerIn) -> CareOut:
    """Accept, decline, or say that it was done."""
    return show_care(answer_care(get_care(request.auth, care_id), wanted.state, user=request.auth))
