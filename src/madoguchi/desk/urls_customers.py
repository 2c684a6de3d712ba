"""The addresses around customers: their timeline, custom fields, importing and exporting, segments."""

from django.urls import path

from madoguchi.desk.views import customer_exports, customer_fields, customer_imports, segments, timeline

urlpatterns = [
    path("customers/<int:pk>/timeline", timeline.timeline, name="timeline"),
    path("customers/<int:pk>/timeline/<int:rank>-<int:row>", timeline.entry, name="timeline-entry"),
    path("customers/<int:pk>/timeline/table", timeline.table, name="timeline-table"),
    path("companies/<int:pk>/timeline", timeline.company_timeline, name="company-timeline"),
    path("customers/segments", segments.segments, name="segments"),
    path("customers/segments/new", segments.segment, name="segment-new"),
    path("customers/segments/count", segments.count_typed, name="segment-count-typed"),
    path("customers/segments/<int:pk>", segments.segment, name="segment"),
    path("customers/segments/<int:pk>/count", segments.count, name="segment-count"),
    path("customers/segments/<int:pk>/delete", segments.delete, name="segment-delete"),
    path("customers/export", customer_exports.export, name="customer-export"),
    path("customers/exports", customer_exports.exports, name="customer-exports"),
    path("customers/exports/<int:pk>", customer_exports.fetch, name="customer-export-fetch"),
    path("customers/imports", customer_imports.imports, name="customer-imports"),
    path("customers/imports/<int:pk>", customer_imports.customer_import, name="customer-import"),
    path("customers/imports/<int:pk>/problems.csv", customer_imports.problems, name="customer-import-problems"),
    path("customers/imports/<int:pk>/<slug:deed>", customer_imports.step, name="customer-import-step"),
    path("settings/customer-fields/", customer_fields.customer_fields, name="customer-fields"),
    path("settings/customer-fields/new/", customer_fields.customer_field, name="customer-field-new"),
    path("settings/customer-fields/<int:pk>/", customer_fields.customer_field, name="customer-field"),
    path("settings/customer-fields/<int:pk>/retire/", customer_fields.retire, name="customer-field-retire"),
    path("settings/customer-fields/<int:pk>/delete/", customer_fields.delete, name="customer-field-delete"),
    path(
        "settings/customer-fields/<int:pk>/options/<int:option>/",
        customer_fields.delete_option,
        name="customer-option-delete",
    ),
]
