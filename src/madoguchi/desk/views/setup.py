"""初期設定: the first owner, the workspace, the first 窓口, the first colleagues; or the demo workspace.

Nobody is signed in at first, so `open_to_all`: what protects the beginning is that there is no user yet, and that
whoever does not sit at the machine itself needs the code from its log.
"""

from contextlib import suppress
from typing import Any

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from procrastinate.exceptions import AlreadyEnqueued

from madoguchi.accounts import actions, queries
from madoguchi.accounts.actions import AlreadySetUp
from madoguchi.accounts.letters import invitation_url
from madoguchi.accounts.models import User
from madoguchi.accounts.network import is_from_this_machine, network_of
from madoguchi.accounts.permissions import Permission, may
from madoguchi.accounts.rate_limit import SETUP_NETWORK
from madoguchi.accounts.setup_code import forget_setup_code
from madoguchi.channels.queries import has_inboxes
from madoguchi.core.errors import Invalid
from madoguchi.desk.access import StaffRequest, allowed, open_to_all
from madoguchi.desk.forms.setup import CodeForm, ColleaguesForm, OwnerForm
from madoguchi.desk.forms.workspace import WorkspaceForm
from madoguchi.desk.mailbox_setup import MailboxSetup
from madoguchi.desk.settings_frame import show_refusal
from madoguchi.flows.demo import LOGINS
from madoguchi.flows.demo_loading import load_demo_job

#: Set in the session of a browser that has shown the code.
CODE_SHOWN = "setup_code_shown"
#: In the session of somebody who has come past the mailbox, with one or without.
MAILBOX_BEHIND = "setup_mailbox_behind"


@require_safe
@never_cache
@open_to_all
def setup(request: HttpRequest) -> HttpResponse:
    """Go to the step that is next."""
    workspace = queries.find_workspace()
    if not queries.has_users():
        return redirect("desk:setup-owner")
    if workspace is not None and workspace.set_up_at is not None:
        return redirect("desk:inbox")
    if isinstance(request.user, User) and not may(request.user, Permission.MANAGE_WORKSPACE):
        return redirect("desk:inbox")
    if workspace is None:
        return redirect("desk:setup-workspace")
    return redirect("desk:setup-people" if MAILBOX_BEHIND in request.session or has_inboxes() else "desk:setup-mailbox")


@require_http_methods(["GET", "POST"])
@never_cache
@sensitive_post_parameters("password", "code")
@open_to_all
def owner(request: HttpRequest) -> HttpResponse:
    """Make the first owner; impossible as soon as there is anybody."""
    if queries.has_users():
        return redirect("desk:setup")
    if not _may_begin(request):
        return _ask_code(request)
    form = OwnerForm(request.POST if "password" in request.POST else None, initial={"language": get_language()})
    if form.is_valid():
        try:
            user = actions.make_first_owner(**form.cleaned_data)
        except AlreadySetUp:
            return redirect("desk:setup")
        except Invalid as error:
            show_refusal(form, error)
        else:
            forget_setup_code()
            get_adapter().login(request, user)
            return redirect("desk:setup-mailbox")
    return _step(request, "owner", {"form": form}, status=422 if form.errors else 200)


def _may_begin(request: HttpRequest) -> bool:
    return is_from_this_machine(request) or request.session.get(CODE_SHOWN, False)


def _ask_code(request: HttpRequest) -> HttpResponse:
    if request.method == "POST" and not SETUP_NETWORK.take(network_of(request)):
        return render(request, "account/too_many.html", status=429)
    form = CodeForm(request.POST if "code" in request.POST else None)
    if form.is_valid():
        request.session.cycle_key()
        request.session[CODE_SHOWN] = True
        return redirect("desk:setup-owner")
    return render(request, "desk/setup_code.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@allowed(Permission.MANAGE_WORKSPACE)
def workspace(request: StaffRequest) -> HttpResponse:
    """Name the shop, where people were made by the command line before it had a name."""
    form = WorkspaceForm(request.POST or None, initial={"language": request.user.language})
    if form.is_valid():
        values = form.cleaned_data
        actions.set_up_workspace(name=values["workspace"], language=values["language"], by=request.user.actor)
        return redirect("desk:setup-mailbox")
    return _step(request, "workspace", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@never_cache
@sensitive_post_parameters()
@allowed(Permission.MANAGE_INBOXES)
def mailbox(request: StaffRequest) -> HttpResponse:
    """Connect the first mailbox, after trying it; or go on without."""
    if has_inboxes():  # a second one is added in the settings
        return redirect("desk:setup")
    draft = MailboxSetup(request.user, request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST" and draft.is_valid():
        if "try" in request.POST:
            draft.try_connection()
        elif draft.save():
            messages.success(request, _("The desk was added."))
            return redirect("desk:setup-people")
    if request.method == "POST" and draft.has_errors:
        status = 422
    return _step(request, "mailbox", {"draft": draft}, status=status)


@require_http_methods(["GET", "POST"])
@allowed(Permission.MANAGE_PEOPLE)
def people(request: StaffRequest) -> HttpResponse:
    """Invite colleagues; the links are shown too, for as long as no mail can leave."""
    request.session[MAILBOX_BEHIND] = True
    form = ColleaguesForm(request.POST or None, acting=request.user)
    if form.is_valid():
        workspace = queries.find_workspace()
        language = workspace.language if workspace else request.user.language
        for email in form.cleaned_data["emails"]:
            try:
                actions.invite_user(email, role=form.cleaned_data["role"], language=language, by=request.user.actor)
            except Invalid as error:
                form.add_error("emails", f"{email}: {error.user_message}")
    if form.is_bound and form.is_valid():
        return redirect("desk:setup-people")
    waiting = [user for user in queries.active_users() if user.is_invited]
    invited = [{"email": user.email, "url": invitation_url(user)} for user in waiting]
    return _step(request, "people", {"form": form, "invited": invited}, status=422 if form.errors else 200)


@require_POST
@allowed(Permission.MANAGE_WORKSPACE)
def finish(request: StaffRequest) -> HttpResponse:
    """End the first run and open the inbox."""
    actions.finish_setup(by=request.user.actor)
    return redirect("desk:inbox")


@require_http_methods(["GET", "POST"])
@never_cache
@open_to_all
def demo(request: HttpRequest) -> HttpResponse:
    """Load the demo workspace and wait for it; then say who can log in."""
    if request.method == "POST":
        if queries.has_users() or not _may_begin(request):
            return redirect("desk:setup")
        with suppress(AlreadyEnqueued):  # pressed twice: one of them is enough
            load_demo_job.defer()
        return redirect("desk:setup-demo")
    workspace = queries.find_workspace()
    if workspace is not None and not workspace.is_demo:
        return redirect("desk:setup")
    return render(request, "desk/setup_demo.html", {"is_ready": workspace is not None, "logins": LOGINS, "size": "l"})


STEPS = ("owner", "mailbox", "people")


def _step(request: HttpRequest, name: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    number = STEPS.index("owner" if name == "workspace" else name)
    words = (_("You and your workspace"), _("First mailbox"), _("Colleagues"))
    steps = [{"word": word, "is_done": at < number, "is_current": at == number} for at, word in enumerate(words)]
    return render(request, f"desk/setup_{name}.html", {"steps": steps, "size": "l", **context}, status=status)
