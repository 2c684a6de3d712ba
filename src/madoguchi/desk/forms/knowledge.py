"""An article as one form, and a category of articles."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from madoguchi.conversations.choices import LetterLanguage
from madoguchi.knowledge.choices import MAX_BODY, MAX_CATEGORY, MAX_NOTE, MAX_SUMMARY, MAX_TITLE, Audience
from madoguchi.knowledge.content import Content, cut_words
from madoguchi.knowledge.models import Article, Category

#: Room for all the words there may be; the room counts them.
_MAX_WORDS_CHARS = 3_000


class ArticleForm(forms.Form):
    """What an article says, for whom, and where it lies."""

    title = forms.CharField(
        label=pgettext_lazy("article", "Title"),
        max_length=MAX_TITLE,
        help_text=_("The question in the customers' words."),
    )
    summary = forms.CharField(
        label=_("Short answer"),
        max_length=MAX_SUMMARY,
        required=False,
        help_text=_("One or two sentences that are enough for most. It stands above the text."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    body = forms.CharField(label=_("Body"), max_length=MAX_BODY, strip=False, widget=forms.Textarea(attrs={"rows": 16}))
    audience = forms.ChoiceField(label=_("For whom"), choices=Audience.choices, widget=forms.RadioSelect)
    category = forms.ChoiceField(label=_("Category"), required=False)
    keywords = forms.CharField(
        label=_("Keywords"),
        max_length=_MAX_WORDS_CHARS,
        required=False,
        help_text=_("What else it is found by, with commas between."),
    )
    colloquial = forms.CharField(
        label=_("As customers say it"),
        max_length=_MAX_WORDS_CHARS,
        required=False,
        help_text=_("Words of mails and calls that mean this question, with commas between."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=LetterLanguage.choices)
    review_on = forms.DateField(
        label=_("Read it again by"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    note = forms.CharField(
        label=_("Note for colleagues"),
        max_length=MAX_NOTE,
        required=False,
        help_text=_("Customers do not see this."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=2**31 - 1)

    def __init__(
        self, data: Any, *, categories: Sequence[Category], article: Article | None = None, initial: Any = None
    ) -> None:
        """Begin with what the article says."""
        start = {"audience": Audience.PUBLIC.value, "language": LetterLanguage.JA.value, **(initial or {})}
        super().__init__(data, initial=initial_of(article) if article else start)
        self.categories = categories
        names = [(str(each.pk), f"　{each.name}" if each.parent_id else each.name) for each in categories]
        self.fields["category"].choices = [("", "–"), *names]  # type: ignore[attr-defined]

    def content(self) -> Content:
        """What the form says, once it is valid."""
        values = self.cleaned_data
        chosen = next((each for each in self.categories if str(each.pk) == values["category"]), None)
        plain = ("title", "summary", "body", "audience", "language", "review_on", "note")
        return Content(
            **{name: values[name] for name in plain},
            category=chosen,
            keywords=cut_words(values["keywords"]),
            colloquial=cut_words(values["colloquial"]),
        )


def initial_of(article: Article) -> dict[str, object]:
    """The form's values as stored."""
    plain = ("title", "summary", "body", "audience", "language", "review_on", "note", "version")
    return {name: getattr(article, name) for name in plain} | {
        "category": str(article.category_id or ""),
        "keywords": "、".join(article.keywords),
        "colloquial": "、".join(article.colloquial),
    }


class ArticleCategoryForm(forms.Form):
    """A category of articles and the main one it lies below."""

    name = forms.CharField(label=_("Name"), max_length=MAX_CATEGORY)
    parent = forms.ChoiceField(label=_("Below"), required=False)

    def __init__(self, data: Any = None, *, parents: Sequence[Category], initial: Any = None) -> None:
        """Offer the main categories."""
        super().__init__(data, initial=initial)
        choices = [("", _("Main category")), *((str(each.pk), each.name) for each in parents)]
        self.fields["parent"].choices = choices  # type: ignore[attr-defined]
