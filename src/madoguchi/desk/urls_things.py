"""The addresses of conversations as things: moving, linking, reopening."""

from django.urls import path

from madoguchi.desk.views import asking, guest, joining, things

urlpatterns = [
    path("c/<int:number>/merge", joining.merge, name="merge"),
    path("bulk/merge", joining.merge_many, name="merge-many"),
    path("c/<int:number>/link", things.link, name="link"),
    path("c/<int:number>/links", things.links, name="links"),
    path("c/<int:number>/links/<int:pk>/remove", things.unlink, name="unlink"),
    path("c/<int:number>/children/close", things.close_all, name="close-children"),
    path("c/<int:number>/reopen", things.reopen, name="reopen"),
    path("c/<int:number>/asides", asking.asides, name="asides"),
    path("c/<int:number>/ask", asking.ask, name="ask"),
    path("c/<int:number>/take", asking.take, name="take-answer"),
    path("c/<int:number>/settle-request", asking.finish, name="finish-side"),
    path("c/<int:number>/revoke", asking.revoke, name="revoke-page"),
    path("ask/<str:token>", guest.guest, name="guest"),
    path("ask/<str:token>/files/<int:pk>", guest.guest_file, name="guest-file"),
    path("m/<int:pk>/move", things.move, name="move"),
]
