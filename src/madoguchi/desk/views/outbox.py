"""送信済みメール(ローカル): what would have left but stayed inside, as the customer would see it."""

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from madoguchi.accounts.permissions import Permission
from madoguchi.channels.kept import get_kept_message, kept_messages
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.frame import render_page, words_now
from madoguchi.desk.framed_mail import framed_mail, policy
from madoguchi.desk.kept_mail import kept_lines, read_kept
from madoguchi.desk.masked import refuse_masked

ON_A_PAGE = 50


@require_safe
@allowed(Permission.READ)
def outbox(request: StaffRequest) -> HttpResponse:
    """What stayed inside, newest first, of the 窓口 one may see."""
    after = request.GET.get("after", "")
    before = int(after) if after.isascii() and after.isdecimal() and len(after) < 19 else None
    found = kept_messages(request.user, before=before, limit=ON_A_PAGE + 1)
    context = {
        "lines": kept_lines(found[:ON_A_PAGE], words_now()),
        "more_url": f"?after={found[ON_A_PAGE - 1].pk}" if len(found) > ON_A_PAGE else "",
        "is_first": before is None,
    }
    return render_page(request, "desk/outbox.html", context)


@require_safe
@allowed(Permission.READ)
def outgone(request: StaffRequest, pk: int) -> HttpResponse:
    """One mail, read back from its bytes."""
    kept = get_kept_message(request.user, pk)
    context = {"line": kept_lines([kept], words_now())[0], "mail": read_kept(kept)}
    return render_page(request, "desk/outbox_mail.html", context)


@require_safe
@allowed(Permission.READ)
def outgone_html(request: StaffRequest, pk: int) -> HttpResponse:
    """Its HTML for the sandboxed frame."""
    mail = read_kept(get_kept_message(request.user, pk))
    url = reverse("desk:outgone-html", args=[pk])
    response = HttpResponse(framed_mail(mail.html if mail else "", files={}, with_images=False, url=url))
    response["Content-Security-Policy"] = policy(with_images=False)
    response["Referrer-Policy"] = "no-referrer"
    return response


@require_safe
@allowed(Permission.READ)
def outgone_source(request: StaffRequest, pk: int) -> HttpResponse:
    """The mail as it would have left, as text."""
    refuse_masked(request.user)
    response = HttpResponse(get_kept_message(request.user, pk).raw, content_type="text/plain; charset=utf-8")
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
