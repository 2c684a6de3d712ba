"""The addresses of 注文 and of its sources."""

from django.urls import path

from madoguchi.desk.views import ongoing, order_import, order_sources, orders

urlpatterns = [
    path("c/<int:number>/orders", orders.of_conversation, name="orders-of"),
    path("c/<int:number>/orders/ask", orders.ask, name="order-ask"),
    path("c/<int:number>/orders/<int:pk>/refresh", orders.refresh, name="order-refresh"),
    path("c/<int:number>/orders/<int:pk>/claim", orders.claim, name="order-claim"),
    path("customers/<int:pk>/subscriptions/new", ongoing.subscription, name="subscription-new"),
    path("customers/<int:pk>/subscriptions/<int:row_pk>", ongoing.subscription, name="subscription"),
    path("customers/<int:pk>/contracts/new", ongoing.contract, name="contract-new"),
    path("customers/<int:pk>/contracts/<int:row_pk>", ongoing.contract, name="contract"),
    path("customers/<int:pk>/revenue/new", ongoing.revenue, name="revenue-new"),
    path("customers/<int:pk>/revenue/<int:row_pk>/remove", ongoing.remove_revenue, name="revenue-remove"),
    path("customers/<int:pk>/onboarding", ongoing.onboarding, name="onboarding"),
    path("customers/<int:pk>/onboarding/<int:row_pk>", ongoing.step, name="onboarding-step"),
    path("settings/orders/", order_sources.sources, name="order-sources"),
    path("settings/orders/new/<slug:kind>/", order_sources.new, name="order-source-new"),
    path("settings/orders/<int:pk>/", order_sources.source, name="order-source"),
    path("settings/orders/<int:pk>/switch/", order_sources.switch, name="order-source-switch"),
    path("settings/orders/<int:pk>/remove/", order_sources.remove, name="order-source-remove"),
    path("settings/orders/<int:pk>/key/", order_sources.renew, name="order-source-key"),
    path("settings/orders/<int:pk>/ask/", order_sources.ask_now, name="order-source-ask"),
    path("settings/orders/<int:pk>/again/<int:delivery>/", order_sources.again, name="order-source-again"),
    path("settings/orders/<int:pk>/import/", order_import.import_orders, name="order-import"),
]
