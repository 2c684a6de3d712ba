"""設定 › 承認: the rules in words and order, one rule, a test against a past reply, reason codes and 新人モード."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.accounts.permissions import Permission
from madoguchi.channels.queries import inboxes_of
from madoguchi.conversations.actions import approval_rules as actions
from madoguchi.conversations.approval_facts import past_approval, rule_of
from madoguchi.conversations.approval_queue import all_rules, approval_policy, get_rule
from madoguchi.conversations.approval_words import (
    Names,
    applied_words,
    problems_of,
    read_names,
    rule_words,
    step_words,
)
from madoguchi.conversations.models import ApprovalRule
from madoguchi.conversations.queries import get_message, last_reply_in
from madoguchi.core.errors import DomainError, Invalid
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.forms.approval_rule import PolicyForm, RuleForm, TestForm
from madoguchi.desk.settings_frame import render_settings, show_refusal

CURRENT = "desk:approval-rules"


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One rule in words."""

    rule: ApprovalRule
    when: str
    steps: list[str]
    desks: list[str]
    problems: list[str]


@require_http_methods(["GET", "POST"])
@allowed(Permission.MANAGE_WORKSPACE)
def rules(request: StaffRequest) -> HttpResponse:
    """Every rule in its order; posting keeps the reason codes and when 新人 ends."""
    policy = approval_policy()
    form = PolicyForm(request.POST or None, policy=policy)
    if form.is_bound and form.is_valid() and _keep_policy(request, form):
        return _done(request)
    return _show(request, {"policy": form}, status=422 if form.errors else 200)


def _keep_policy(request: StaffRequest, form: PolicyForm) -> bool:
    cleaned = form.cleaned_data
    values = {name: cleaned[name] for name in ("unchanged_needed", "ends_by_itself")}
    try:
        actions.change_policy(user=request.user, reasons=form.codes(), **values)
    except Invalid as error:
        show_refusal(form, error)
        return False
    return True


def _done(request: StaffRequest) -> HttpResponse:
    messages.success(request, _("Saved."))
    return redirect(CURRENT)


def _show(request: StaffRequest, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    names = read_names()
    lines = [_line(rule, names) for rule in all_rules()]
    context = {"policy": PolicyForm(policy=approval_policy()), "test": TestForm(), **context, "lines": lines}
    return render_settings(request, "desk/approval_rules.html", context, current=CURRENT, status=status)


def _line(row: ApprovalRule, names: Names) -> RuleLine:
    rule = rule_of(row, ())
    return RuleLine(
        rule=row,
        when=rule_words(rule, names),
        steps=[step_words(step, names) for step in rule.steps],
        desks=[inbox.name for inbox in row.inboxes.all()],
        problems=problems_of(rule, names),
    )


@require_http_methods(["GET", "POST"])
@allowed(Permission.MANAGE_WORKSPACE)
def rule(request: StaffRequest, pk: int | None = None) -> HttpResponse:
    """One rule, new or existing."""
    found = get_rule(pk) if pk else None
    form = RuleForm(request.POST or None, rule=found, inboxes=inboxes_of(request.user))
    if form.is_bound and form.is_valid() and _keep(request, found, form):
        return _done(request)
    context = {"form": form, "rule": found, "line": _line(found, read_names()) if found else None}
    return render_settings(
        request, "desk/approval_rule.html", context, current=CURRENT, status=422 if form.errors else 200
    )


def _keep(request: StaffRequest, found: ApprovalRule | None, form: RuleForm) -> bool:
    """Add or change it; False when it was refused, with the reason in the form."""
    try:
        if found is None:
            actions.create_rule(form.wanted(), user=request.user)
        else:
            version = form.cleaned_data["version"] or found.version
            actions.change_rule(found, form.wanted(), user=request.user, version=version)
    except Invalid as error:
        show_refusal(form, error)
    except actions.RuleChanged as error:
        form.add_error(None, str(error.user_message))
    else:
        return True
    return False


@require_POST
@allowed(Permission.MANAGE_WORKSPACE)
def move(request: StaffRequest, pk: int) -> HttpResponse:
    """Change places with a neighbour."""
    actions.move_rule(get_rule(pk), up=request.POST.get("to") == "up", user=request.user)
    return redirect(CURRENT)


@require_POST
@allowed(Permission.MANAGE_WORKSPACE)
def delete(request: StaffRequest, pk: int) -> HttpResponse:
    """Forget a rule."""
    actions.delete_rule(get_rule(pk), user=request.user)
    messages.success(request, _("Deleted."))
    return redirect(CURRENT)


@require_safe
@allowed(Permission.MANAGE_WORKSPACE)
def test(request: StaffRequest) -> HttpResponse:
    """Which rules would have asked for the approval of a past reply."""
    form = TestForm(request.GET or None)
    context: dict[str, Any] = {"test": form}
    if form.is_bound and form.is_valid():
        try:
            message = _past_reply(request, form.cleaned_data["message"])
            names = read_names()
            context["tested"] = {
                "message": message,
                "found": [applied_words(each, names) for each in past_approval(message)],
            }
        except DomainError as error:
            form.add_error("message", str(error))
    return _show(request, context, status=422 if form.errors else 200)


def _past_reply(request: StaffRequest, text: str) -> Any:
    """The reply somebody means: /m/12, #1234 or a link."""
    path, _slash, number = text.strip().rstrip("/").rpartition("/")
    number = number.partition("#message-")[2] or number.lstrip("#")
    if not number.isascii() or not number.isdecimal() or len(number) > 18:
        raise Invalid(_("Enter the number of a conversation, or the link to a message."), field="message")
    if path.endswith("/m"):
        return get_message(request.user, int(number))
    return last_reply_in(request.user, int(number))
