"""The addresses of what has a time: promises, 返信漏れ."""

from django.urls import path

from madoguchi.desk.views import later, promises, unanswered

urlpatterns = [
    path("unanswered", unanswered.unanswered, name="unanswered"),
    path("reminders", later.reminders, name="reminders"),
    path("reminders/<int:pk>/forget", later.forget, name="reminder-forget"),
    path("c/<int:number>/reminder", later.remind, name="remind"),
    path("bulk/later", later.put_many_off, name="put-many-off"),
    path("c/<int:number>/later", later.put_off, name="put-off"),
    path("promises", promises.ledger, name="promises"),
    path("promises/<int:pk>/keep", promises.keep, name="promise-keep"),
    path("promises/<int:pk>/kept", promises.kept_late, name="promise-kept"),
    path("promises/<int:pk>/settle", promises.settle, name="promise-settle"),
    path("promises/<int:pk>/reopen", promises.reopen, name="promise-reopen"),
    path("promises/<int:pk>/change", promises.change, name="promise-change"),
    path("promises/<int:pk>/cancel", promises.cancel, name="promise-cancel"),
    path("c/<int:number>/promises", promises.of_conversation, name="promises-of"),
    path("c/<int:number>/promises/new", promises.new, name="promise-new"),
    path("c/<int:number>/promises/decline", promises.decline, name="promise-decline"),
    path("c/<int:number>/promises/hint", promises.hint, name="promise-hint"),
]
