"""The addresses of conversations as things: moving, linking, reopening."""

from django.urls import path

from madoguchi.desk.views import things

urlpatterns = [
    path("c/<int:number>/link", things.link, name="link"),
    path("c/<int:number>/links", things.links, name="links"),
    path("c/<int:number>/links/<int:pk>/remove", things.unlink, name="unlink"),
    path("c/<int:number>/children/close", things.close_all, name="close-children"),
    path("c/<int:number>/reopen", things.reopen, name="reopen"),
    path("m/<int:pk>/move", things.move, name="move"),
]
