"""The addresses of checklists and talk scripts."""

from django.urls import path

from madoguchi.desk.views import guide_settings, guides

urlpatterns = [
    path("c/<int:number>/guides", guides.guides, name="guides"),
    path("c/<int:number>/guides/checklists", guides.put_on, name="put-on"),
    path("c/<int:number>/guides/checklists/<int:pk>/off", guides.take_off, name="take-off"),
    path("c/<int:number>/guides/items", guides.add_item, name="add-item"),
    path("c/<int:number>/guides/items/<int:pk>", guides.item, name="guide-item"),
    path("c/<int:number>/guides/scripts", guides.start, name="start-script"),
    path("c/<int:number>/guides/scripts/<int:pk>", guides.step, name="script-step"),
    path("settings/checklists/", guide_settings.checklists, name="checklists"),
    path("settings/checklists/new/", guide_settings.checklist, name="checklist-new"),
    path("settings/checklists/<int:pk>/", guide_settings.checklist, name="checklist"),
    path("settings/checklists/<int:pk>/delete/", guide_settings.forget_checklist, name="checklist-delete"),
    path("settings/scripts/", guide_settings.scripts, name="scripts"),
    path("settings/scripts/new/", guide_settings.script, name="script-new"),
    path("settings/scripts/import/", guide_settings.take_in, name="script-import"),
    path("settings/scripts/<int:pk>/", guide_settings.script, name="script"),
    path("settings/scripts/<int:pk>/export/", guide_settings.give_out, name="script-export"),
    path("settings/scripts/<int:pk>/delete/", guide_settings.forget_script, name="script-delete"),
]
