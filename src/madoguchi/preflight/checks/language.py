"""Check 18: the letter is in the language in which the customer writes."""

import re
from collections.abc import Iterator

from madoguchi.core.telling import Told
from madoguchi.core.telling import telling as _
from madoguchi.preflight.finding import Finding
from madoguchi.preflight.outgoing import Outgoing
from madoguchi.preflight.rulebook import Rulebook
from madoguchi.preflight.surroundings import Surroundings

_ADDRESS = re.compile(r"https?://[!-~]{1,500}|[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,100}")
#: Fewer letters than this say nothing of a language: OK, a name, a number.
_FEW = 12
#: Characters that Chinese letters hold and Japanese ones do not; a few lines of 日時 and 場所 are in neither for sure.
_CHINESE = frozenset("您们們这這吗嗎请谢给还说么个单货邮为发处")
_MANY_HAN = 60
_NAMES: dict[str, Told] = {"ja": _("Japanese"), "zh": _("Chinese"), "ko": _("Korean"), "latin": _("a Western language")}


def look_at_language(letter: Outgoing, around: Surroundings, _rules: Rulebook) -> Iterator[Finding]:
    """Japanese to whoever writes English, English to whoever writes Japanese."""
    written, heard = script_of(letter.said), script_of(around.heard) or _script(around.heard_language)
    if written and heard and written != heard:
        yield Finding(
            _("The letter is in %(ours)s, the customer writes in %(theirs)s.")
            % {"ours": _NAMES[written], "theirs": _NAMES[heard]},
            why=_("Whoever cannot read the answer asks again, or gives up."),
        )


def _script(language: str) -> str:
    code = language[:2].casefold()
    return code if code in ("ja", "zh", "ko") else ("latin" if code else "")


def script_of(text: str) -> str:
    """ja, zh, ko or latin; empty where there is too little to tell."""
    words = _ADDRESS.sub(" ", text[:5_000])
    kana = sum("ぁ" <= char <= "ヺ" for char in words)
    hangul = sum("가" <= char <= "힣" for char in words)
    han = sum("一" <= char <= "鿿" for char in words)
    latin = sum(char.isalpha() and char < "ɐ" for char in words)
    if kana + hangul + han + latin < _FEW:
        return ""
    if hangul > kana:
        return "ko"
    if kana > 1 and (kana + han) * 4 >= latin:
        return "ja"
    if han > latin and not kana:
        return "zh" if han > _MANY_HAN or not _CHINESE.isdisjoint(words) else ""
    return "latin" if latin > han * 2 else ""
