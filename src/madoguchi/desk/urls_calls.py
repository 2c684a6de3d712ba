"""The addresses of the telephone: memos, the list of calls, callbacks."""

from django.urls import path

from madoguchi.desk.views import callback_page, callback_pages, callbacks, calls, slips

urlpatterns = [
    path("calls", calls.calls, name="calls"),
    path("calls/memo", calls.memo, name="memo"),
    path("calls/who", calls.who, name="memo-who"),
    path("calls/script", calls.script, name="memo-script"),
    path("calls/memo/<str:key>/save", calls.save, name="memo-save"),
    path("calls/memo/<str:key>/clock", calls.clock, name="memo-clock"),
    path("calls/memo/<str:key>/keep", calls.keep, name="memo-keep"),
    path("calls/memo/<str:key>/discard", calls.discard, name="memo-discard"),
    path("calls/memo/<str:key>/back", calls.back, name="memo-back"),
    path("callbacks", callbacks.ledger, name="callbacks"),
    path("callbacks/<int:pk>/attempt", callbacks.attempt, name="callback-attempt"),
    path("callbacks/<int:pk>/move", callbacks.move, name="callback-move"),
    path("callbacks/<int:pk>/close", callbacks.close, name="callback-close"),
    path("callbacks/<int:pk>/reopen", callbacks.reopen, name="callback-reopen"),
    path("c/<int:number>/callbacks", callbacks.of_conversation, name="callbacks-of"),
    path("c/<int:number>/callbacks/new", callbacks.new, name="callback-new"),
    path("c/<int:number>/callbacks/link", callbacks.link, name="callback-link"),
    path("settings/callback-forms/", callback_pages.pages, name="callback-pages"),
    path("settings/callback-forms/<int:inbox_pk>/", callback_pages.change, name="callback-page-change"),
    path("calls/ringing", slips.ringing, name="ringing"),
    path("calls/ringing/<int:pk>/open", calls.answer_ring, name="ring-open"),
    path("calls/ringing/<int:pk>/dismiss", slips.dismiss, name="ring-dismiss"),
    path("calls/extension", slips.extension, name="extension"),
    path("slips", slips.slips, name="slips"),
    path("slips/<int:pk>/answer", slips.answer, name="slip-answer"),
    path("slips/<int:pk>/withdraw", slips.withdraw, name="slip-withdraw"),
    path("c/<int:number>/slips/new", slips.new, name="slip-new"),
    path("callback/<str:token>", callback_page.callback_page, name="callback-page"),
]
