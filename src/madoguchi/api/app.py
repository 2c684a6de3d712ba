"""The API put together: who may call, how errors look, which operations there are."""

from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.renderers import JSONRenderer

from madoguchi import __version__
from madoguchi.api import problems
from madoguchi.api.auth import Bearer, Session
from madoguchi.api.operations import (
    acknowledgement,
    approval,
    asking,
    audit,
    bulk_replies,
    bulletins,
    calendars,
    call_requests,
    callbacks,
    calls,
    care,
    case_persons,
    cases,
    companies,
    conversations,
    customer_fields,
    customer_imports,
    customer_parts,
    customers,
    drafts,
    fields,
    filing,
    guides,
    harassment,
    inboxes,
    knowledge,
    links,
    me,
    merging,
    messages,
    ongoing,
    order_sources,
    orders,
    outbox,
    people,
    planned,
    preflight,
    promises,
    quarantine,
    reading,
    search,
    segments,
    shift,
    slips,
    status,
    timeline,
    wording,
    wording_sources,
    workspace,
    writing,
)
from madoguchi.api.parameters import refuse_unknown_parameters
from madoguchi.api.parsing import StrictParser

ABOUT = """\
Everything a screen of Madoguchi can do.

Send a token as `Authorization: Bearer mdg_…`; make one with `madoguchi token create EMAIL` or under Settings.
Lists answer `{"items": […], "next": "…"}`: send `next` back as `cursor` for the page that follows.
Refusals answer `{"error": {"code", "message", "field", "facts"}}`; `code` is stable, `message` comes in the language
of `Accept-Language`, or else the caller's. Times are ISO 8601 in UTC. Desk means 窓口: one shared address.
"""
TAGS = {
    "Me": "The caller, their notices and keys.",
    "Status": "How the desk is doing.",
    "Conversations": "Lists, one with all it has, and what changes of them.",
    "Writing": "Replies, new mail, internal notes, the reply lock.",
    "Messages": "One message, its source and files, and its way out.",
    "Drafts": "What the caller is writing.",
    "Customers": "Customers and their history.",
    "Approval": "Which replies wait for somebody else, who decides, and what was decided.",
    "Search": "Finding what was written.",
    "Filing": "Tags, categories, saved views.",
    "Custom fields": "What is to be known of conversations and customers beside what a mail says.",
    "Templates": "Templates and phrases: keeping them, and filling them in for a letter.",
    "Knowledge": "Articles (ナレッジ): finding, writing and publishing them, and what of them goes into a letter.",
    "Guides": "Checklists and talk scripts, kept and in use.",
    "Desks": "窓口: connecting, changing, who sees them.",
    "Cases": "Complaints, harassment, data incidents; only for those who may see them.",
    "Calls": "The telephone: memos of calls, and who has a number.",
    "Orders": "What customers bought, from whatever system, and the sources it comes from.",
    "Messages to colleagues": "伝言メモ: what a colleague is to do about a conversation, and whether they did.",
    "Callbacks": "Whom to call back, when, what attempts came to, and the page on which customers choose.",
    "Promises": "What was promised to customers, by when, and whether it was kept.",
    "Calendars": "Business hours and closed days, by which desks count their deadlines.",
    "Checks": "What is looked at before a letter leaves: checking one, how strict, watched words, polite wording.",
    "Quarantine": "Received mail that could not be read.",
    "Local mailbox": "What would have left but stayed inside.",
    "People": "The staff and its teams.",
    "Workspace": "The shop's name and language.",
    "Shift": "Presence, who is on duty, handing conversations over, bulletins.",
    "Audit": "Who did what to the desk itself.",
}
NOUNS = (
    preflight,
    wording, wording_sources, knowledge,
    me, guides, status, conversations, links, asking, writing, messages, planned, reading, drafts, customers,
    customer_parts, search, bulk_replies,
    shift, filing, fields, customer_fields, customer_imports, segments,
    inboxes, acknowledgement, promises, calendars, quarantine, outbox, people, workspace, audit,
    merging, companies, bulletins, approval, calls, orders, order_sources,
    callbacks, call_requests, slips, ongoing, timeline,
    harassment, cases, case_persons, care,
)  # fmt: skip


class CompactRenderer(JSONRenderer):
    """JSON without needless bytes: a Japanese character takes three, not six."""

    json_dumps_params = {"ensure_ascii": False, "separators": (",", ":")}


class DeskApi(NinjaAPI):
    """Ninja's API, saying in every answer that it is private and which language it speaks."""

    def create_temporal_response(self, request: HttpRequest) -> HttpResponse:
        """The answer of an operation before its content."""
        return _marked(super().create_temporal_response(request))

    def on_exception(self, request: HttpRequest, exc: Any) -> HttpResponse:
        """The answer to an error."""
        return _marked(super().on_exception(request, exc))

    def get_openapi_schema(self, **more: Any) -> OpenAPISchema:
        """The description of the API, with the meaning of each refusal; made once."""
        return _described(self, tuple(sorted((key, value) for key, value in more.items() if isinstance(value, str))))

    def describe(self, **more: Any) -> OpenAPISchema:
        """Ninja's description, made anew."""
        return super().get_openapi_schema(**more)


def _marked(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    response["Content-Language"] = translation.get_language() or "ja"
    return response


@lru_cache(maxsize=2)
def _described(api: DeskApi, more: tuple[tuple[str, str], ...]) -> OpenAPISchema:
    schema = api.describe(**dict(more))
    problems.describe(schema)
    for methods in schema["paths"].values():
        for operation in methods.values():
            for parameter in operation["parameters"]:
                parameter.pop("examples", None)  # they stand in the schema; here they would have to be an object
            operation["responses"] = {str(code): each for code, each in operation["responses"].items()}
    return schema


def make_api() -> DeskApi:
    """The API with every operation."""
    made = DeskApi(
        title="Madoguchi",
        version=__version__,
        description=ABOUT,
        docs_url=None,
        urls_namespace="api",
        auth=[Bearer(), Session()],
        parser=StrictParser(),
        renderer=CompactRenderer(),
        openapi_extra={
            "info": {"license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}},
            "tags": [{"name": name, "description": about} for name, about in TAGS.items()],
        },
    )
    problems.add_handlers(made)
    for noun in NOUNS:
        refuse_unknown_parameters(noun.router)
        made.add_router("", noun.router)
    return made


api = make_api()
