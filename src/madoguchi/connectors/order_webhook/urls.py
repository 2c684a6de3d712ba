"""The address of the webhooks."""

from django.urls import path

from madoguchi.connectors.order_webhook.views import receive

app_name = "hooks"

urlpatterns = [path("orders/<slug:key>", receive, name="orders")]
