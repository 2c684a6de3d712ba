"""Where postal addresses stand in a text: 「〒150-0001」, 「東京都千代田区1-2 〇〇ビル」, "1-2-3 Kita, Chuo-ku".

Pure. A place begins at a 郵便番号 or a number of a block, from which its beginning is looked for backwards, so that
the time is in proportion to the text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_D = "0-9０-９"
_DASH = r"\-‐‑‒–—―−－ｰー"
_LETTERS = "ぁ-ゖァ-ヺー々〆ヶ㐀-䶿一-鿿豈-﫿"
_KANJI_NUMBER = "[一二三四五六七八九十]{1,3}(?=丁目|番|条)"
_NUMBER = rf"(?:[{_D}]{{1,5}}|{_KANJI_NUMBER})"
_BLOCK = rf"{_NUMBER}(?:(?:丁目|番地|番|号|条|[{_DASH}]|の(?=[{_D}]))[東西南北]?(?:{_NUMBER})?){{0,6}}"
_CODE = re.compile(
    r"(?:〒|(?:郵便番号|(?i:zip|postal code|postcode))[:： 　]{0,3})[ 　]{0,2}"
    rf"[{_D}]{{3}}[{_DASH} 　]?[{_D}]{{4}}(?![{_D}])"
    rf"|(?<![{_D}{_DASH}])[{_D}]{{3}}[{_DASH}]?[{_D}]{{4}}(?=[ 　]{{0,2}}\r?\n?(?:北海道|東京都|[一-鿿]{{2,3}}[府県]))"
)
_BLOCKS = re.compile(rf"(?<![{_D}A-Za-z]){_BLOCK}")
_MORE = re.compile(rf"[ァ-ヺー々ヶ㐀-䶿一-鿿るの]{{1,14}}(?:{_BLOCK})")
_HOUSE = (
    "ビル(?:ディング)?|マンション|アパート|ハイツ|コーポ|タワー|ハウス|レジデンス|テラス|ヒルズ|メゾン|プラザ"
    "|荘|寮|団地|号館|号室"
)
_INSIDE = r"[^\s<>\"'\\、。，．,.!?！？「」『』()（）:：;；=|&]"
_ROOM = rf"[{_D}]{{1,5}}(?:号室|号|階|[FＦ])?(?![{_D}(（{_DASH}])"
_BUILDING = re.compile(
    rf"(?:[ 　]{{0,3}}(?:\r?\n|<br ?/?>\n?)?[ 　]{{0,3}}"
    rf"{_INSIDE}{{1,20}}?(?:{_HOUSE}){_INSIDE}{{0,8}}?(?:[ 　]?{_ROOM})?"
    rf"|[ 　]{{1,3}}(?!電話|携帯|[Tt][Ee][Ll]|[Ff][Aa][Xx]){_INSIDE}{{1,20}}?{_ROOM})"
)
#: The next line of a signature, form or quotation.
_BREAK = r"(?:[ 　]{0,4}(?:\r?\n|<br ?/?>\r?\n?)[>＞ 　]{0,8})"
_RUN = re.compile(rf"[{_LETTERS}](?:(?:{_BREAK}|[ 　])?[{_LETTERS}]){{0,39}}(?:{_BREAK}|[ 　])?\Z")
_BROKEN = re.compile(r"\n|<br")
#: Without a prefecture only a line that ends with the town goes on below: 「渋谷区⏎神宮前1-2-3」.
_GOES_ON = re.compile(rf"{_BREAK}[{_LETTERS}](?:[ 　]?[{_LETTERS}])*\Z")
_PREFECTURE = re.compile(
    "北海道|東京都|(?:京都|大阪)府|(?:青森|岩手|宮城|秋田|山形|福島|茨城|栃木|群馬|埼玉|千葉|神奈川|新潟|富山|石川|福井|山梨|長野|岐阜|静岡|愛知"
    "|三重|滋賀|兵庫|奈良|和歌山|鳥取|島根|岡山|広島|山口|徳島|香川|愛媛|高知|福岡|佐賀|長崎|熊本|大分|宮崎|鹿児島|沖縄)県"
)
_TOWN = re.compile(r"[市区郡町村]")
_NO_TOWN = re.compile(r"(?:に|へ|の|は|も|で|と|から|まで|内|産)")
#: Words between a town and a number that make no address of them: 「札幌市では3-4日」.
_SENTENCE = re.compile(r"[はをにへでもが]")
_FIRM = re.compile(rf"丁目|番地|条|[{_D}]番|[{_D}][{_DASH}][{_D}]")
_NAMED = "Hokkaido|Tokyo|Kyoto|Osaka|Kanagawa|Saitama|Chiba|Aichi|Fukuoka|Hyogo|Hiroshima|Miyagi|Japan"
_LATIN = re.compile(
    r"(?<![0-9A-Za-z-])[0-9]{1,5}(?:-[0-9]{1,5}){0,3},? [A-Z][A-Za-z0-9-]{1,30}(?:,? [A-Z][A-Za-z0-9-]{1,30}){0,3}"
    r"(?<=-(?i:ku|hi))(?:,? [A-Z][A-Za-z-]{1,20}){0,3}(?:,? ?[0-9]{3}-[0-9]{4})?(?![0-9])"
    r"|(?<![0-9A-Za-z-])[0-9]{1,5}(?:-[0-9]{1,5}){1,3},? [A-Z][A-Za-z0-9-]{1,30}(?:,? [A-Z][A-Za-z0-9-]{1,30}){0,3}"
    rf",? (?:{_NAMED})(?:,? ?[0-9]{{3}}-[0-9]{{4}})?(?![0-9])"
    rf"|(?:{_NAMED}),? [0-9]{{3}}-[0-9]{{4}}(?![0-9])"
)
_BACK = 48


@dataclass(frozen=True, slots=True)
class Place:
    """One postal address in a text; `shown` characters of it tell no more than the region."""

    start: int
    end: int
    shown: int


def places_in(text: str) -> list[Place]:
    """The postal addresses in a text, in its order; none overlaps another."""
    found = sorted((*_codes(text), *_latin(text), *_japanese(text)), key=lambda each: (each.start, -each.end))
    apart: list[Place] = []
    for each in found:
        if not apart or each.start >= apart[-1].end:
            apart.append(each)
    return apart


def _codes(text: str) -> Iterator[Place]:
    for found in _CODE.finditer(text):
        yield Place(found.start(), found.end(), 1 if found[0].startswith("〒") else 0)


def _latin(text: str) -> Iterator[Place]:
    for found in _LATIN.finditer(text):
        yield Place(found.start(), found.end(), 0)


def _japanese(text: str) -> Iterator[Place]:
    done = 0
    for found in _BLOCKS.finditer(text):
        if found.start() < done:
            continue
        before = _RUN.search(text, max(done, found.start() - _BACK), found.start())
        begin = _beginning(before[0], found[0]) if before else None
        if before is None or begin is None:
            continue
        start, shown = begin
        done = _ending(text, found.end())
        yield Place(before.start() + start, done, shown)


def _beginning(words: str, block: str) -> tuple[int, int] | None:
    """Where in the words before a number its address begins, and how much of it is shown; None where it is none."""
    regions = list(_PREFECTURE.finditer(words))
    if regions:
        region = regions[-1]
        rest = words[region.end() :]
        is_sure = not _BROKEN.search(rest) or (_FIRM.search(block) and not _SENTENCE.search(rest))
        if is_sure and _TOWN.search(rest) and not _NO_TOWN.match(rest.lstrip(" 　")):
            return region.start(), len(region[0])
    town = _TOWN.search(words, 1)
    if town is None or not _FIRM.search(block) or _SENTENCE.search(words, town.end()):
        return None
    if _BROKEN.search(words, town.end()) and not _GOES_ON.match(words, town.end()):
        return None
    start = max(0, town.start() - 6)
    return start, town.end() - start


def _ending(text: str, end: int) -> int:
    for _time in range(3):
        more = _MORE.match(text, end)
        if more is None:
            break
        end = more.end()
    building = _BUILDING.match(text, end)
    return building.end() if building else end
