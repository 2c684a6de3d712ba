"""The addresses of the desk."""

from importlib.util import find_spec

from django.urls import include, path

from madoguchi.desk.urls_settings import setup_urlpatterns
from madoguchi.desk.urls_settings import urlpatterns as settings_urlpatterns
from madoguchi.desk.views import (
    approval,
    assets,
    composer,
    conversation,
    drafts,
    files,
    inbox,
    palette,
    saved_views,
    triage,
)

app_name = "desk"

urlpatterns = [
    path("", inbox.inbox, name="inbox"),
    path("rows", inbox.rows, name="rows"),
    path("rail", inbox.rail, name="rail"),
    path("palette", palette.palette, name="palette"),
    path("next", palette.next_one, name="next"),
    path("complete", palette.complete, name="complete"),
    path("filter", saved_views.narrow, name="filter"),
    path("views/new", saved_views.keep, name="save-view"),
    path("views/<int:pk>/delete", saved_views.remove, name="delete-view"),
    path("bulk", triage.bulk, name="bulk"),
    path("bulk/more", triage.bulk_more, name="bulk-more"),
    path("assignees", triage.assignees, name="assignees"),
    path("undo/<int:pk>", triage.undo, name="undo"),
    path("drafts", drafts.drafts, name="drafts"),
    path("drafts/<int:pk>/discard", drafts.discard, name="discard"),
    path("preview", composer.preview, name="preview-letter"),
    path("new", drafts.compose, name="compose"),
    path("new/<slug:key>", drafts.new_mail, name="new-mail"),
    path("new/<slug:key>/draft", drafts.save_new, name="new-draft"),
    path("new/<slug:key>/files", drafts.attach_new, name="new-files"),
    path("c/<int:number>", conversation.conversation, name="conversation"),
    path("c/<int:number>/row", inbox.row, name="row"),
    path("c/<int:number>/news", conversation.news, name="news"),
    path("c/<int:number>/side", conversation.side, name="side"),
    path("c/<int:number>/print", conversation.printed, name="print"),
    path("c/<int:number>/watchers", conversation.watchers, name="watchers"),
    path("c/<int:number>/viewing", conversation.viewing, name="viewing"),
    path("c/<int:number>/write", composer.reply, name="reply"),
    path("c/<int:number>/write/close", composer.close, name="close"),
    path("c/<int:number>/lock", composer.lock, name="lock"),
    path("c/<int:number>/take-over", composer.take_over, name="take-over"),
    path("c/<int:number>/draft", drafts.save, name="draft"),
    path("c/<int:number>/draft/files", drafts.attach, name="draft-files"),
    path("c/<int:number>/status", triage.status, name="status"),
    path("c/<int:number>/hold", triage.hold, name="hold"),
    path("c/<int:number>/assign", triage.assign_one, name="assign"),
    path("c/<int:number>/filing", triage.filing, name="filing"),
    path("c/<int:number>/subject", triage.subject, name="subject"),
    path("c/<int:number>/follow", triage.follow_one, name="follow"),
    path("c/<int:number>/merge", triage.merge, name="merge"),
    path("m/<int:pk>", conversation.message, name="message"),
    path("m/<int:pk>/html", files.html, name="html"),
    path("m/<int:pk>/as-html", files.as_html, name="as-html"),
    path("m/<int:pk>/source", files.source, name="source"),
    path("m/<int:pk>/details", files.details, name="details"),
    path("m/<int:pk>/reinterpret", files.details, name="reinterpret"),
    path("m/<int:pk>/split", triage.split, name="split"),
    path("m/<int:pk>/cancel", composer.cancel, name="cancel"),
    path("m/<int:pk>/approve", approval.approve, name="approve"),
    path("m/<int:pk>/send-back", approval.send_back, name="send-back"),
    path("m/<int:pk>/resend", approval.resend, name="resend"),
    path("files/<int:pk>", files.attachment, name="attachment"),
    path("files/<int:pk>/document", files.document, name="document"),
    path("files/<int:pk>/preview", files.preview, name="preview"),
    path("static/desk/<slug:version>/<str:name>", assets.asset, name="asset"),
    path("settings/", include(settings_urlpatterns)),
    path("setup/", include(setup_urlpatterns)),
]
if find_spec("madoguchi.desk.urls_more"):  # the screens around the inbox
    urlpatterns.append(path("", include("madoguchi.desk.urls_more")))
