"""Translations: collect the sentences of the source, keep locale/ja/…/django.po in step, compile django.mo.

    python scripts/messages.py            bring .po and .mo up to date, list what lacks a translation
    python scripts/messages.py --check    change nothing; fail when something is missing or stale
    python scripts/messages.py a.tsv …    take translations (sentence TAB Japanese, one a line) from files first;
                                          of a sentence with a context: context|sentence TAB Japanese

Uses Babel, so that neither Django's makemessages nor the gettext programs are needed.
"""

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "madoguchi"
FOLDER = SOURCE / "locale" / "ja" / "LC_MESSAGES"
KEYWORDS = (
    "_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy", "telling",
)  # fmt: skip
#: A function that takes a sentence, under another name in some module.
ALIAS = re.compile(rf"\bimport (?:{'|'.join(KEYWORDS[1:])}) as (\w+)")

type Message = tuple[str, str | tuple[str, str]]


def source_messages() -> Iterator[Message]:
    """Every sentence of the source as (context, sentence or (singular, plural))."""
    for path in sorted(SOURCE.rglob("*")):
        if path.suffix == ".py":
            yield from _extracted(path.read_text(encoding="utf-8"))
        elif path.suffix in {".html", ".txt"} and "templates" in path.parts:
            # What is not a sentence has become letters in odd columns: no indentation, no trouble for the tokenizer.
            code = templatize(path.read_text(encoding="utf-8"), origin=path.name)
            yield from _extracted("\n".join(line.strip() for line in code.splitlines()))


def _extracted(code: str) -> Iterator[Message]:
    keywords = {*KEYWORDS, *ALIAS.findall(code)}
    for _line, function, found, _comments in extract_python(io.BytesIO(code.encode()), keywords, [], {}):
        parts = found if isinstance(found, tuple) else (found,)
        if function.startswith("p"):
            yield parts[0], parts[1]
        elif function.startswith("n") and len(parts) > 1 and parts[1]:
            yield "", (parts[0], parts[1])
        elif parts[0]:
            yield "", parts[0]


def catalog() -> Catalog:
    """The catalogue as it is on disk; empty when there is none."""
    file = FOLDER / "django.po"
    if not file.exists():
        return Catalog(locale="ja", domain="django")
    with file.open("rb") as stored:
        return read_po(stored, locale="ja", domain="django")


def merged(known: Catalog, given: dict[str, str]) -> Catalog:
    """A catalogue of exactly the sentences of the source, with what is known or given of each."""
    fresh = Catalog(locale="ja", domain="django", project="madoguchi", creation_date=known.creation_date)
    fresh.revision_date = known.revision_date
    for context, sentence in dict.fromkeys(source_messages()):
        old = known.get(sentence if isinstance(sentence, str) else sentence[0], context or None)
        singular = sentence if isinstance(sentence, str) else sentence[0]
        # {% translate %} doubles percent signs; whoever writes a translation need not.
        written = given.get(singular) or given.get(singular.replace("%%", "%"), "").replace("%", "%%")
        if context:  # the same word in its own sense: what is given without the sense does not overrule it
            written = given.get(f"{context}|{singular}") or ("" if old and old.string else written)
        text = written or (old.string if old else "")
        if isinstance(sentence, tuple):
            text = text if isinstance(text, tuple) else (text,)
        elif isinstance(text, tuple):
            text = text[0]
        flags = ["python-format"] if "%(" in singular else []
        fresh.add(sentence, text, context=context or None, flags=flags)
    return fresh


def missing(of: Catalog) -> list[str]:
    """Sentences without a translation."""
    return [
        str(each.id)
        for each in of
        if each.id and not (each.string if isinstance(each.string, str) else all(each.string))
    ]


def _po(of: Catalog) -> bytes:
    out = io.BytesIO()
    write_po(out, of, sort_output=True, omit_header=False, width=110, no_location=True)
    return out.getvalue()


def _mo(of: Catalog) -> bytes:
    out = io.BytesIO()
    write_mo(out, of)
    return out.getvalue()


def check() -> list[str]:
    """What is wrong with the files on disk, in sentences."""
    known = catalog()
    fresh = merged(known, {})
    wrong = [f"no Japanese for: {sentence}" for sentence in missing(fresh)]
    if {(each.context, str(each.id)) for each in fresh} != {(each.context, str(each.id)) for each in known}:
        wrong.append("django.po holds sentences that the source has not, or lacks some; run make messages")
    if (FOLDER / "django.mo").read_bytes() != _mo(known):
        wrong.append("django.mo is older than django.po; run make messages")
    return wrong


def main(arguments: list[str]) -> int:
    """Run the command line."""
    if arguments == ["--check"]:
        wrong = check()
        print("\n".join(wrong) or "translations: complete")
        return 1 if wrong else 0
    given: dict[str, str] = {}
    for name in arguments:
        for line in Path(name).read_text(encoding="utf-8").splitlines():
            sentence, tab, text = line.partition("\t")
            if tab and text.strip():
                given[sentence.replace("\\n", "\n")] = text.strip().replace("\\n", "\n")
    fresh = merged(catalog(), given)
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "django.po").write_bytes(_po(fresh))
    (FOLDER / "django.mo").write_bytes(_mo(catalog()))
    lacking = missing(fresh)
    print(f"{len(fresh)} sentences, {len(lacking)} without Japanese")
    print("\n".join(lacking))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
