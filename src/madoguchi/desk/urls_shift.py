"""The addresses of the shift: presence, who is on duty, handing over."""

from django.urls import path

from madoguchi.desk.views import bulletins, shift

urlpatterns = [
    path("presence", shift.presence, name="presence"),
    path("presence/seen", shift.seen, name="presence-seen"),
    path("bulletins", bulletins.bulletins, name="bulletins"),
    path("bulletins/new", bulletins.new, name="bulletin-new"),
    path("bulletins/pinned", bulletins.pinned, name="bulletins-pinned"),
    path("bulletins/<int:pk>", bulletins.bulletin, name="bulletin"),
    path("bulletins/<int:pk>/read", bulletins.read, name="bulletin-read"),
    path("bulletins/<int:pk>/remind", bulletins.remind, name="bulletin-remind"),
    path("bulletins/<int:pk>/withdraw", bulletins.withdraw, name="bulletin-withdraw"),
    path("board", shift.board, name="board"),
    path("handover", shift.handover, name="handover-own"),
    path("handover/<int:pk>", shift.handover, name="handover"),
]
