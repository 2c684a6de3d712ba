"""What comes back: 後で対応 (スヌーズ) and one's own リマインダー."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.accounts.permissions import Permission
from madoguchi.conversations.actions.snoozing import snooze, snooze_each, snooze_times
from madoguchi.conversations.queries import conversations_by_ids, get_conversation
from madoguchi.core.errors import Invalid
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.forms.later import ReminderForm, SnoozeForm
from madoguchi.desk.frame import render_page, words_now
from madoguchi.desk.views.triage import changed, dialog
from madoguchi.notifications.reminders import delete_reminder, reminders_of, set_reminder


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.ASSIGN)
def put_off(request: StaffRequest, number: int) -> HttpResponse:
    """Put a conversation off; it comes back on top by itself, and with the customer's answer at once."""
    found, now = get_conversation(request.user, number), timezone.now()
    form = SnoozeForm(request.POST or None, times=snooze_times(found.inbox, now), words=words_now())
    if request.method == "POST" and form.is_valid():
        try:
            step = snooze([found], until=form.until, why=form.cleaned_data["why"], now=now, user=request.user)
        except Invalid as error:
            form.add_error("resume_at" if error.field == "resume_at" else None, str(error))
        else:
            return changed(request, _("Put off."), step, to=reverse("desk:conversation", args=[number]))
    return dialog(
        request, form, _("Later (snooze)"), reverse("desk:put-off", args=[number]), _("Put off"), number=number
    )


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.ASSIGN)
def put_many_off(request: StaffRequest) -> HttpResponse:
    """The same for all chosen conversations: each comes back in the hours of its own 窓口."""
    values = request.POST.getlist("conversation") or request.GET.getlist("conversation")
    chosen, now = conversations_by_ids(request.user, [int(each) for each in values if each.isdecimal()]), timezone.now()
    if not chosen:
        raise Invalid(_("Choose at least one conversation."))
    form = SnoozeForm(request.POST or None, times=snooze_times(chosen[0].inbox, now), words=words_now())
    if request.method == "POST" and form.is_valid():
        why = form.cleaned_data["why"]
        try:
            step = snooze_each(chosen, until=form.until_of, why=why, now=now, user=request.user)
        except Invalid as error:
            form.add_error("resume_at" if error.field == "resume_at" else None, str(error))
        else:
            return changed(request, _("%(n)s conversations were put off.") % {"n": len(chosen)}, step)
    return dialog(request, form, _("Later (snooze)"), reverse("desk:put-many-off"), _("Put off"), chosen=chosen)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.READ)
def remind(request: StaffRequest, number: int) -> HttpResponse:
    """Ask to be told of a conversation at a time."""
    found = get_conversation(request.user, number)
    form = ReminderForm(request.POST or None, times=snooze_times(found.inbox, timezone.now()), words=words_now())
    if request.method == "POST" and form.is_valid():
        at, note = form.cleaned_data["at"], form.cleaned_data["note"]
        try:
            set_reminder(found, at=at, note=note, user=request.user)
        except Invalid as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            return changed(request, _("You will be reminded."), to=reverse("desk:conversation", args=[number]))
    return dialog(request, form, _("Reminder"), reverse("desk:remind", args=[number]), _("Remind me"), number=number)


@require_safe
@allowed(Permission.READ)
def reminders(request: StaffRequest) -> HttpResponse:
    """One's own reminders that are still to come."""
    words = words_now()
    lines = [
        (each, words.due(each.at), each.conversation.customer.label, each.at <= words.now)
        for each in reminders_of(request.user)
    ]
    return render_page(request, "desk/reminders.html", {"lines": lines})


@require_POST
@allowed(Permission.READ)
def forget(request: StaffRequest, pk: int) -> HttpResponse:
    """Forget a reminder."""
    delete_reminder(request.user, pk)
    return redirect("desk:reminders")
