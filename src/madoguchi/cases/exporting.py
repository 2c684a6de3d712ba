"""A case as a ZIP for the police, a lawyer or the commission: readable pages, a table, files, and what proves them."""

import csv
import io
import json
import zipfile
from collections.abc import Sequence
from html import escape
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from madoguchi.cases.chain import genesis
from madoguchi.cases.models import Case, Evidence
from madoguchi.cases.queries import decisions_in, steps_in
from madoguchi.cases.report import moment_words, report_text
from madoguchi.cases.verifying import Verdict, verify_chain
from madoguchi.core.errors import Invalid
from madoguchi.core.tables.cells import safe_cell
from madoguchi.files.queries import read_blob

#: What is packed is in memory as a whole.
MAX_BYTES = 200 * 1024 * 1024
_HOW = """\
manifest.json holds every piece of evidence in its order. Its hash is SHA-256 over the hash of the piece before it, a
line feed, and "content" as JSON: keys sorted, no spaces, UTF-8. The first one follows "genesis". The last hash is
"head". Files lie in files/ under their position. "sha256sum files/*" prints the SHA-256 of each: that of an attachment
(.bin) stands in its content as "sha256", that of a message's source (.eml) as "source_sha256".
"""
_COLUMNS = ("position", "kind", "at", "from", "name", "subject", "text", "sha256", "hash")


def export_case(case: Case) -> bytes:
    """The ZIP: index.html, record.txt, evidence.csv, manifest.json, files/, how to check it. Invalid when too big."""
    rows = list(Evidence.objects.filter(case=case).select_related("blob", "locked_by").order_by("position"))
    if sum(row.blob.size_bytes for row in rows if row.blob) > MAX_BYTES:
        raise Invalid(_("The files of this case are too large for one archive."))
    verdict, record = verify_chain(case), record_text(case)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("index.html", _page(case, rows, verdict, record))
        packed.writestr("record.txt", "\ufeff" + record)
        packed.writestr("evidence.csv", "\ufeff" + _table(rows))
        packed.writestr("manifest.json", _manifest(case, rows, verdict))
        packed.writestr("HOW-TO-CHECK.txt", _HOW)
        for row in rows:
            if row.blob is not None:
                packed.writestr(file_name(row), read_blob(row.blob))
    return archive.getvalue()


def file_name(row: Evidence) -> str:
    """Where the bytes of a piece lie in the archive: the source of a message as a mail that opens, others as bytes."""
    return f"files/{row.position:04}.{'eml' if row.content.get('source_sha256') else 'bin'}"


def record_text(case: Case) -> str:
    """All fields, steps and decisions of a case as plain text."""
    lines = [report_text(case), "", _("Steps"), ""]
    for step in steps_in(case):
        who = step.done_by.name if step.done_by else ""
        when = moment_words(step.done_at) if step.done_at else ""
        lines.append("\t".join((step.key, str(step.get_state_display()), when, who, step.note)).rstrip())
    lines += ["", _("Decisions by two"), ""]
    for each in decisions_in(case):
        second = each.decided_by.name if each.decided_by else "–"
        said = (str(each.get_kind_display()), str(each.get_state_display()), each.asked_by.name, second, each.words)
        lines.append("\t".join(said))
    return "\n".join(lines)


def _table(rows: Sequence[Evidence]) -> str:
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(_COLUMNS)
    for row in rows:
        whole = {**row.content, "hash": row.hash, "sha256": row.content.get("sha256", "")}
        writer.writerow([safe_cell(_cell(whole.get(name, ""))) for name in _COLUMNS])
    return table.getvalue()


def _cell(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _manifest(case: Case, rows: Sequence[Evidence], verdict: Verdict) -> str:
    whole = {
        "case": case.pk,
        "exported_at": timezone.now().isoformat(),
        "genesis": genesis(case.pk),
        "head": case.evidence_head,
        "is_whole": verdict.is_whole,
        "faults": [{"position": each.position, "text": each.text} for each in verdict.faults],
        "evidence": [
            {
                "position": row.position,
                "previous": row.previous,
                "hash": row.hash,
                "file": file_name(row) if row.blob_id else None,
                "content": row.content,
            }
            for row in rows
        ],
    }
    return json.dumps(whole, ensure_ascii=False, indent=1)


def _page(case: Case, rows: Sequence[Evidence], verdict: Verdict, record: str) -> str:
    """A page that opens anywhere: no script, no style from elsewhere, every word escaped."""
    said = _("The chain is whole.") if verdict.is_whole else _("The chain is not whole: see manifest.json.")
    pieces = "".join(
        f"<section><h2>{row.position}. {escape(str(row.get_kind_display()))}"
        f" {escape(str(row.content.get('at', '')))}</h2>"
        f"<p>{escape(str(row.content.get('name', '')))} {escape(str(row.content.get('from', '')))}</p>"
        f"<p><b>{escape(str(row.content.get('subject', '')))}</b></p>"
        f"<pre>{escape(str(row.content.get('text', '')))}</pre><p><code>{row.hash}</code></p></section>"
        for row in rows
    )
    return (
        f'<!doctype html><html lang="ja"><meta charset="utf-8"><title>{escape(case.title)}</title>'
        f"<h1>{escape(case.title)}</h1><p>{escape(said)}</p><pre>{escape(record)}</pre>{pieces}</html>"
    )
