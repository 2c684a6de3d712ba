"""The addresses of the screens around the inbox."""

from django.urls import path

from madoguchi.desk.views import customers, search

urlpatterns = [
    path("search", search.search, name="search"),
    path("search/suggestions", search.suggestions, name="suggestions"),
    path("customers", customers.customers, name="customers"),
    path("customers/<int:pk>", customers.customer, name="customer"),
    path("customers/<int:pk>/edit", customers.edit, name="customer-edit"),
    path("customers/<int:pk>/identities", customers.add_address, name="customer-add-address"),
]
