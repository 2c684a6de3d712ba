"""The addresses of ナレッジ, and of its tab in the picker of the composer."""

from django.urls import path

from madoguchi.desk.views import knowledge, knowledge_categories, knowledge_editor, knowledge_picker

urlpatterns = [
    path("articles", knowledge.articles, name="articles"),
    path("articles/new", knowledge_editor.edit, name="article-new"),
    path("articles/preview", knowledge_editor.shown, name="article-preview"),
    path("articles/categories", knowledge_categories.categories, name="article-categories"),
    path("articles/categories/<int:pk>", knowledge_categories.category, name="article-category"),
    path("articles/categories/<int:pk>/move", knowledge_categories.move, name="article-category-move"),
    path("articles/categories/<int:pk>/delete", knowledge_categories.delete, name="article-category-delete"),
    path("articles/pick", knowledge_picker.picker, name="article-picker"),
    path("articles/suggestions", knowledge_picker.suggestions, name="article-suggestions"),
    path("articles/<int:pk>", knowledge.article, name="article"),
    path("articles/<int:pk>/edit", knowledge_editor.edit, name="article-edit"),
    path("articles/<int:pk>/history", knowledge_editor.history, name="article-history"),
    path("articles/<int:pk>/restore/<int:number>", knowledge_editor.restore, name="article-restore"),
    path("articles/<int:pk>/publish", knowledge.publish, name="article-publish"),
    path("articles/<int:pk>/withdraw", knowledge.withdraw, name="article-withdraw"),
    path("articles/<int:pk>/archive", knowledge.archive, name="article-archive"),
    path("articles/<int:pk>/unarchive", knowledge.unarchive, name="article-unarchive"),
    path("articles/<int:pk>/delete", knowledge.delete, name="article-delete"),
    path("articles/<int:pk>/owner", knowledge_editor.give, name="article-give"),
    path("articles/<int:pk>/pick", knowledge_picker.looked_at, name="article-looked-at"),
    path("articles/<int:pk>/insert", knowledge_picker.insert, name="article-insert"),
]
