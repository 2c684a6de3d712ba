"""What a signature or a filled-in form says about its writer: name, kana, company, department, numbers, address.

Only offered to people, never written by itself: signatures are copied, and forms are filled in for others. Pure.
"""

import re
import unicodedata
from dataclasses import dataclass, field

from madoguchi.customers.phones import is_odd, is_phone
from madoguchi.customers.postcodes import tidy_code

_MOST_LINES, _LONGEST = 40, 160
_RULES = re.compile(r"^[\s─━―=_*~＿|│┃■□◆◇●○★☆<>+・･-]+|[\s─━―=_*~＿|│┃■□◆◇●○★☆<>+・･-]+$")
_NUMBER = re.compile(r"\+?\d[\d() -]{7,15}\d")
_FAX = re.compile(r"fax|ファックス|ファクス", re.IGNORECASE)
_MOBILE = re.compile(r"携帯|mobile|cell", re.IGNORECASE)
_PHONE = re.compile(r"tel|電話|phone|直通|代表|携帯|mobile|cell", re.IGNORECASE)
_POSTAL = re.compile(r"〒?\s?(\d{3}-?\d{4})(?!\d|-)")
_PLACE = re.compile(r"(東京都|北海道|京都府|大阪府|[一-龠]{2,3}県)(\S.*)")
_CITY = re.compile(r"[^\s0-9]{1,6}郡[^\s0-9]{1,6}?[町村]|[^\s0-9]{1,6}?市[^\s0-9]{1,4}?区|[^\s0-9]{1,7}?[市区町村]")
_FIRM = re.compile(
    r"株式会社|有限会社|合同会社|\(株\)|\(有\)|社団法人|財団法人|学校法人|\b(?:inc|ltd|llc|corp)\b\.?", re.IGNORECASE
)
_FIRM_ALONE = frozenset({"株式会社", "有限会社", "合同会社", "(株)", "(有)"})
_DEPARTMENT = re.compile(r"\S{1,20}(?:部|課|室|係|グループ|チーム|センター)")
_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]++@[\w-]++(?:\.[\w-]++)+")
_NAME = re.compile(r"([一-龠々ヶ𠮷]{1,4}|[ァ-ヶー]{2,8}|[ぁ-ん]{2,8}) ([一-龠々ヶ]{1,4}|[ァ-ヶー]{1,8}|[ぁ-ん]{1,8})")
_KANA = re.compile(r"[(/ ]([ぁ-んァ-ヶー]{1,10}) ([ぁ-んァ-ヶー]{1,10})\)?$")
_LABEL = re.compile(
    r"(お名前|御名前|氏名|名前|フリガナ|ふりがな|カナ|会社名|貴社名|御社名|部署名?|電話番号|お電話|ご住所|住所|郵便番号)"
    r"\s?[:】\]]\s?(.+)"
)
_HONORIFIC = re.compile(r"\s?(?:様|さま|殿)$")
_TO_KATAKANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}


@dataclass(slots=True)
class Signed:
    """What was found; empty where nothing was."""

    family_name: str = ""
    given_name: str = ""
    family_kana: str = ""
    given_kana: str = ""
    company: str = ""
    department: str = ""
    phones: list[tuple[str, str]] = field(default_factory=list)  #: number and label
    mails: list[str] = field(default_factory=list)
    postal_code: str = ""
    prefecture: str = ""
    city: str = ""
    street: str = ""
    building: str = ""


def read_signature(text: str) -> Signed:
    """What the lines of a signature say."""
    found = Signed()
    for line in _lines(text):
        _read_line(found, line)
    return found


def read_form(text: str) -> Signed:
    """What lines like 「お名前:山田 太郎」 say; of a text without such lines nothing."""
    found = Signed()
    for line in _lines(text):
        if labelled := _LABEL.search(line):
            _read_field(found, labelled[1], labelled[2].strip())
    return found


def _lines(text: str) -> list[str]:
    lines = [unicodedata.normalize("NFKC", line[:_LONGEST]) for line in text.splitlines()[: _MOST_LINES * 3]]
    tidied = [" ".join(_RULES.sub("", line).split()) for line in lines]
    return [line for line in tidied if line][:_MOST_LINES]


def _read_line(found: Signed, line: str) -> None:
    found.mails += [mail for mail in _MAIL.findall(line) if mail not in found.mails]
    _read_phone(found, line)
    if _read_place(found, line):
        return
    rest = _read_firm(found, line)
    if not found.department and (department := _DEPARTMENT.search(rest)):
        found.department = department[0]
        rest = rest.replace(department[0], " ")
    _read_name(found, " ".join(rest.split()))


def _read_phone(found: Signed, line: str) -> None:
    said = _FAX.split(line)[0]  # what stands before the fax number
    for number in _NUMBER.findall(said):
        tidy = " ".join(number.split())
        labelled = _PHONE.search(said) or said.strip() == number
        if labelled and is_phone(tidy) and (tidy.startswith(("0", "+"))) and not _POSTAL.fullmatch(tidy):
            label = "携帯" if _MOBILE.search(said) and not is_odd(tidy) else ""
            if tidy not in [each for each, _label in found.phones]:
                found.phones.append((tidy, label))


def _read_place(found: Signed, line: str) -> bool:
    place = _PLACE.search(line)
    code = _POSTAL.search(line if place is None else line[: place.start()])
    if code and ("〒" in line or place is not None):
        found.postal_code = found.postal_code or tidy_code(code[1])
    if place is None or found.street:
        return "〒" in line
    found.prefecture, rest = place[1], _NUMBER_TAIL.split(place[2])[0].strip()
    if city := _CITY.match(rest):
        found.city, rest = city[0], rest[city.end() :]
    found.street, _space, found.building = rest.strip().partition(" ")
    return True


#: A phone number behind the address, in the same line.
_NUMBER_TAIL = re.compile(r"\s(?:tel|電話|fax|phone)", re.IGNORECASE)


def _read_firm(found: Signed, line: str) -> str:
    """Take the firm out of a line; what is left may be a department and a name."""
    if found.company or not _FIRM.search(line) or _MAIL.search(line):
        return line
    words = line.split()
    at = next(index for index, word in enumerate(words) if _FIRM.search(word))
    end = at + 1
    if words[at] in _FIRM_ALONE and end < len(words):
        end += 1
    elif words[at].isascii():  # Example Trading Co., Ltd.
        at, end = 0, len(words)
    found.company = " ".join(words[at:end])[:200]
    return " ".join(words[:at] + words[end:])


def _read_name(found: Signed, line: str) -> None:
    if found.family_name or any(char.isdigit() for char in line) or "@" in line:
        return
    kana = _KANA.search(line)
    plain = line[: kana.start()] if kana else line
    name = _NAME.fullmatch(plain.removeprefix("担当:").removeprefix("担当者:").strip())
    if name and not _FIRM.search(plain):
        found.family_name, found.given_name = name[1], name[2]
        if kana:
            found.family_kana, found.given_kana = (part.translate(_TO_KATAKANA) for part in kana.groups())


def _read_field(found: Signed, label: str, value: str) -> None:
    match label:
        case "お名前" | "御名前" | "氏名" | "名前":
            family, _space, given = _HONORIFIC.sub("", value).partition(" ")
            found.family_name, found.given_name = family[:100], given[:100]
        case "フリガナ" | "ふりがな" | "カナ":
            family, _space, given = value.translate(_TO_KATAKANA).partition(" ")
            found.family_kana, found.given_kana = family[:100], given[:100]
        case "会社名" | "貴社名" | "御社名":
            found.company = value[:200]
        case "部署" | "部署名":
            found.department = value[:100]
        case "電話番号" | "お電話":
            if is_phone(value):
                found.phones.append((value, ""))
        case "郵便番号":
            found.postal_code = tidy_code(value)[:16]
        case _:
            _read_place(found, value)
