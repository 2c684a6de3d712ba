"""Check 5: blanks of a template that nobody has filled in."""

import re
from collections.abc import Iterator
from itertools import islice

from madoguchi.core.seen_text import seen_with_origins
from madoguchi.core.telling import telling as _
from madoguchi.preflight.choices import Level
from madoguchi.preflight.finding import Finding, at
from madoguchi.preflight.outgoing import Outgoing
from madoguchi.preflight.parts import Part
from madoguchi.preflight.rulebook import Rulebook
from madoguchi.preflight.surroundings import Surroundings

_VARIABLE = re.compile(
    r"\{\{[^{}\n]{0,80}\}\}|\{[A-Za-z_][A-Za-z0-9_.]{1,40}\}|\[\[[^\[\]\n]{1,40}\]\]|\{%[^%\n]{0,80}%\}|\{\{|\}\}"
)
_MARK = "〇○◯●△▲■□×✕"
#: What goes on behind a blank; 日時 and 月末 are words of their own.
_UNIT = (
    r"(?:様(?![々子式])|さま|月(?![末曜額々次間])|日(?![時程本数付曜々常])|時(?![間刻期点計])"
    r"|円(?!形)|個(?![人別数])|号室|名様)"
)
_JOINED = r"[ 　]?(?:様|さま|[のをにはがへで、])"
#: 〇〇, ●●, △△, ×× and xx before a unit; a line drawn with them is no blank, nor a heading that begins with ■■.
_MARKS = re.compile(
    rf"(?<![{_MARK}])(?:[〇○◯]{{2,6}}|●{{2,6}}|△{{2,6}}|▲{{2,6}}|[×✕]{{2,6}}"
    rf"|■{{2,6}}(?={_JOINED})|□{{2,6}}(?={_JOINED}))(?![{_MARK}])"
)
#: A single mark in a sentence stands for a figure or a name: ○月○日, 山田の●様, ￥○円; 二〇日 is a number.
_SINGLE = re.compile(
    rf"(?<![{_MARK}0-9０-９一二三四五六七八九十百])[{_MARK}]月[{_MARK}0-9０-９]{{1,2}}日|[0-9０-９]月[{_MARK}]{{1,2}}日"
    rf"|(?<=[^\s{_MARK}0-9０-９一二三四五六七八九十百])[〇○◯●△▲■](?={_UNIT})"
    r"|(?:(?<=\n)|(?<=^))[〇○◯●△▲■][ 　]?様(?=\n|、|$)"
)
#: ＿＿＿様, ****様; not the mask of a name or number.
_LINES = re.compile(
    rf"(?<![\w＿*＊])(?:[＿_]{{2,20}}|[*＊]{{3,20}})(?=[ 　]?{_UNIT})"
    r"|(?<![\w＿])＿{2,20}(?=[のをにはがへで])"
)
#: [商品名], 【お客様名】: what is to stand there, within a sentence; at the head of a line of a list it is a label.
_NAMED = re.compile(
    r"[\[［【〔](?:お?客様|ご?担当者?|商品|会社|貴社|御社|部署|受注|ご?注文|伝票|追跡|お?問い?合わ?せ|受付|管理|お?届け|配送)?の?"
    r"(?:お?名前?|番号|金額|日付?|日時|日程|数量|ご?住所|電話番号|内容|宛名|氏名|理由|先)[\]］】〕]"
    r"(?=[ 　]?(?:様|さま|[のをにはがへで、]|円|まで|より|から))"
)
_LETTERS = re.compile(r"(?<![A-Za-zＡ-Ｚａ-ｚ])(?:[XＸxｘ]{2,4})(?=[月日時分年円様号件個]|-[XxＸｘ\d])")
_REMINDER = re.compile(
    r"[【\[(（★](?:要(?:確認|修正|追記|差し替え)|後で(?:記入|追記|確認)|ここに[^】\])）\n]{0,20})[】\])）★]?|\bTODO\b|\bTBD\b"
)
#: Of each kind in each part; more of them say nothing new, and a hundred thousand take seconds.
_MOST = 1_000
_WHY = _("A blank of the template was left as it is. The customer would read it.")


def look_for_placeholders(letter: Outgoing, _around: Surroundings, _rules: Rulebook) -> Iterator[Finding]:
    """`{{ }}` keeps a letter from leaving; marks that may be meant are asked about."""
    for each in letter.written:
        read = seen_with_origins(each.text)
        for match in islice(_VARIABLE.finditer(read.text), _MOST):
            span = read.span(match.start(), match.end())
            if each.is_told(*span):
                continue
            place, words = each.at(*span)
            yield Finding(
                _("There is a blank that was not filled in: %(words)s") % {"words": words}, place, words, why=_WHY
            )
    for part, text in ((Part.SUBJECT, letter.subject), (Part.TEXT, letter.own)):
        for pattern in (_MARKS, _SINGLE, _LINES, _NAMED, _LETTERS, _REMINDER):
            for match in islice(pattern.finditer(text), _MOST):
                if not _is_rule(text, match):
                    yield _maybe(part, text, match)


def _maybe(part: Part, text: str, match: re.Match[str]) -> Finding:
    place, words = at(part, text, match.start(), match.end())
    message = _("“%(words)s” looks like a blank that was not filled in.") % {"words": words}
    return Finding(message, place, words, why=_WHY, most=Level.WARN)


def _is_rule(text: str, match: re.Match[str]) -> bool:
    """A mark alone on its line, or with the same at its other end, is drawn."""
    start = text.rfind("\n", 0, match.start()) + 1
    end = text.find("\n", match.end())
    line = text[start : end if end >= 0 else len(text)].strip()
    return line == match[0] or (len(line) > 2 * len(match[0]) and line.startswith(match[0]) and line.endswith(match[0]))
