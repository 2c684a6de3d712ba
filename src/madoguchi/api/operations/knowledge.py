"""Articles of the knowledge: finding, writing and publishing them, their categories, and what goes into a letter."""

from typing import Annotated

from django.db import transaction
from django.utils.translation import gettext as _
from ninja import Query, Router, Status
from pydantic import Field

from madoguchi.accounts.permissions import Permission, may
from madoguchi.accounts.queries import get_user
from madoguchi.api.auth import ApiRequest
from madoguchi.api.paging import Page, Paging, newest_page, whole
from madoguchi.api.problems import READ, WRITE
from madoguchi.api.schemas.base import MAX_ID, Id
from madoguchi.api.schemas.knowledge import (
    ArticleCategoryIn,
    ArticleCategoryOut,
    ArticleChangesIn,
    ArticleInsertIn,
    ArticleOut,
    ArticleVersionOut,
    ArticleWordsOut,
    NewArticleIn,
    PublishedIn,
    show_article,
    show_article_version,
)
from madoguchi.api.schemas.wording import OwnerIn, RestoreIn, SwitchIn
from madoguchi.conversations.queries import get_conversation
from madoguchi.core.errors import NotAllowed
from madoguchi.knowledge.actions import articles as actions
from madoguchi.knowledge.actions import categories as category_actions
from madoguchi.knowledge.actions.uses import note_use, words_to_insert
from madoguchi.knowledge.choices import Audience, State
from madoguchi.knowledge.content import Content, content_of
from madoguchi.knowledge.models import Article, Category
from madoguchi.knowledge.queries import Narrowing, category_tree, get_category, narrowed, offered_to, versions_of
from madoguchi.knowledge.queries import get_article as find_article
from madoguchi.knowledge.suggesting import suggestions_for

router = Router(tags=["Knowledge"])

ARTICLE = "/articles/{int:article_id}"
CATEGORY = "/article-categories/{int:category_id}"


class ArticlesAsked(Paging):
    """Which articles."""

    q: Annotated[str, Field(max_length=200)] = ""
    """Words of the title, the keywords or the text: the best first, on one page."""
    category: Annotated[int, Field(ge=0, le=MAX_ID)] | None = None
    """Only in this category and below; 0 for those in none."""
    audience: Audience | None = None
    """Only public ones, or only internal ones."""
    state: State | None = None
    """Only drafts, published or archived ones; without it all but the archived."""
    due: bool = False
    """True for those that are to be read again."""

    def narrowing(self) -> Narrowing:
        """The same in the words of the room."""
        return Narrowing(self.q, self.category, self.audience or "", self.state or "", is_due=self.due)


def _show(request: ApiRequest, article: Article) -> ArticleOut:
    return show_article(find_article(request.auth, article.pk))


def _category(pk: int | None) -> Category | None:
    return get_category(pk) if pk else None


@router.get(
    "/articles", response={200: Page[ArticleOut], **READ}, operation_id="list_articles", summary="List articles"
)
def list_articles(request: ApiRequest, asked: Query[ArticlesAsked]) -> Page[ArticleOut]:
    """The articles that the caller may read: newest first, or found by words with the best first."""
    rows = narrowed(request.auth, asked.narrowing())
    if asked.q.strip():
        return whole([show_article(each) for each in rows[: asked.limit]])
    return newest_page(rows, asked, show=show_article)


@router.post("/articles", response={201: ArticleOut, **WRITE}, operation_id="create_article", summary="Add an article")
def create_article(request: ApiRequest, wanted: NewArticleIn) -> Status[ArticleOut]:
    """Add a draft that the caller looks after."""
    content = wanted.content(Content(title=wanted.title, body=wanted.body), _category(wanted.category))
    return Status(201, _show(request, actions.create_article(content, user=request.auth)))


@router.get(ARTICLE, response={200: ArticleOut, **READ}, operation_id="get_article", summary="Read one article")
def get_article(request: ApiRequest, article_id: Id) -> ArticleOut:
    """One article that the caller may read."""
    return show_article(find_article(request.auth, article_id))


@router.patch(ARTICLE, response={200: ArticleOut, **WRITE}, operation_id="change_article", summary="Change an article")
def change_article(request: ApiRequest, article_id: Id, changes: ArticleChangesIn) -> ArticleOut:
    """Say something else; what it said before stays among its versions."""
    found = find_article(request.auth, article_id)
    content = changes.content(content_of(found), _category(changes.category))
    version = changes.version or found.version
    return _show(request, actions.change_article(found, content, user=request.auth, version=version))


@router.delete(ARTICLE, response={204: None, **WRITE}, operation_id="delete_article", summary="Delete an article")
def delete_article(request: ApiRequest, article_id: Id) -> Status[None]:
    """Forget an archived article with its versions. Its number is not given again."""
    actions.delete_article(find_article(request.auth, article_id), user=request.auth)
    return Status(204, None)


@router.put(
    ARTICLE + "/published",
    response={200: ArticleOut, **WRITE},
    operation_id="publish_article",
    summary="Publish an article",
)
def publish_article(request: ApiRequest, article_id: Id, switch: PublishedIn) -> ArticleOut:
    """Let colleagues find an article and, if it is public, everybody read it; or make it a draft again."""
    found = find_article(request.auth, article_id)
    if not switch.on:
        return _show(request, actions.withdraw_article(found, user=request.auth))
    return _show(request, actions.publish_article(found, user=request.auth, version=switch.version))


@router.put(
    ARTICLE + "/archived",
    response={200: ArticleOut, **WRITE},
    operation_id="archive_article",
    summary="Archive an article",
)
def archive_article(request: ApiRequest, article_id: Id, switch: SwitchIn) -> ArticleOut:
    """Put an article away, so that its page is gone, or bring it back as it was."""
    found = find_article(request.auth, article_id)
    act = actions.archive_article if switch.on else actions.unarchive_article
    act(found, user=request.auth)
    return _show(request, found)


@router.put(
    ARTICLE + "/owner", response={200: ArticleOut, **WRITE}, operation_id="give_article", summary="Give an article"
)
def give_article(request: ApiRequest, article_id: Id, wanted: OwnerIn) -> ArticleOut:
    """Let somebody else look after an article; 422 for somebody who may not write any."""
    found = find_article(request.auth, article_id)
    actions.give_article(found, get_user(wanted.owner), user=request.auth)
    return _show(request, found)


@router.get(
    ARTICLE + "/versions",
    response={200: Page[ArticleVersionOut], **READ},
    operation_id="list_article_versions",
    summary="List versions",
)
def list_versions(request: ApiRequest, article_id: Id, paging: Query[Paging]) -> Page[ArticleVersionOut]:
    """How it was saved, the newest first; for those who answer, since it once may have been 社内限定."""
    _check_answers(request)
    return newest_page(versions_of(find_article(request.auth, article_id)), paging, show=show_article_version)


@router.post(
    ARTICLE + "/restore",
    response={200: ArticleOut, **WRITE},
    operation_id="restore_article",
    summary="Restore a version",
)
def restore_article(request: ApiRequest, article_id: Id, wanted: RestoreIn) -> ArticleOut:
    """Let an article say again what one of its versions said; that is a new version."""
    found = find_article(request.auth, article_id)
    version = wanted.version or found.version
    return _show(request, actions.restore_version(found, wanted.number, user=request.auth, version=version))


@router.post(
    ARTICLE + "/insert",
    response={200: ArticleWordsOut, **WRITE},
    operation_id="insert_article",
    summary="Take words of an article",
)
@transaction.atomic
def insert_article(request: ApiRequest, article_id: Id, letter: ArticleInsertIn) -> ArticleWordsOut:
    """Text, steps or link of an article for a letter; 422 (`internal_article`) for a customer's unless it is public.

    With a `request_key` that counts as a use once the letter is sent.
    """
    found = find_article(request.auth, article_id)
    answered = get_conversation(request.auth, letter.conversation) if letter.conversation else None
    words = words_to_insert(found, letter.part, to_customer=not letter.note)
    if letter.request_key and not letter.note:
        _check_answers(request)
        note_use(
            found,
            letter.part,
            user=request.auth,
            text=words,
            conversation=answered,
            request_key=letter.request_key,
        )
    return ArticleWordsOut(text=words)


@router.get(
    "/conversations/{int:number}/articles",
    response={200: Page[ArticleOut], **READ},
    operation_id="list_article_suggestions",
    summary="Suggest articles",
)
def list_suggestions(request: ApiRequest, number: Id) -> Page[ArticleOut]:
    """The articles that speak of what the customer's last mail is about, the best first."""
    found = get_conversation(request.auth, number)
    offered = offered_to(request.auth).select_related("owner")
    return whole([show_article(each) for each in suggestions_for(found, offered)])


def _check_answers(request: ApiRequest) -> None:
    if not may(request.auth, Permission.REPLY):
        raise NotAllowed(_("This is for those who answer customers. Ask an administrator."))


@router.get(
    "/article-categories",
    response={200: Page[ArticleCategoryOut], **READ},
    operation_id="list_article_categories",
    summary="List categories of articles",
)
def list_categories(request: ApiRequest) -> Page[ArticleCategoryOut]:
    """Every category in its order, each main one before those below it."""
    return whole([_show_category(each.category, each.amount) for each in category_tree(request.auth)])


def _show_category(category: Category, amount: int) -> ArticleCategoryOut:
    return ArticleCategoryOut(id=category.pk, name=category.name, parent=category.parent_id, articles=amount)


@router.post(
    "/article-categories",
    response={201: ArticleCategoryOut, **WRITE},
    operation_id="create_article_category",
    summary="Add a category of articles",
)
def create_category(request: ApiRequest, wanted: ArticleCategoryIn) -> Status[ArticleCategoryOut]:
    """Add a category at the end of its level."""
    made = category_actions.create_category(wanted.name, parent=_category(wanted.parent), user=request.auth)
    return Status(201, _show_category(made, 0))


@router.put(
    CATEGORY,
    response={200: ArticleCategoryOut, **WRITE},
    operation_id="change_article_category",
    summary="Change a category of articles",
)
def change_category(request: ApiRequest, category_id: Id, wanted: ArticleCategoryIn) -> ArticleCategoryOut:
    """Call a category something else, or put it below another one."""
    found, parent = get_category(category_id), _category(wanted.parent)
    category_actions.change_category(found, wanted.name, parent=parent, user=request.auth)
    return next(
        _show_category(each.category, each.amount)
        for each in category_tree(request.auth)
        if each.category.pk == category_id
    )


@router.delete(
    CATEGORY,
    response={204: None, **WRITE},
    operation_id="delete_article_category",
    summary="Delete a category of articles",
)
def delete_category(request: ApiRequest, category_id: Id) -> Status[None]:
    """Forget a category in which nothing lies any more."""
    category_actions.delete_category(get_category(category_id), user=request.auth)
    return Status(204, None)
