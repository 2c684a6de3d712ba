"""What a mail shows and carries: its text, its HTML and its files, gathered from the tree of parts."""

import re
from dataclasses import dataclass, field, replace
from html import escape
from urllib.parse import unquote

from madoguchi.channels.contract import InboundAttachment
from madoguchi.core.html import MAX_CHARS, clean_to_text, sanitise, text_to_html

from . import charsets, tnef
from .filenames import default_name, safe_name, sniffed_type
from .flowed import unflow
from .headers import read_subject
from .inline_files import take_inline_files
from .invites import summarise_invite
from .structure import Limits, Part, Unparsable, decode_body, read_fields
from .words import decode_words

_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s{0,5}=\s{0,5}[\"']?([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")
_LINE_END = re.compile("\r\n|\r|\x0c|\x85|\u2028|\u2029")
_SHOWN_IMAGE = re.compile(r'data-cid="([^"]*)"')
#: Parts of reports for machines: bounces are read from the raw mail, and the source view shows them.
_MACHINE_PARTS = frozenset(
    ("message/delivery-status", "message/disposition-notification", "message/feedback-report", "text/rfc822-headers")
)


@dataclass(slots=True)
class Block:
    """A stretch of the body: text, HTML (not yet sanitised), or both as alternatives."""

    text: str = ""
    html: str = ""


@dataclass(slots=True)
class Contents:
    """Gathers everything of one mail. `force` overrides all charset labels, `carrier` decides pictograms."""

    limits: Limits
    force: str = ""
    carrier: str = ""
    text: str = ""
    html: str = ""
    charset: str = ""
    attachments: list[InboundAttachment] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    decoded: int = 0
    body_bytes: int = 0
    html_chars: int = 0
    text_chars: int = 0
    invites: list[str] = field(default_factory=list)
    has_body: bool = False

    def gather(self, root: Part) -> None:
        """Fill in text, html and attachments. Raises Unparsable when the parts decode to too much."""
        blocks = self._blocks(root)
        texts, htmls, has_html = [], [], any(block.html for block in blocks)
        for block in blocks:
            clean = sanitise(self._at_most_html(block.html)) if block.html else ""
            text = self._at_most_text(block.text if block.text.strip() else clean_to_text(clean) if clean else "")
            texts.append(text)
            if has_html:
                htmls.append(clean or text_to_html(text))
        self.html = "\n".join(part for part in htmls if part)
        self.text = self._limited("\n\n".join(text for text in texts if text))
        self._add_invites()
        if self.html and not self.text:
            self.text = "[画像]" if "<img" in self.html else ""
            self.html = self.html if self.text else ""
        self._mark_inline()

    def warn(self, key: str) -> None:
        """Note once what was repaired or suspicious."""
        if key not in self.warnings:
            self.warnings.append(key)

    def _blocks(self, part: Part) -> list[Block]:
        kind = part.content_type
        if not part.children:
            return self._leaf(part)
        if kind == "multipart/alternative":
            return self._alternative(part)
        if kind == "multipart/appledouble":
            return [
                b
                for child in part.children
                if child.content_type != "application/applefile"
                for b in self._blocks(child)
            ]
        if kind == "multipart/encrypted":
            self.warn("encrypted")
        return [block for child in part.children for block in self._blocks(child)]

    def _alternative(self, part: Part) -> list[Block]:
        texts, htmls = [], []
        had_body = self.has_body
        for child in part.children:
            self.has_body = had_body
            for block in self._blocks(child):
                texts += [block.text] if block.text else []
                htmls += [block.html] if block.html else []
        self.has_body = had_body or bool(texts or htmls)
        # Some mailers repeat the text once per format; one plain reading is enough.
        return [Block("\n".join(dict.fromkeys(texts)), "\n".join(htmls))] if texts or htmls else []

    def _leaf(self, part: Part) -> list[Block]:
        kind = part.content_type
        if kind == "message/rfc822":
            self._add_message(part)
            return []
        if kind in _MACHINE_PARTS:
            return []
        content, warning = decode_body(part)
        self._spend(len(content))
        if warning:
            self.warn(warning)
        disposition, name = part.disposition, self._name(part)
        is_file = disposition.value.startswith("attachment") or (
            name and (self.has_body or not kind.startswith("text/"))
        )
        if kind == "text/plain" and not is_file:
            return self._plain(part, content)
        if kind == "text/html" and not is_file:
            return self._marked_up(part, content)
        return self._file(part, content, name)

    def _plain(self, part: Part, content: bytes) -> list[Block]:
        content, files = take_inline_files(content)
        for raw_name, inner in files:
            self._spend(len(inner))
            self._attach(self._words(raw_name), "application/octet-stream", inner)
        text = tidy(self._decode(self._at_most(content, 4 * self.limits.text_chars), part.params.text("charset")))
        if part.params.plain.get("format", b"").lower() == b"flowed":
            text = unflow(text, delsp=part.params.plain.get("delsp", b"").lower() == b"yes")
        text = "\n".join([line.rstrip(" \t") for line in text.split("\n")]).strip("\n")
        self.has_body = self.has_body or bool(text)
        return [Block(text=text)] if text else []

    def _marked_up(self, part: Part, content: bytes) -> list[Block]:
        declared = part.params.text("charset")
        if charsets.canonical(declared) in ("", "us-ascii") and (meta := _META_CHARSET.search(content, 0, 4_096)):
            declared = meta[1].decode("ascii")
        html = self._decode(self._at_most(content, 4 * MAX_CHARS), declared)
        self.has_body = self.has_body or bool(html.strip())
        return [Block(html=html)] if html.strip() else []

    def _decode(self, content: bytes, declared: str) -> str:
        if b"\x00" in content and not charsets.canonical(declared).startswith("utf-"):
            self.warn("nul_bytes")
        if self.force:
            self.charset = charsets.canonical(self.force)
            return charsets.read_as(content, self.force, carrier=self.carrier)
        reading = charsets.decode(content, declared, carrier=self.carrier)
        if not self.charset or self.charset == "us-ascii":
            self.charset = reading.charset
        if declared and reading.charset != charsets.canonical(declared) and not content.isascii():
            self.warn("charset_guessed")
        if "\ufffd" in reading.text:
            self.warn("undecodable_characters")
        return reading.text

    def _file(self, part: Part, content: bytes, name: str) -> list[Block]:
        kind = part.content_type
        if tnef.is_tnef(kind, name, content):
            return self._unpack_tnef(content)
        if kind == "text/calendar" or name.lower().endswith(".ics"):
            self._add_calendar(content, part.params.text("charset"))
            name = name or "invite.ics"
        if kind in ("application/pkcs7-mime", "application/x-pkcs7-mime"):
            self.warn("encrypted")
        self._attach(name, kind, content, part.content_id, is_inline=part.disposition.value == "inline")
        return []

    def _unpack_tnef(self, content: bytes) -> list[Block]:
        inside = tnef.unpack(content)
        self._spend(len(inside.rtf) + sum(len(one.content) for one in inside.files))
        for one in inside.files:
            self._attach(one.name, one.content_type or "application/octet-stream", one.content, one.content_id)
        if not inside.files and not inside.text and not inside.html and not inside.rtf:
            self.warn("broken_tnef")
            self._attach("winmail.dat", "application/ms-tnef", content)
        if self.has_body:
            return []
        if inside.rtf:
            self._attach("message.rtf", "application/rtf", inside.rtf)
        return [Block(tidy(inside.text), inside.html)] if inside.text or inside.html else []

    def _add_message(self, part: Part) -> None:
        content, _ = decode_body(part)
        self._spend(len(content))
        head = re.split(rb"\r?\n\r?\n", content[:65_536], maxsplit=1)[0]
        try:
            subject = read_subject(read_fields(head, self.limits), carrier=self.carrier, force=self.force)
        except Unparsable:
            subject = ""
        name = safe_name(subject.replace("/", "／"), "message")[:100]
        self._attach(f"{name.removesuffix('.eml')}.eml", "message/rfc822", content)

    def _add_calendar(self, content: bytes, declared: str) -> None:
        calendar = charsets.decode(content, declared or "utf-8").text
        if (summary := tidy(summarise_invite(calendar)).strip()) and summary not in self.invites:
            self.invites.append(summary)

    def _add_invites(self) -> None:
        for summary in self.invites[:5]:
            title = summary.partition("\n")[0].partition("】")[2]
            if not (title and title in self.text):
                self.text = f"{self.text}\n\n{summary}".strip("\n")
                self.html = f"{self.html}\n<p>{text_to_html(summary)}</p>" if self.html else ""

    def _attach(self, name: str, kind: str, content: bytes, content_id: str = "", *, is_inline: bool = False) -> None:
        safe = safe_name(name, default_name(kind))
        self.attachments.append(
            InboundAttachment(safe, sniffed_type(kind, safe, content), content, _no_controls(content_id), is_inline)
        )

    def _mark_inline(self) -> None:
        """A file counts as inline where the HTML shows it, whatever its header said."""
        shown = {unquote(cid) for cid in _SHOWN_IMAGE.findall(self.html)}
        self.attachments = [
            replace(one, is_inline=bool(one.content_id) and escape(one.content_id) in shown) for one in self.attachments
        ]

    def _name(self, part: Part) -> str:
        guess = {"charset": self.charset, "carrier": self.carrier}
        return part.disposition.text("filename", **guess) or part.params.text("name", **guess)

    def _words(self, raw: bytes) -> str:
        return decode_words(raw, charset=self.charset, carrier=self.carrier, force=self.force)

    def _spend(self, size: int) -> None:
        self.decoded += size
        if self.decoded > self.limits.decoded_bytes:
            raise Unparsable("decoded_too_large")

    def _at_most(self, content: bytes, size: int) -> bytes:
        """Cut before decoding what would be cut after it anyway; all parts together have a bound as well."""
        size = min(size, self.limits.body_bytes - self.body_bytes)
        if len(content) > size:
            self.warn("text_cut")
            content = content[:size]
        self.body_bytes += len(content)
        return content

    def _at_most_html(self, source: str) -> str:
        """Cut what all parts together have too much of: three hundred small ones are as slow as a large one."""
        source = self._cut(source, self.limits.html_chars - self.html_chars)
        self.html_chars += len(source)
        return source

    def _at_most_text(self, text: str) -> str:
        """The same for text, from which HTML is made where it stands beside some."""
        text = self._cut(text, self.limits.text_chars - self.text_chars)
        self.text_chars += len(text)
        return text

    def _cut(self, text: str, room: int) -> str:
        if len(text) > room:
            self.warn("text_cut")
        return text[:room]

    def _limited(self, text: str) -> str:
        text = tidy(text)
        if len(text) > self.limits.text_chars:
            self.warn("text_cut")
            text = text[: self.limits.text_chars]
        return text.strip("\n")


def tidy(text: str) -> str:
    """Line feeds only, and no control character but line feed and tab, which no database column refuses."""
    if "\r" in text or not text.isprintable():
        text = _CONTROLS.sub("", _LINE_END.sub("\n", text))
    return text


def _no_controls(text: str) -> str:
    return _CONTROLS.sub("", text)
