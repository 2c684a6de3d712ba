"""The addresses of the bulk replies."""

from django.urls import path

from madoguchi.desk.views import bulk_drafts, bulk_replies, bulk_writing

urlpatterns = [
    path("bulk-replies", bulk_replies.bulk_replies, name="bulk-replies"),
    path("bulk-replies/new", bulk_writing.new, name="bulk-reply-new"),
    path("bulk-replies/draft", bulk_drafts.keep, name="bulk-draft"),
    path("bulk-replies/check", bulk_drafts.check, name="bulk-check"),
    path("bulk-replies/drafts/<int:pk>/discard", bulk_drafts.discard, name="bulk-draft-discard"),
    path("bulk-replies/<int:pk>", bulk_replies.bulk_reply, name="bulk-reply"),
    path("bulk-replies/<int:pk>/stop", bulk_replies.stop, name="bulk-reply-stop"),
    path("bulk-replies/<int:pk>/retry", bulk_writing.rest, name="bulk-reply-retry"),
    path("bulk-replies/<int:pk>/take-back", bulk_replies.take_back, name="bulk-reply-take-back"),
]
