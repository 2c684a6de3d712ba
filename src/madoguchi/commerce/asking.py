"""Asking a source over HTTP: by the one safe client, and every trouble as one of the contract's errors."""

import json as json_module
from collections.abc import Mapping
from typing import Any

from django.conf import settings

from madoguchi.commerce.contract import SourceDown, SourceLies, SourceRefused
from madoguchi.core.http import Answer, AnswerTooLarge, HttpTrouble, Limits, fetch
from madoguchi.core.telling import telling as _

#: Somebody waits beside a conversation for most of these answers.
_SECONDS = 15.0
_MOST_BYTES = 5 * 1024 * 1024


def ask(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    form: Mapping[str, str] | None = None,
    json: object = None,
) -> Answer:
    """The answer of a source that succeeded or said 404. Raises SourceTrouble and nothing else."""
    limits = Limits(total_seconds=_SECONDS, answer_max_bytes=_MOST_BYTES, private_hosts=settings.ORDER_HOSTS)
    try:
        answer = fetch(method, url, headers=headers, form=form, json=json, limits=limits)
    except AnswerTooLarge as error:
        raise SourceLies(error.user_message) from error
    except HttpTrouble as error:
        raise SourceDown(error.user_message) from error
    if answer.is_success or answer.status == 404:
        return answer
    if answer.status in (401, 403):
        raise SourceRefused(
            _("The order system refused the key (%(status)s). Enter it again in its settings.") % _of(answer)
        )
    if answer.status == 429 or answer.status >= 500:
        raise SourceDown(_("The order system is busy or down (%(status)s). It is asked again later.") % _of(answer))
    raise SourceLies(_("The order system did not understand the question (%(status)s).") % _of(answer))


def read_json(answer: Answer) -> Any:
    """The answer as JSON; SourceLies when it is none."""
    try:
        return json_module.loads(answer.content)
    except (ValueError, RecursionError) as error:
        raise SourceLies(_("The answer of the order system cannot be read.")) from error


def _of(answer: Answer) -> dict[str, int]:
    return {"status": answer.status}
