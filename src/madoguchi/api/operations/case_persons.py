"""Whose data leaked, and that they were told."""

from ninja import Router, Status

from madoguchi.api.auth import ApiRequest
from madoguchi.api.paging import Page, whole
from madoguchi.api.problems import READ, WRITE
from madoguchi.api.schemas.base import Id
from madoguchi.api.schemas.case_people import AffectedOut, AffectedToldIn, NamesIn, show_affected
from madoguchi.cases.actions.affected import add_persons, note_told, remove_person
from madoguchi.cases.queries import get_case, persons_in

router = Router(tags=["Cases"])
PERSONS = "/cases/{int:case_id}/persons"


@router.get(
    PERSONS, response={200: Page[AffectedOut], **READ}, operation_id="list_affected", summary="List affected persons"
)
def list_affected(request: ApiRequest, case_id: Id) -> Page[AffectedOut]:
    """Whose data leaked, those who have not been told first."""
    return whole([show_affected(each) for each in persons_in(get_case(request.auth, case_id))])


@router.post(
    PERSONS,
    response={200: Page[AffectedOut], **WRITE},
    operation_id="add_affected",
    summary="Add affected persons",
)
def add(request: ApiRequest, case_id: Id, wanted: NamesIn) -> Page[AffectedOut]:
    """Put people on the list, each name once."""
    found = get_case(request.auth, case_id)
    add_persons(found, wanted.names, user=request.auth)
    return whole([show_affected(each) for each in persons_in(found)])


@router.post(
    PERSONS + "/told",
    response={200: Page[AffectedOut], **WRITE},
    operation_id="note_affected_told",
    summary="Say that persons were told",
)
def tell(request: ApiRequest, case_id: Id, wanted: AffectedToldIn) -> Page[AffectedOut]:
    """Who was told before keeps what was said then."""
    found = get_case(request.auth, case_id)
    note_told(found, wanted.ids, how=wanted.how, user=request.auth)
    return whole([show_affected(each) for each in persons_in(found)])


@router.delete(
    PERSONS + "/{int:person_id}",
    response={204: None, **WRITE},
    operation_id="remove_affected",
    summary="Take a person off the list",
)
def remove(request: ApiRequest, case_id: Id, person_id: Id) -> Status[None]:
    """Only who has not been told."""
    remove_person(get_case(request.auth, case_id), person_id, user=request.auth)
    return Status(204, None)
