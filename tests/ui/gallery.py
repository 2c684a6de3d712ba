"""The living style sheet as a small site of its own: every component with hard content, and stub ends for the behaviours.

To look at it: `DJANGO_SETTINGS_MODULE=… ROOT_URLCONF=tests.ui.gallery` under any WSGI server, then /frame, /gallery, /page, /gate.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.template import engines
from django.template.backends.django import DjangoTemplates
from django.urls import path
from django.utils.translation import override

from tests.ui import content

TEMPLATES = Path(__file__).parent / "templates"
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
    server = forms.CharField(label="受信サーバー", required=False, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    kind = forms.ChoiceField(label="接続方法", choices=[("imap", "IMAP"), ("smtp", "SMTPで受信")])
    role = forms.ChoiceField(
        label="役割", widget=forms.RadioSelect, choices=[("agent", "オペレーター"), ("trainee", "新人(要承認)")], help_text="新人の返信は、承認されてから送信されます。"
    )
    signature = forms.CharField(label="署名", widget=forms.Textarea, required=False)
    notify = forms.BooleanField(label="新着を通知する", required=False, help_text="ブラウザーの通知を使います。")


def look(request: HttpRequest, template: str, more: dict[str, Any] | None = None) -> HttpResponse:
    """Render one of the gallery's pages in the language and theme asked for."""
    request.COOKIES.setdefault("theme", request.GET.get("theme", ""))
    with override(request.GET.get("lang", "ja")):
        bound = MailboxForm({"name": "", "email": "support@", "kind": "imap"})
        empty = MailboxForm(initial={"role": "agent"})
        known = {
            "rows": content.rows(), "ugly": content.ugly_rows(), "long": content.LONG_SUBJECT, "word": content.LONG_WORD,
            "statuses": content.WORDS.items(), "bound": bound, "form": empty, "people": PEOPLE[:1], "palette_url": "/palette", "has_nav": template == "page",
        }  # fmt: skip
        return render(request, f"gallery/{template}.html", known | (more or {}))


def frame(request: HttpRequest) -> HttpResponse:
    live = "/live" if "live" in request.GET else ""
    return look(request, "frame", {"pane": request.GET.get("pane", "list"), "live_url": live, "closed": "closed" in request.GET})


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
        return HttpResponse(status=204, headers={"HX-Trigger": json.dumps({"toast": {"text": "対応完了にしました", "undo": None}})})
    return HttpResponse(status=204)


def fragment(request: HttpRequest) -> HttpResponse:
    """Answer a piece: /piece/<name> with the text asked for."""
    name = request.path.removeprefix("/piece/")
    return HttpResponse(f'<p id="{name}">{request.GET.get("text", name)}</p>')


def dialog(request: HttpRequest) -> HttpResponse:
    return look(request, "dialog")


def palette(request: HttpRequest) -> HttpResponse:
    return look(request, "palette", {"q": request.GET.get("q", "")})


def complete(request: HttpRequest) -> HttpResponse:
    sought = request.GET["q"]
    return render(request, "ui/completions.html", {"people": [p for p in PEOPLE if sought in p.name + p.address]})


def live(_request: HttpRequest) -> StreamingHttpResponse:
    """Send one event at once and stay quiet; the id grows with each connection."""
    heard.setdefault("/live", []).append({})
    number = len(heard["/live"])
    event = f'id: {number}\nevent: message_received\ndata: {{"subject": "conversation:2518", "id": {number}}}\n\n'
    return StreamingHttpResponse([event], content_type="text/event-stream")


urlpatterns = [
    path("frame", frame),
    page("gallery"),
    page("page"),
    page("gate"),
    path("dialog", dialog),
    path("palette", palette),
    path("complete", complete),
    path("live", live),
    path("piece/<str:name>", lambda request, name: fragment(request)),
    *(path(name, hear) for name in ("draft", "upload", "lock", "fail", "done", "undo", "send")),
]


def use_templates() -> None:
    """Let the engine find the gallery's own templates, beside those of the app."""
    django = engines["django"]
    assert isinstance(django, DjangoTemplates)
    django.engine.dirs.append(TEMPLATES)
