"""Which article was put into which letter, and whether it left with it (conversations.put_in). Each may run twice."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Count, Max, Q
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.conversations.models import Conversation
from madoguchi.conversations.put_in import count_put_in, forget_put_in, note_put_in, uncount_put_in
from madoguchi.core.errors import Invalid
from madoguchi.events.models import Event
from madoguchi.knowledge.choices import Part
from madoguchi.knowledge.links import address_of
from madoguchi.knowledge.models import Article, Use
from madoguchi.knowledge.reading import words_for


class InternalArticle(Invalid):
    """What is 社内限定 does not go into a letter to a customer, nor does a link that only colleagues can open."""

    code = "internal_article"


def words_to_insert(article: Article, part: Part, *, to_customer: bool) -> str:
    """What of an article goes into a letter; InternalArticle where a customer would read what is for colleagues.

    Into a note of colleagues everything goes. Invalid for steps that the article does not have.
    """
    if to_customer and not article.is_open_to_all:
        raise InternalArticle(
            _("This article is for colleagues only. Nothing of it was inserted: answer in words of your own.")
        )
    words = words_for(article, part)
    if not words:
        raise Invalid(_("This article has no steps. Insert its text."), field="part")
    return words


@transaction.atomic
def note_use(
    article: Article,
    part: Part,
    *,
    user: User,
    text: str,
    conversation: Conversation | None = None,
    request_key: str = "",
) -> Use:
    """Note that this of an article was put into the letter of this key; of a link its address alone tells."""
    is_link = part == Part.LINK
    use = Use(article=article, is_link=is_link)
    kept = address_of(article.pk) if is_link else text
    return note_put_in(use, user=user, text=kept, conversation=conversation, request_key=request_key)


@transaction.atomic
def count_uses(event: Event) -> None:
    """Count the articles that stand in the reply of this event (`reply_queued`)."""
    _recount(count_put_in(Use, event))


@transaction.atomic
def uncount_uses(event: Event) -> None:
    """A reply was taken back, or sent back to its author: its articles wait to be counted with the next try."""
    _recount(uncount_put_in(Use, event))


def forget_texts(event: Event) -> None:
    """A reply has left for good (`reply_sent`): what had been put in need not be kept any longer."""
    forget_put_in(Use, event)


def _recount(uses: Iterable[Use]) -> None:
    """Set the figures of articles to what their uses say: letters, though one has text and link of the same."""
    sent = Use.objects.filter(sent_at__isnull=False)
    for pk in sorted({use.article_id for use in uses}):
        figures = sent.filter(article=pk).aggregate(
            amount=Count("message", distinct=True),
            links=Count("message", distinct=True, filter=Q(is_link=True)),
            last=Max("sent_at"),
        )
        Article.objects.filter(pk=pk).update(
            used_count=figures["amount"], link_count=figures["links"], used_at=figures["last"]
        )
