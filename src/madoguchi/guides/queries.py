"""Reads of guides."""

from django.db.models import Count, F, Prefetch, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from madoguchi.conversations.models import Conversation
from madoguchi.core.errors import NotFound
from madoguchi.core.prepared import OneOf, Prepared, Slot
from madoguchi.guides.models import Checklist, ChecklistItem, ChecklistTemplate, ScriptRun, TalkScript


def all_templates() -> QuerySet[ChecklistTemplate]:
    """Every template by name."""
    return ChecklistTemplate.objects.select_related("category__parent", "inbox")


def get_template(pk: int) -> ChecklistTemplate:
    """One template; NotFound otherwise."""
    template = all_templates().filter(pk=pk).first()
    if template is None:
        raise NotFound(_("There is no such checklist."))
    return template


def templates_for(conversation: Conversation) -> QuerySet[ChecklistTemplate]:
    """What can still be put on a conversation."""
    used = Checklist.objects.filter(conversation=conversation, removed_at=None, template__isnull=False)
    fits = Q(inbox=None) | Q(inbox=conversation.inbox_id)
    return all_templates().filter(fits, is_active=True).exclude(pk__in=used.values("template"))


def checklists_of(number: int) -> list[Checklist]:
    """The checklists of a conversation with their items; two queries."""
    items = Prefetch("items", queryset=ChecklistItem.objects.select_related("done_by"))
    return list(Checklist.objects.filter(conversation=number, removed_at=None).prefetch_related(items))


def get_checklist(conversation: Conversation, pk: int) -> Checklist:
    """One checklist of a conversation, removed or not; NotFound otherwise."""
    checklist = Checklist.objects.filter(conversation=conversation, pk=pk).first()
    if checklist is None:
        raise NotFound(_("There is no such checklist."))
    return checklist


def get_item(conversation: Conversation, pk: int) -> ChecklistItem:
    """One item of a conversation's checklists; NotFound otherwise."""
    rows = ChecklistItem.objects.select_related("checklist", "done_by")
    item = rows.filter(pk=pk, checklist__conversation=conversation, checklist__removed_at=None).first()
    if item is None:
        raise NotFound(_("This item does not exist any more."))
    return item


def progress_rows(numbers: list[int]) -> QuerySet[ChecklistItem, tuple[int, int, int]]:
    """Of each conversation with checklists: its number, how many items there are, and how many are done."""
    return _PROGRESS(ids=numbers)


_PROGRESS: Prepared[QuerySet[ChecklistItem, tuple[int, int, int]]] = Prepared(
    lambda: (
        ChecklistItem.objects.filter(OneOf(F("checklist__conversation_id"), Slot("ids")), checklist__removed_at=None)
        .order_by()
        .values_list("checklist__conversation_id")
        .annotate(n=Count("pk"), done=Count("done_at"))
    )
)


def all_scripts() -> QuerySet[TalkScript]:
    """Every talk script by name."""
    return TalkScript.objects.select_related("category__parent")


def get_script(pk: int) -> TalkScript:
    """One talk script; NotFound otherwise."""
    script = all_scripts().filter(pk=pk).first()
    if script is None:
        raise NotFound(_("There is no such talk script."))
    return script


def scripts_for(conversation: Conversation) -> list[TalkScript]:
    """What can be followed here, those of the conversation's 分類 first."""
    rows = list(all_scripts().filter(is_active=True))
    own = {conversation.category_id, conversation.category.parent_id if conversation.category else None} - {None}
    return sorted(rows, key=lambda each: each.category_id not in own)


def runs_of(number: int) -> list[ScriptRun]:
    """The scripts followed on a conversation, those that go on first, then the newest."""
    rows = ScriptRun.objects.filter(conversation=number).select_related("started_by")
    return sorted(rows.order_by("-pk")[:20], key=lambda each: each.ended_at is not None)


def get_run(conversation: Conversation, pk: int) -> ScriptRun:
    """One script followed on a conversation; NotFound otherwise."""
    run = ScriptRun.objects.filter(conversation=conversation, pk=pk).first()
    if run is None:
        raise NotFound(_("There is no such talk script."))
    return run
