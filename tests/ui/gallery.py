"""The living style sheet as a small site: every component with hard content, and stub ends for the behaviours.

To look at it: `python -m tests.ui.site 8765`, then /frame, /gallery, /page, /gate (?lang=en&theme=dark).
"""

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.template.backends.django import DjangoTemplates
from django.urls import path
from django.utils.translation import override
from tests.ui import content

from madoguchi.ui.assets import FOLDER

ENGINE = DjangoTemplates(
    {
        "NAME": "gallery",
        "APP_DIRS": False,
        "DIRS": [Path(__file__).parent / "templates", FOLDER.parents[1] / "templates"],
        "OPTIONS": {
            "loaders": ["django.template.loaders.filesystem.Loader"],
            "libraries": {"ui": "madoguchi.ui.templatetags.ui"},
            "context_processors": ["django.template.context_processors.request"],
        },
    }
)
#: What the stub ends were told, by path.
heard: dict[str, list[dict[str, Any]]] = {}


@dataclass(frozen=True)
class Person:
    name: str
    address: str


PEOPLE = (
    Person("髙橋 由美子", "yumiko.takahashi@mail.example"),
    Person("高橋 一郎", "ichiro@mail.example"),
    Person("", "info@kitakaze.example"),
)


class MailboxForm(forms.Form):
    name = forms.CharField(label="窓口の名前", help_text="お客様への返信の差出人に表示されます。")
    email = forms.EmailField(label="メールアドレス")
    server = forms.CharField(
        label="受信サーバー", required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    kind = forms.ChoiceField(label="接続方法", choices=[("imap", "IMAP"), ("smtp", "SMTPで受信")])
    role = forms.ChoiceField(
        label="役割",
        widget=forms.RadioSelect,
        choices=[("agent", "オペレーター"), ("trainee", "新人(要承認)")],
        help_text="新人の返信は、承認されてから送信されます。",
    )
    signature = forms.CharField(label="署名", widget=forms.Textarea, required=False)
    notify = forms.BooleanField(label="新着を通知する", required=False, help_text="ブラウザーの通知を使います。")


def look(request: HttpRequest, template: str, more: dict[str, Any] | None = None) -> HttpResponse:
    """Render one of the gallery's pages in the language and theme asked for."""
    request.COOKIES.setdefault("theme", request.GET.get("theme", ""))
    with override(request.GET.get("lang", "ja")):
        bound = MailboxForm({"name": "", "email": "support@", "kind": "imap"})
        empty = MailboxForm(initial={"role": "agent"}, prefix=template)
        known = {
            "rows": content.rows(),
            "ugly": content.ugly_rows(),
            "long": content.LONG_SUBJECT,
            "word": content.LONG_WORD,
            "statuses": content.WORDS.items(),
            "bound": bound,
            "form": empty,
            "people": PEOPLE[:1],
            "palette_url": "/palette",
            "has_nav": template == "page",
            "live_url": "/live" if "live" in request.GET else "",
        }
        return HttpResponse(ENGINE.get_template(f"gallery/{template}.html").render(known | (more or {}), request))


def frame(request: HttpRequest) -> HttpResponse:
    return look(request, "frame", {"pane": request.GET.get("pane", "list"), "closed": "closed" in request.GET})


def page(name: str) -> Any:
    return path(name, lambda request: look(request, name))


def hear(request: HttpRequest) -> HttpResponse:
    files = {name: file.name for name, file in request.FILES.items()}
    heard.setdefault(request.path, []).append({k: request.POST.getlist(k) for k in request.POST} | files)
    if request.path == "/upload":
        return JsonResponse({"id": f"f{len(heard['/upload'])}"})
    if request.path == "/lock":
        return HttpResponse('<div class="strip">中村さんが返信処理中です</div>')
    if request.path == "/fail":
        return HttpResponse("down", status=int(request.GET.get("status", "503")))
    if request.path == "/done":
        return HttpResponse(
            status=204, headers={"HX-Trigger": json.dumps({"toast": {"text": "対応完了にしました", "undo": None}})}
        )
    return HttpResponse(status=204)


def fragment(request: HttpRequest, name: str) -> HttpResponse:
    """Answer a piece: /piece/<name> with the text asked for."""
    return HttpResponse(f'<p id="piece-{name}">{request.GET.get("text", name)}</p>')


def dialog(request: HttpRequest) -> HttpResponse:
    return look(request, "dialog")


def palette(request: HttpRequest) -> HttpResponse:
    return look(request, "palette", {"q": request.GET.get("q", "")})


def complete(request: HttpRequest) -> HttpResponse:
    sought = request.GET["q"]
    people = [person for person in PEOPLE if sought in person.name + person.address]
    return HttpResponse(ENGINE.get_template("ui/completions.html").render({"people": people}, request))


def live(_request: HttpRequest) -> StreamingHttpResponse:
    """Send one event at once and stay quiet; the id grows with each connection."""
    heard.setdefault("/live", []).append({})
    number = len(heard["/live"])
    event = f'id: {number}\nevent: message_received\ndata: {{"subject": "conversation:2518", "id": {number}}}\n\n'
    return StreamingHttpResponse([event], content_type="text/event-stream")


def arrived(where: str, amount: int = 1, seconds: float = 5.0) -> list[dict[str, Any]]:
    """Wait until the server has heard this often, and return what it heard."""
    end = time.monotonic() + seconds
    while len(heard.get(where, [])) < amount:
        assert time.monotonic() < end, f"{where}: {heard.get(where)}"
        time.sleep(0.02)
    return heard[where]


urlpatterns = [
    path("frame", frame),
    page("gallery"),
    page("page"),
    page("gate"),
    path("composer", lambda request: look(request, "composer")),
    path("dialog", dialog),
    path("palette", palette),
    path("complete", complete),
    path("work", lambda _request: HttpResponse('<div class="work" id="work"></div>')),
    path("live", live),
    path("piece/<str:name>", fragment),
    *(path(name, hear) for name in ("draft", "upload", "lock", "fail", "done", "undo", "send")),
]
