"""The addresses of the portal: each list below the place that its room has given it."""

from django.urls import path

from madoguchi.portal import call_me, policy, views

app_name = "portal"

urlpatterns = [path("<int:number>", views.article, name="article")]

call_me_urlpatterns = [path("<str:slug>", call_me.call_me, name="call-me")]

policy_urlpatterns = [path("harassment", policy.harassment, name="harassment-policy")]
