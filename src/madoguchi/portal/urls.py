"""The addresses of the portal, below `knowledge.links.PLACE`."""

from django.urls import path

from madoguchi.portal import views

app_name = "portal"

urlpatterns = [path("<int:number>", views.article, name="article")]
