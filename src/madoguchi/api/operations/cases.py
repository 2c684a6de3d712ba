"""Complaints, harassment and data incidents. What the caller may not see is not found (404), and counted nowhere."""

from datetime import timedelta
from typing import Literal

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router, Status

from madoguchi.accounts.queries import get_user
from madoguchi.api.auth import ApiRequest
from madoguchi.api.downloads import BYTES, download
from madoguchi.api.paging import Page, Paging, page_of, place_at, whole
from madoguchi.api.problems import READ, WRITE
from madoguchi.api.schemas.base import Id, In, Moment
from madoguchi.api.schemas.case_evidence import EvidenceOut, LockedOut, VerdictOut, show_evidence, show_verdict
from madoguchi.api.schemas.cases import (
    AnswerIn,
    CaseChangesIn,
    CaseDecisionOut,
    CaseIn,
    CaseOut,
    CaseRecordOut,
    CaseSignOut,
    CaseStepIn,
    CaseTextOut,
    ComplaintFiguresOut,
    DecisionIn,
    Kind,
    PeopleIn,
    ShieldIn,
    SignIn,
    StatementIn,
    StepOut,
    ref_of,
    show_case,
    show_decision,
    show_figures,
    show_record,
    show_step,
    show_suggestion,
)
from madoguchi.cases.actions import decisions, evidence, opening, shielding, signs, steps
from madoguchi.cases.exporting import export_case
from madoguchi.cases.models import Case
from madoguchi.cases.queries import (
    CaseFilter,
    cases_about,
    cases_after,
    cases_of,
    complaint_figures,
    conversations_in,
    decisions_in,
    evidence_in,
    members_in,
    shielded_in,
    steps_in,
    suggestions_in,
)
from madoguchi.cases.queries import get_case as find_case
from madoguchi.cases.report import report_text
from madoguchi.conversations.queries import get_conversation
from madoguchi.core.errors import Invalid, NotAllowed

router = Router(tags=["Cases"])
CASE = "/cases/{int:case_id}"
OF_CONVERSATION = "/conversations/{int:number}"


class CasesAsked(In):
    """Which cases."""

    kind: Kind | None = None
    """Only of this kind."""
    state: Literal["open", "closed"] | None = None
    """Only in this state."""
    mine: bool = False
    """Only those the caller is responsible for, alone or as the second."""
    late: bool = False
    """Only those with a step overdue."""
    customer: Id | None = None
    """Only of this customer."""


class TimeAsked(In):
    """Of which time."""

    since: Moment | None = None
    """Received from this moment on; 30 days ago when left out."""
    until: Moment | None = None
    """Received before this moment; now when left out."""


@router.get("/cases", response={200: Page[CaseOut], **READ}, operation_id="list_cases", summary="List cases")
def list_cases(request: ApiRequest, asked: Query[CasesAsked], paging: Query[Paging]) -> Page[CaseOut]:
    """The cases the caller may see, newest first."""
    chosen = CaseFilter(
        kind=asked.kind or "", state=asked.state or "", is_mine=asked.mine, is_late=asked.late, customer=asked.customer
    )
    rows = cases_of(request.auth, chosen, now=timezone.now())
    if (place := paging.moment) is not None:
        rows = cases_after(rows, place.moment, place.pk)
    found = list(rows[: paging.limit + 1])
    return page_of(found, paging.limit, show=show_case, place=lambda row: place_at(row.received_at, row.pk))


@router.get(
    "/cases/figures",
    response={200: ComplaintFiguresOut, **READ},
    operation_id="get_complaint_figures",
    summary="Count complaints and how quickly they were answered",
)
def get_figures(request: ApiRequest, asked: Query[TimeAsked]) -> ComplaintFiguresOut:
    """Of the complaints received in a stretch of time that the caller may see."""
    until = asked.until or timezone.now()
    since = asked.since or until - timedelta(days=30)
    return show_figures(complaint_figures(request.auth, since=since, until=until, now=timezone.now()))


@router.post("/cases", response={201: CaseRecordOut, **WRITE}, operation_id="open_case", summary="Open a case")
def open_case(request: ApiRequest, wanted: CaseIn) -> Status[CaseRecordOut]:
    """Open a case with its steps. Harassment needs a second person; a leak's clocks start at its discovery."""
    talks = [get_conversation(request.auth, number) for number in wanted.conversations]
    made = opening.open_case(
        opening.Opening(
            kind=wanted.kind,
            title=wanted.title,
            owner=get_user(wanted.owner_id) if wanted.owner_id else None,
            second=get_user(wanted.second_id) if wanted.second_id else None,
            conversations=talks,
            received_at=wanted.received_at,
            is_confidential=wanted.is_confidential,
            affected=[get_user(pk) for pk in wanted.affected_ids],
            values=wanted.fields,
        ),
        user=request.auth,
    )
    return Status(201, _record(request, made))


def _record(request: ApiRequest, case: Case) -> CaseRecordOut:
    found = find_case(request.auth, case.pk)
    affected = found.harassment.affected.order_by("name", "pk") if found.kind == "harassment" else ()
    return show_record(
        found,
        steps=[show_step(each) for each in steps_in(found)],
        decisions=[show_decision(each) for each in decisions_in(found)],
        members=[ref_of(each) for each in members_in(found)],
        conversations=[each.pk for each in conversations_in(request.auth, found)],
        affected=[ref_of(each) for each in affected],
        hidden_from=[ref_of(each) for each in shielded_in(found)],
    )


@router.get(CASE, response={200: CaseRecordOut, **READ}, operation_id="get_case", summary="Read one case")
def get_case(request: ApiRequest, case_id: Id) -> CaseRecordOut:
    """One case with all it has. That a confidential one was read is written down."""
    found = find_case(request.auth, case_id)
    opening.note_seen(found, user=request.auth)
    return _record(request, found)


@router.patch(CASE, response={200: CaseRecordOut, **WRITE}, operation_id="change_case", summary="Change a case")
def change_case(request: ApiRequest, case_id: Id, changes: CaseChangesIn) -> CaseRecordOut:
    """Change the title and fields. 409 `conflict` when somebody was faster."""
    found = find_case(request.auth, case_id)
    opening.change_case(found, seen=changes.version, title=changes.title, values=changes.fields, user=request.auth)
    return _record(request, found)


@router.put(
    CASE + "/people", response={200: CaseRecordOut, **WRITE}, operation_id="set_case_people", summary="Name people"
)
def set_people(request: ApiRequest, case_id: Id, wanted: PeopleIn) -> CaseRecordOut:
    """Say who is responsible, who is the second, who else may see it. 404 for whoever leaves themselves out."""
    found = find_case(request.auth, case_id)
    opening.change_people(
        found,
        owner=get_user(wanted.owner_id),
        second=get_user(wanted.second_id) if wanted.second_id else None,
        members=[get_user(pk) for pk in wanted.member_ids],
        user=request.auth,
    )
    return _record(request, found)


@router.put(
    CASE + "/hidden-from/{int:user_id}",
    response={200: CaseRecordOut, **WRITE},
    operation_id="hide_case_conversations",
    summary="Spare a colleague the conversations",
)
def hide(request: ApiRequest, case_id: Id, user_id: Id, wanted: ShieldIn) -> CaseRecordOut:
    """Hide the conversations of a harassment case, those linked later too, from a colleague who wishes it."""
    found = find_case(request.auth, case_id)
    shielding.shield(found, get_user(user_id), is_wished=wanted.is_wished, user=request.auth)
    return _record(request, found)


@router.delete(
    CASE + "/hidden-from/{int:user_id}",
    response={204: None, **WRITE},
    operation_id="show_case_conversations",
    summary="Let a colleague see the conversations again",
)
def show(request: ApiRequest, case_id: Id, user_id: Id) -> Status[None]:
    """Show them again, also of a closed case."""
    shielding.unshield(find_case(request.auth, case_id), get_user(user_id), user=request.auth)
    return Status(204, None)


@router.put(
    CASE + "/conversations/{int:number}",
    response={204: None, **WRITE},
    operation_id="link_case_conversation",
    summary="Add a conversation to a case",
)
def link(request: ApiRequest, case_id: Id, number: Id) -> Status[None]:
    """Let a conversation belong to a case."""
    found, talk = find_case(request.auth, case_id), get_conversation(request.auth, number)
    opening.link_conversation(found, talk, user=request.auth)
    return Status(204, None)


@router.delete(
    CASE + "/conversations/{int:number}",
    response={204: None, **WRITE},
    operation_id="unlink_case_conversation",
    summary="Take a conversation out of a case",
)
def unlink(request: ApiRequest, case_id: Id, number: Id) -> Status[None]:
    """Evidence that was locked from it stays."""
    found, talk = find_case(request.auth, case_id), get_conversation(request.auth, number)
    opening.unlink_conversation(found, talk, user=request.auth)
    return Status(204, None)


@router.post(
    CASE + "/steps/{slug:key}", response={200: StepOut, **WRITE}, operation_id="set_case_step", summary="Do a step"
)
def set_step(request: ApiRequest, case_id: Id, key: str, wanted: CaseStepIn) -> StepOut:
    """Do a step, leave it out, take it back, or move its time. 409 `step_taken` when somebody was faster."""
    found, user = find_case(request.auth, case_id), request.auth
    match wanted.state:
        case "done":
            return show_step(steps.do_step(found, key, note=wanted.note, at=wanted.at, user=user))
        case "skipped":
            return show_step(steps.skip_step(found, key, reason=wanted.note, user=user))
        case "open":
            return show_step(steps.undo_step(found, key, user=user))
    return show_step(steps.move_step(found, key, due_at=wanted.due_at, user=user))


@router.post(
    CASE + "/decisions",
    response={201: CaseDecisionOut, **WRITE},
    operation_id="propose_case_decision",
    summary="Propose a decision",
)
def propose(request: ApiRequest, case_id: Id, wanted: DecisionIn) -> Status[CaseDecisionOut]:
    """Propose what a second person is to decide."""
    found = find_case(request.auth, case_id)
    proposal = decisions.Proposal(wanted.kind, wanted.words, wanted.value, wanted.review_on)
    return Status(201, show_decision(decisions.ask_decision(found, proposal, user=request.auth)))


@router.post(
    CASE + "/decisions/{int:decision}",
    response={200: CaseDecisionOut, **WRITE},
    operation_id="answer_case_decision",
    summary="Agree, refuse or take back",
)
def answer(request: ApiRequest, case_id: Id, decision: Id, wanted: AnswerIn) -> CaseDecisionOut:
    """Decide as the second person. 403 `same_person` for who proposed it, 409 `already_decided` for who was slower."""
    found, user = find_case(request.auth, case_id), request.auth
    if wanted.answer == "withdrawn":
        return show_decision(decisions.withdraw_decision(found, decision, user=user))
    is_agreed = wanted.answer == "approved"
    return show_decision(decisions.decide(found, decision, is_agreed=is_agreed, reply=wanted.reply, user=user))


@router.get(
    CASE + "/evidence", response={200: Page[EvidenceOut], **READ}, operation_id="list_evidence", summary="List evidence"
)
def list_evidence(request: ApiRequest, case_id: Id) -> Page[EvidenceOut]:
    """The chain in its order. That it was read is written down."""
    found = find_case(request.auth, case_id)
    opening.note_seen(found, user=request.auth)
    return whole([show_evidence(each) for each in evidence_in(found)])


@router.post(
    CASE + "/evidence", response={201: LockedOut, **WRITE}, operation_id="lock_evidence", summary="Lock evidence"
)
def lock(request: ApiRequest, case_id: Id, wanted: StatementIn) -> Status[LockedOut]:
    """Freeze a conversation of the case, or a statement. It can neither be changed nor deleted afterwards."""
    found = find_case(request.auth, case_id)
    if (wanted.conversation is None) == (not wanted.text):
        raise Invalid(_("Name a conversation or write a statement, one of both."), field="text")
    if wanted.conversation is None:
        amount = evidence.lock_statement(found, wanted.text, user=request.auth)
    else:
        talk = get_conversation(request.auth, wanted.conversation)
        amount = evidence.lock_conversation(found, talk, user=request.auth)
    return Status(201, LockedOut(amount=amount))


@router.post(
    CASE + "/evidence/verify", response={200: VerdictOut, **WRITE}, operation_id="verify_evidence", summary="Verify"
)
def verify(request: ApiRequest, case_id: Id) -> VerdictOut:
    """Compute the chain anew and say what is wrong with it."""
    return show_verdict(evidence.verify_evidence(find_case(request.auth, case_id), user=request.auth))


@router.get(
    CASE + "/export",
    response={200: None, **READ},
    operation_id="export_case",
    summary="Take a case out",
    openapi_extra=BYTES,
)
def export(request: ApiRequest, case_id: Id) -> HttpResponse:
    """The case as a ZIP with readable pages, a table, files, and what proves them."""
    found = find_case(request.auth, case_id)
    if request.auth.masks_contacts:
        raise NotAllowed(_("Your role reads addresses masked. In an archive they cannot be, so it stays shut."))
    content = export_case(found)
    evidence.note_export(found, user=request.auth)
    return download(content, name=f"case-{found.pk}.zip", content_type="application/zip")


@router.get(
    CASE + "/report", response={200: CaseTextOut, **READ}, operation_id="get_case_text", summary="Read a case as text"
)
def get_text(request: ApiRequest, case_id: Id) -> CaseTextOut:
    """The record as text; of a leak the draft of the report with its nine items."""
    return CaseTextOut(text=report_text(find_case(request.auth, case_id)))


@router.get(
    OF_CONVERSATION + "/cases",
    response={200: Page[CaseOut], **READ},
    operation_id="list_conversation_cases",
    summary="List the cases of a conversation",
)
def list_of_conversation(request: ApiRequest, number: Id) -> Page[CaseOut]:
    """The cases of a conversation that the caller may see."""
    found = get_conversation(request.auth, number)
    return whole([show_case(each) for each in cases_about(request.auth, found.pk)])


@router.get(
    OF_CONVERSATION + "/case-signs",
    response={200: Page[CaseSignOut], **READ},
    operation_id="list_case_signs",
    summary="Find what a conversation's words may be",
)
def list_signs(request: ApiRequest, number: Id) -> Page[CaseSignOut]:
    """What to consider, and the words that say so. Nothing follows by itself."""
    return whole(
        [show_suggestion(each) for each in suggestions_in(request.auth, get_conversation(request.auth, number))]
    )


@router.post(
    OF_CONVERSATION + "/case-signs",
    response={204: None, **WRITE},
    operation_id="dismiss_case_sign",
    summary="Say that it is no such thing",
)
def dismiss(request: ApiRequest, number: Id, wanted: SignIn) -> Status[None]:
    """What was read so far is not offered again; later messages speak up anew."""
    about = get_conversation(request.auth, number)
    deed = signs.dismiss_sign if wanted.is_dismissed else signs.recall_sign
    deed(about, wanted.kind, user=request.auth)
    return Status(204, None)
