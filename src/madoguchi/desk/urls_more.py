"""The addresses of the screens around the inbox."""

from django.urls import path

from madoguchi.desk.views import customers, filing, mailboxes, notices, outbox, quarantine, search

urlpatterns = [
    path("search", search.search, name="search"),
    path("search/suggestions", search.suggestions, name="suggestions"),
    path("customers", customers.customers, name="customers"),
    path("customers/<int:pk>", customers.customer, name="customer"),
    path("customers/<int:pk>/edit", customers.edit, name="customer-edit"),
    path("customers/<int:pk>/identities/<int:identity_pk>", customers.set_address_charset, name="customer-charset"),
    path("customers/<int:pk>/identities", customers.add_address, name="customer-add-address"),
    path("notices", notices.notices, name="notices"),
    path("alarms", notices.alarms_now, name="alarms"),
    path("notices/bell", notices.bell, name="bell"),
    path("notices/read", notices.read_all, name="notices-read"),
    path("quarantine", quarantine.quarantine, name="quarantine"),
    path("quarantine/<int:pk>", quarantine.quarantined, name="quarantined"),
    path("quarantine/<int:pk>/raw", quarantine.download, name="quarantine-download"),
    path("quarantine/<int:pk>/retry", quarantine.retry, name="quarantine-retry"),
    path("quarantine/<int:pk>/discard", quarantine.discard, name="quarantine-discard"),
    path("outbox", outbox.outbox, name="outbox"),
    path("outbox/<int:pk>", outbox.outgone, name="outgone"),
    path("outbox/<int:pk>/html", outbox.outgone_html, name="outgone-html"),
    path("outbox/<int:pk>/source", outbox.outgone_source, name="outgone-source"),
    path("settings/mailboxes/", mailboxes.mailboxes, name="mailboxes"),
    path("settings/mailboxes/new/", mailboxes.mailbox, name="mailbox-new"),
    path("settings/mailboxes/permitted/", mailboxes.permitted, name="mailbox-permitted"),
    path("settings/mailboxes/<int:pk>/", mailboxes.mailbox, name="mailbox"),
    path("settings/mailboxes/<int:pk>/switch/", mailboxes.switch, name="mailbox-switch"),
    path("settings/mailboxes/<int:pk>/permission/", mailboxes.ask, name="mailbox-ask"),
    path("settings/filing/", filing.filing, name="filing-settings"),
    path("settings/filing/tags/new/", filing.tag, name="tag-new"),
    path("settings/filing/tags/<int:pk>/", filing.tag, name="tag"),
    path("settings/filing/tags/<int:pk>/merge/", filing.merge_tag, name="tag-merge"),
    path("settings/filing/tags/<int:pk>/delete/", filing.delete_tag, name="tag-delete"),
    path("settings/filing/categories/new/", filing.category, name="category-new"),
    path("settings/filing/categories/<int:pk>/", filing.category, name="category"),
    path("settings/filing/categories/<int:pk>/delete/", filing.delete_category, name="category-delete"),
]
