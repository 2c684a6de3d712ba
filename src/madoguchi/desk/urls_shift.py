"""The addresses of the shift: presence, who is on duty, handing over."""

from django.urls import path

from madoguchi.desk.views import shift

urlpatterns = [
    path("presence", shift.presence, name="presence"),
    path("presence/seen", shift.seen, name="presence-seen"),
    path("board", shift.board, name="board"),
    path("handover", shift.handover, name="handover-own"),
    path("handover/<int:pk>", shift.handover, name="handover"),
]
