"""Templates as a table: downloaded as CSV, and taken in after a look at what each line would become."""

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from madoguchi.accounts.permissions import Permission
from madoguchi.core.errors import Invalid
from madoguchi.desk.access import StaffRequest, allowed
from madoguchi.desk.frame import render_page
from madoguchi.files.actions import store_blob
from madoguchi.files.queries import get_blobs, read_blob
from madoguchi.wording.choices import Scope
from madoguchi.wording.queries import scopes_for, templates_of
from madoguchi.wording.sheets import MAX_BYTES, Table, keep_table, read_table, write_table

_SALT = "madoguchi.desk.wording_table"
#: Between the look and the keeping.
_VALID_SECONDS = 60 * 60


@require_safe
@allowed(Permission.REPLY)
def download(request: StaffRequest) -> HttpResponse:
    """Every template that one may use, as CSV that Excel opens."""
    rows = templates_of(request.user).filter(archived_at=None).order_by("folder", "name", "pk")
    response = HttpResponse(write_table(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="templates.csv"'
    return response


@require_http_methods(["GET", "POST"])
@allowed(Permission.REPLY)
def take_in(request: StaffRequest) -> HttpResponse:
    """Choose a table, look at what it would add line by line, then keep it."""
    scopes = [scope for scope in scopes_for(request.user) if scope != Scope.TEAM]
    context: dict[str, object] = {"scopes": [(each.value, each.label) for each in scopes]}
    if request.method != "POST":
        return render_page(request, "desk/template_table.html", context)
    asked = request.POST.get("scope", "")
    scope = asked if asked in {each.value for each in scopes} else Scope.PERSONAL.value
    try:
        table, token = _read(request, scope)
    except Invalid as error:
        context["error"] = str(error.user_message)
        return render_page(request, "desk/template_table.html", context, status=422)
    if request.POST.get("keep"):
        amount = keep_table(table, user=request.user)
        text = ngettext("%(amount)d template was added.", "%(amount)d templates were added.", amount)
        messages.success(request, text % {"amount": amount})
        return redirect("desk:templates")
    context |= {"table": table, "token": token, "scope": scope}
    return render_page(request, "desk/template_table.html", context)


def _read(request: StaffRequest, scope: str) -> tuple[Table, str]:
    """The table that was sent, or the one that was looked at before; and the name by which it is kept meanwhile."""
    upload = request.FILES.get("file")
    if upload is not None:
        if (upload.size or 0) > MAX_BYTES:
            raise Invalid(_("The table is larger than 5 MB. Import it in parts."), field="file")
        content = upload.read()
        token = signing.dumps([request.user.pk, store_blob(content).pk], salt=_SALT)
    else:
        token = request.POST.get("token", "")
        content = _looked_at(request, token)
    return read_table(content, user=request.user, scope=scope), token


def _looked_at(request: StaffRequest, token: str) -> bytes:
    gone = Invalid(_("Choose the table again: it was not kept."), field="file")
    try:
        owner, pk = signing.loads(token, salt=_SALT, max_age=_VALID_SECONDS)
    except signing.BadSignature as error:
        raise gone from error
    blob = get_blobs([pk]).get(pk) if owner == request.user.pk else None
    if blob is None:
        raise gone
    return read_blob(blob)
