"""The addresses of テンプレート, and of the picker in the composer."""

from django.urls import path

from madoguchi.desk.views import macros, shared_drafts, wording, wording_editor, wording_picker, wording_table

urlpatterns = [
    path("templates", wording.templates, name="templates"),
    path("templates/new", wording_editor.template, name="template-new"),
    path("templates/preview", wording_editor.shown, name="template-preview"),
    path("templates/folder", wording.folder, name="template-folder"),
    path("templates/export.csv", wording_table.download, name="template-export"),
    path("templates/import", wording_table.take_in, name="template-import"),
    path("templates/pick", wording_picker.picker, name="template-picker"),
    path("templates/fill", wording_picker.fill_later, name="template-fill"),
    path("templates/suggestions", wording_picker.suggestions, name="template-suggestions"),
    path("templates/reply/<int:pk>/pick", wording_picker.reply_looked_at, name="template-reply-looked-at"),
    path("templates/reply/<int:pk>/insert", wording_picker.reply_insert, name="template-reply-insert"),
    path("templates/<int:pk>", wording_editor.template, name="template"),
    path("templates/<int:pk>/history", wording_editor.history, name="template-history"),
    path("templates/<int:pk>/restore/<int:number>", wording_editor.restore, name="template-restore"),
    path("templates/<int:pk>/favourite", wording.favourite, name="template-favourite"),
    path("templates/<int:pk>/duplicate", wording.duplicate, name="template-duplicate"),
    path("templates/<int:pk>/owner", wording_editor.give, name="template-give"),
    path("templates/<int:pk>/archive", wording.archive, name="template-archive"),
    path("templates/<int:pk>/unarchive", wording.unarchive, name="template-unarchive"),
    path("templates/<int:pk>/delete", wording.delete, name="template-delete"),
    path("c/<int:number>/drafts", shared_drafts.of_conversation, name="shared-drafts"),
    path("drafts/<int:pk>/take", shared_drafts.take, name="take-draft"),
    path("templates/macros", macros.choose, name="macros"),
    path("templates/<int:pk>/run", macros.run, name="template-run"),
    path("templates/<int:pk>/pick", wording_picker.looked_at, name="template-looked-at"),
    path("templates/<int:pk>/insert", wording_picker.insert, name="template-insert"),
]
