"""設定 › 送信前チェック: how strict each check is, watched words, and the rules of the 敬語 lint."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from madoguchi.accounts.permissions import Permission
from madoguchi.channels.models import Inbox
from madoguchi.channels.queries import get_inbox
from madoguchi.core.errors import DomainError
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.preflight_page import page_of, words_in
from madoguchi.desk.settings_frame import render_settings
from madoguchi.preflight import actions
from madoguchi.preflight.choices import Check, Level
from madoguchi.preflight.queries import get_watch_word

CURRENT = "desk:preflight-settings"


@dataclass(frozen=True, slots=True)
class Scope:
    """For which 窓口 and role something is set; all of them where nothing is chosen."""

    inbox: Inbox | None
    role: str

    @property
    def query(self) -> str:
        """The address of the page with this scope."""
        return f"?inbox={self.inbox.pk if self.inbox else ''}&role={self.role}"


def _scope(request: StaffRequest) -> Scope:
    values = request.POST if request.method == "POST" else request.GET
    inbox = values.get("inbox", "")
    return Scope(get_inbox(request.user, int(inbox)) if inbox.isdecimal() else None, values.get("role", "")[:12])


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.MANAGE_WORKSPACE)
def checks(request: StaffRequest) -> HttpResponse:
    """The whole page; posting it sets the levels of the chosen scope."""
    scope = _scope(request)
    if request.method != "POST":
        return _show(request, scope)
    levels = {check: level for check in Check.values if (level := request.POST.get(f"level-{check}", ""))}
    version = request.POST.get("version", "")
    try:
        actions.set_levels(
            scope.inbox,
            scope.role,
            levels,
            version=int(version) if version.isdecimal() else 0,
            user=request.user,
        )
    except DomainError as error:
        return _show(request, scope, error=error)
    return _done(request, scope, _("The checks were saved. They hold from the next check of any letter."))


def _show(request: StaffRequest, scope: Scope, *, error: DomainError | None = None, **typed: Any) -> HttpResponse:
    context = {"page": page_of(request.user, scope.inbox, scope.role), "error": str(error or ""), **typed}
    status = error.status if error else 200
    return render_settings(request, "desk/preflight_settings.html", context, current=CURRENT, status=status)


def _done(request: HttpRequest, scope: Scope, text: str, anchor: str = "") -> HttpResponse:
    messages.success(request, text)
    return redirect(f"{reverse(CURRENT)}{scope.query}{anchor}")


@require_POST
@allowed(Permission.MANAGE_WORKSPACE)
def add_words(request: StaffRequest) -> HttpResponse:
    """Watch the words of a list, one a line, with its advice behind a tab or comma."""
    scope, typed = _scope(request), request.POST.get("words", "")
    level = request.POST.get("level", Level.WARN)
    try:
        made, known = actions.add_watch_words(words_in(typed), inbox=scope.inbox, level=level, user=request.user)
    except DomainError as error:
        return _show(request, Scope(None, ""), error=error, typed_words=typed[:20_000])
    text = _("Words added: %(new)d. Words that were there already and were changed: %(known)d.")
    return _done(request, Scope(None, ""), text % {"new": made, "known": known}, "#words")


@require_POST
@allowed(Permission.MANAGE_WORKSPACE)
def remove_word(request: StaffRequest, pk: int) -> HttpResponse:
    """Watch a word no longer."""
    actions.remove_watch_word(get_watch_word(pk), user=request.user)
    return _done(request, Scope(None, ""), _("The word was removed."), "#words")


@require_POST
@allowed(Permission.MANAGE_WORKSPACE)
def rule(request: StaffRequest, key: str) -> HttpResponse:
    """Silence a rule of the 敬語 lint with a reason, or hear of it again."""
    if request.POST.get("restore"):
        actions.restore_rule(key, user=request.user)
        return _done(request, Scope(None, ""), _("The rule is heard again."), "#rules")
    actions.silence_rule(key, reason=request.POST.get("reason", ""), user=request.user)
    return _done(request, Scope(None, ""), _("The rule is silent now."), "#rules")
