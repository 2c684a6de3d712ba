"""Checks 4 and 14: what is said to be enclosed is there, and what is there can arrive."""

import re
from collections.abc import Iterator

from madoguchi.core.telling import telling as _
from madoguchi.preflight.finding import Finding, Place, Repair, at
from madoguchi.preflight.outgoing import Outgoing
from madoguchi.preflight.parts import Part
from madoguchi.preflight.rulebook import Rulebook
from madoguchi.preflight.surroundings import Surroundings

#: We enclose something; not: the customer has enclosed it, or is asked to.
_OURS = re.compile(
    r"(?<!ご)(?:添付|同封|別添)(?:(?:に)?て(?:ご?(?:案内|送付|連絡|共有)|お送り)|(?:を|を?ファイルを|ファイルとして)?(?:お送り|ご?送付)(?:いた|し|申)"
    r"|(?:いた|致)し(?:ます|ました|ております|ており)|し(?:ます|ました|ております|ています|てあります|ておきます)|させて(?:いただ|頂)"
    r"|の(?:とお|通)り|の[^。、\n]{0,20}を?(?:ご(?:確認|覧|査収|参照|一読|使用|利用)|お目通し|お使い)"
    r"|(?:ファイル|資料|書類)を?(?:ご(?:確認|覧|査収|参照|一読|使用|利用)|お目通し))"
    r"|(?:PDF|ＰＤＦ|ファイル|データ)を?(?:お送り|送付)(?:いた|し)(?:し?ます|ました|し?まし)"
    r"|(?:PDF|ＰＤＦ|ファイル|資料|写真|画像|書類|請求書|領収書|見積書?|明細)を?(?:お付けし|付けてお送りし|添えてお送りし)(?:ます|ました)"
)
#: Words before 同封 that put it into a parcel and not into the letter.
_IN_PARCEL = re.compile(
    r"(?:商品|荷物|箱|製品|品物|本体|小包|パッケージ|お届け|交換品|代品|現品|ケース|袋|封筒)(?:の)?(?:中|内|箱|際|外箱)?"
    r"(?:に(?:は|も)?|と(?:一緒に|共に|ともに)|へ)[^。\n]{0,16}$"
)
_OURS_ENGLISH = re.compile(
    r"\b(?:(?:i|we)(?:'ve| have| am| are)? attach(?:ed|ing)?|(?:is|are) attached|please find (?:the"
    r" )?(?:attached|enclosed)"
    r"|see (?:the )?attached|attached (?:is|are|you will find)|(?:i|we) enclose)\b",
    re.IGNORECASE,
)
_REFUSED = frozenset(
    [
        "exe",
        "com",
        "scr",
        "bat",
        "cmd",
        "pif",
        "vbs",
        "vbe",
        "js",
        "jse",
        "wsf",
        "wsh",
        "msi",
        "msp",
        "cpl",
        "jar",
        "hta",
        "lnk",
        "ps1",
        "reg",
        "dll",
        "docm",
        "xlsm",
        "pptm",
        "iso",
        "img",
    ]
)
#: Gateways of firms and phones often stop at ten; ours stops the letter at eighteen.
_HEAVY_BYTES = 10 * 1024 * 1024
_MOST_BYTES = 18 * 1024 * 1024


def look_for_attachment(letter: Outgoing, _around: Surroundings, _rules: Rulebook) -> Iterator[Finding]:
    """「添付いたします」, and there is no file."""
    if letter.files:
        return
    pattern = _OURS if letter.is_japanese else _OURS_ENGLISH
    for match in pattern.finditer(letter.said):
        if _IN_PARCEL.search(letter.said[max(0, match.start() - 40) : match.start()]):
            continue
        place, words = at(Part.TEXT, letter.said, match.start(), match.end())
        yield Finding(
            _("There is no attachment, but the letter says there is."),
            place,
            words,
            why=_("A forgotten file costs the customer another mail, and you another answer."),
            repair=Repair(_("Choose a file"), part=Part.FILES),
        )


def look_at_files(letter: Outgoing, _around: Surroundings, _rules: Rulebook) -> Iterator[Finding]:
    """Too large, of a kind that gateways refuse, or locked by a password."""
    size = sum(file.size_bytes for file in letter.files)
    if size > _MOST_BYTES:
        yield Finding(
            _("The attachments are larger than 18 MB together. Send some of them separately."), Place(Part.FILES)
        )
    elif size > _HEAVY_BYTES:
        yield Finding(
            _("The attachments are larger than 10 MB together. Many mailboxes refuse such mail."), Place(Part.FILES)
        )
    for file in letter.files:
        if file.name.rpartition(".")[2].casefold() in _REFUSED:
            text = _("“%(name)s” is of a kind that many mail servers refuse as dangerous.")
            yield Finding(text % {"name": file.name}, Place(Part.FILES), file.name)
        elif file.is_locked:
            yield Finding(
                _("“%(name)s” is an archive with a password. Many firms refuse such mail.") % {"name": file.name},
                Place(Part.FILES),
                file.name,
                why=_("A virus scanner cannot look inside; the password in a second mail protects nothing (PPAP)."),
            )
