"""Calendar invitations (RFC 5545, iTIP RFC 5546) as a few lines a person can read; the .ics stays attached."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone

_FOLD = re.compile(r"\r?\n[ \t]")
_PROPERTY = re.compile(r"([A-Za-z-]{1,40})((?:;[A-Za-z-]{1,40}=(?:\"[^\"]*\"|[^\";:]*))*):(.*)")
_PARAMETER = re.compile(r";([A-Za-z-]{1,40})=(?:\"([^\"]*)\"|([^\";:]*))")
_STAMP = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)?(Z)?)?")
_ESCAPE = re.compile(r"\\(.)")
_TITLES = {
    "REQUEST": "予定の招待",
    "CANCEL": "予定の取り消し",
    "REPLY": "予定への返事",
    "COUNTER": "予定の変更の提案",
    "PUBLISH": "予定",
}
_ANSWERS = {"ACCEPTED": "承諾", "DECLINED": "辞退", "TENTATIVE": "仮承諾", "DELEGATED": "代理"}
_WEEKDAYS = "月火水木金土日"
_JST = timezone(timedelta(hours=9))
_MAX_CHARS = 200_000
_MAX_VALUE_CHARS = 500


@dataclass(slots=True)
class _Event:
    """The properties of the first VEVENT, values still escaped."""

    values: dict[str, str] = field(default_factory=dict)
    parameters: dict[str, dict[str, str]] = field(default_factory=dict)

    def text(self, name: str) -> str:
        value = _ESCAPE.sub(lambda pair: "\n" if pair[1] in "nN" else pair[1], self.values.get(name, ""))
        return value.strip()[:_MAX_VALUE_CHARS]

    def parameter(self, name: str, key: str) -> str:
        return self.parameters.get(name, {}).get(key, "")


def summarise_invite(calendar: str) -> str:
    """Title, time, place and people of the first event; empty when the calendar holds none."""
    method, event = _first_event(calendar[:_MAX_CHARS])
    if event is None:
        return ""
    lines = [
        ("", f"【{_TITLES.get(method, '予定')}】{event.text('SUMMARY')}"),
        ("日時", _period(event)),
        ("場所", event.text("LOCATION")),
        ("主催者", _person(event, "ORGANIZER")),
        ("返事", _answer(event) if method == "REPLY" else ""),
    ]
    return "\n".join(f"{label}: {value}" if label else value for label, value in lines if value)


def _first_event(calendar: str) -> tuple[str, _Event | None]:
    method, event = "", None
    for line in _FOLD.sub("", calendar).splitlines():
        found = _PROPERTY.fullmatch(line.strip())
        if not found:
            continue
        name, parameters, value = found[1].upper(), found[2], found[3]
        if name == "METHOD":
            method = value.strip().upper()
        elif name == "BEGIN" and value.strip().upper() == "VEVENT":
            event = _Event()
        elif name == "END" and value.strip().upper() == "VEVENT":
            return method, event
        elif event is not None and name not in event.values:
            event.values[name] = value
            event.parameters[name] = {
                key.upper(): quoted or bare for key, quoted, bare in _PARAMETER.findall(parameters)
            }
    return method, event


def _period(event: _Event) -> str:
    start, end = _moment(event, "DTSTART"), _moment(event, "DTEND")
    if start is None:
        return ""
    day, time, zone = start
    if end is None or end[:2] == (day, time):
        return f"{day}{time}{zone}"
    if not time:
        return day
    return f"{day}{time}〜{end[1].strip() if end[0] == day else end[0] + end[1]}{zone}"


def _moment(event: _Event, name: str) -> tuple[str, str, str] | None:
    """Date, time and zone as shown; a time in UTC is shown in Japan's."""
    found = _STAMP.fullmatch(event.values.get(name, "").strip())
    if not found:
        return None
    year, month, day, hour, minute, _, is_utc = found.groups()
    try:
        moment = datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), tzinfo=UTC)
        moment = moment.astimezone(_JST) if is_utc else moment
    except (ValueError, OverflowError):
        return None
    zone = event.parameter(name, "TZID").strip()[:60]
    zone = "" if is_utc or zone in ("Asia/Tokyo", "Tokyo Standard Time", "Japan") else zone
    shown = f"{moment.year}年{moment.month}月{moment.day}日({_WEEKDAYS[moment.weekday()]})"
    return shown, f" {moment:%H:%M}" if hour else "", f" ({zone})" if zone else ""


def _person(event: _Event, name: str) -> str:
    email = re.sub(r"^mailto:", "", event.text(name), flags=re.IGNORECASE)
    shown = event.parameter(name, "CN").strip()[:_MAX_VALUE_CHARS]
    return f"{shown} <{email}>" if shown and shown != email else email


def _answer(event: _Event) -> str:
    status = event.parameter("ATTENDEE", "PARTSTAT").upper()
    return f"{_person(event, 'ATTENDEE')} {_ANSWERS.get(status, status)}".strip()
