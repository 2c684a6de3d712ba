"""Text out of attached files, and nothing else out of hostile ones."""

import io
import zipfile

import openpyxl
import pytest
from openpyxl.comments import Comment
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DecodedStreamObject, NameObject

from madoguchi.search import readers
from madoguchi.search.extract import MAX_FILE_BYTES, NotExtractable, extract_text, file_kind
from madoguchi.search.readers import READERS, Hostile, run_reader

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"


def zipped(**members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return out.getvalue()


def docx(body):
    return zipped(word__document_xml=f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>')


def pdf(*pages):
    """A PDF whose glyph numbers are UTF-16 units, told to readers by a ToUnicode table, as word processors do."""
    units = sorted({unit for page in pages for unit in page})
    table = "\n".join(f"<{ord(unit):04x}> <{ord(unit):04x}>" for unit in units)
    to_unicode = (
        "/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <0000> <ffff> endcodespacerange\n"
        f"{len(units)} beginbfchar\n{table}\nendbfchar endcmap end"
    )
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(pages)} /Kids [{' '.join(f'{6 + 2 * at} 0 R' for at in range(len(pages)))}] >>",
        (
            "<< /Type /Font /Subtype /Type0 /BaseFont /Sans /Encoding /Identity-H"
            " /DescendantFonts [4 0 R] /ToUnicode 5 0 R >>"
        ),
        (
            "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Sans /CIDSystemInfo"
            " << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>"
        ),
        f"<< /Length {len(to_unicode)} >>\nstream\n{to_unicode}\nendstream",
    ]
    for at, page in enumerate(pages):
        content = f"BT /F1 12 Tf 50 700 Td <{page.encode('utf-16-be').hex()}> Tj ET"
        objects += [
            (
                f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents {7 + 2 * at} 0 R"
                " /Resources << /Font << /F1 3 0 R >> >> >>"
            ),
            f"<< /Length {len(content)} >>\nstream\n{content}\nendstream",
        ]
    out, places = "%PDF-1.7\n", []
    for number, each in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{each}\nendobj\n"
    rows = "".join(f"{place:010d} 00000 n \n" for place in places)
    size = len(objects) + 1
    end = f"trailer << /Size {size} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF"
    return f"{out}xref\n0 {size}\n0000000000 65535 f \n{rows}{end}".encode()


@pytest.fixture(params=["apart", "here"])
def read(request):
    """The text of a file as callers get it, and as the reading process sees it."""
    if request.param == "apart":
        return lambda content, name: extract_text(content, name=name)
    return lambda content, name: "".join(READERS[file_kind(name, "")](content))


@pytest.mark.parametrize(
    ("name", "content_type", "kind"),
    [
        ("領収書.PDF", "application/octet-stream", "pdf"),
        ("a", "application/pdf; name=a", "pdf"),
        ("a.docx", "", "word"),
        ("a.xlsm", "", "excel"),
        ("a", "text/plain; charset=utf-8", "text"),
        ("a.htm", "", "html"),
        ("a.jpg", "image/jpeg", ""),
        ("", "", ""),
    ],
)
def test_file_kind(name, content_type, kind):
    assert file_kind(name, content_type) == kind


def test_pdf(read):
    text = read(pdf("領収書を発行", "二枚目"), "a.pdf")

    assert text.split() == ["領収書を発行", "二枚目"]


def test_pdf_encrypted_without_a_password(read):
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf("領収書"))))
    writer.encrypt(user_password="", owner_password="owner", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)

    assert read(out.getvalue(), "a.pdf").strip() == "領収書"


def test_pdf_that_needs_a_password():
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf("領収書"))))
    writer.encrypt(user_password="secret", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)

    with pytest.raises(NotExtractable, match="encrypted with a password"):
        extract_text(out.getvalue(), name="a.pdf")


def test_word(read):
    body = (
        "<w:p><w:r><w:t>領収</w:t></w:r><w:r><w:t>書</w:t><w:tab/><w:t>一枚</w:t></w:r></w:p>"
        "<w:p><w:r><w:t>二行目</w:t><w:br/><w:t>三行目</w:t><w:delText>消した</w:delText></w:r></w:p>"
    )

    assert read(docx(body), "a.docx").split("\n") == ["領収書\t一枚", "二行目", "三行目", "", ""]


def test_excel(read):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "返品一覧"
    sheet.append(["注文番号", "HK-104655", 1200])
    sheet["A1"].comment = Comment("至急", "佐藤")
    out = io.BytesIO()
    book.save(out)

    text = read(out.getvalue(), "a.xlsx")

    assert text.split() == ["返品一覧", "注文番号", "HK-104655", "1200", "至急"]


def test_excel_leaves_furigana_out(read):
    shared = "<sst><si><t>領収書</t><rPh><t>リョウシュウショ</t></rPh></si></sst>"

    assert read(zipped(xl__sharedStrings_xml=shared), "a.xlsx").split() == ["領収書"]


def test_powerpoint(read):
    slide = f'<p xmlns:a="{DRAWING}"><a:p><a:r><a:t>新商品</a:t></a:r></a:p></p>'
    note = f'<p xmlns:a="{DRAWING}"><a:p><a:r><a:t>覚え書き</a:t></a:r></a:p></p>'
    content = zipped(ppt__notesSlides__notesSlide1_xml=note, ppt__slides__slide1_xml=slide)

    assert read(content, "a.pptx").split() == ["新商品", "覚え書き"]


def test_opendocument(read):
    content = zipped(content_xml='<o xmlns:t="t"><t:h>見出し</t:h><t:p>本<t:span>文</t:span></t:p><style>x</style></o>')

    assert read(content, "a.odt").split() == ["見出し", "本文"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "euc_jp", "utf-16", "iso2022_jp"])
def test_text_in_the_encodings_of_japan(encoding):
    content = "品名,数\n折りたたみ傘の領収書を発行,1".encode(encoding)

    assert extract_text(content, name="a.csv") == "品名,数\n折りたたみ傘の領収書を発行,1"


def test_html():
    assert extract_text("<p>領収書</p><script>x()</script>".encode(), name="a.html").strip() == "領収書"


def test_text_in_an_unknown_encoding_is_read_as_far_as_it_goes():
    assert "abc" in extract_text(b"abc \xff\xff \x81", name="a.txt")


@pytest.mark.parametrize("name", ["a.txt", "a.html", "a.csv"])
def test_nothing_is_read_in_our_own_process(name, monkeypatch):
    for kind in READERS:
        monkeypatch.setitem(READERS, kind, None)

    assert extract_text("領収書".encode(), name=name).strip() == "領収書"


def test_what_takes_too_long_is_given_up():
    with pytest.raises(NotExtractable, match=r"longer than 0\.01 seconds"):
        extract_text(b"<p>", name="a.html", max_seconds=0.01)


def test_binary_called_text():
    with pytest.raises(NotExtractable, match="binary"):
        extract_text(b"\x00\xff\x00\xff\x81", name="a.txt")


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.jpg", b"", "no reader"),
        ("a.pdf", bytes(MAX_FILE_BYTES + 1), "larger than"),
        ("a.pdf", b"", "empty file"),
        ("a.pdf", b"%PDF-1.7 broken", "Stream has ended"),
        ("a.docx", b"PK broken", "not a zip file"),
        ("a.docx", docx("<w:p>"), "mismatched tag"),
        ("a.docx", zipped(word__document_xml='<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'), "document type"),
        ("a.docx", docx("<w:p/>" + " " * 60_000_000), "unpacks to too much"),
    ],
    ids=["kind", "large", "empty", "broken pdf", "broken zip", "broken xml", "entities", "bomb"],
)
def test_what_cannot_be_read(name, content, why):
    with pytest.raises(NotExtractable, match=why):
        extract_text(content, name=name)


def test_size_in_the_header_of_a_zip_may_lie():
    content = docx(" " * 60_000_000)
    size = content.find(b"PK\x01\x02") + 24
    forged = content[:size] + (1_000).to_bytes(4, "little") + content[size + 4 :]

    with pytest.raises(NotExtractable):
        extract_text(forged, name="a.docx")


def test_slow_file_is_given_up():
    with pytest.raises(NotExtractable, match=r"took longer than 0\.01 seconds"):
        extract_text(pdf("領収書"), name="a.pdf", max_seconds=0.01)


def test_pdf_that_unpacks_to_too_much():
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf("領収書"))))
    bomb = DecodedStreamObject()
    bomb.set_data(b"BT " + b"(a) Tj " * 40_000_000)
    writer.pages[0][NameObject("/Contents")] = bomb.flate_encode()
    out = io.BytesIO()
    writer.write(out)

    with pytest.raises(NotExtractable):
        extract_text(out.getvalue(), name="a.pdf")


def test_readable_part_of_a_broken_file_counts():
    broken = docx("<w:p><w:r><w:t>領収書</w:t></w:r></w:p>" + "<w:p/>" * 50_000 + "<w:p>")

    assert extract_text(broken, name="a.docx").strip() == "領収書"


def test_only_so_much_text_is_kept(monkeypatch):
    monkeypatch.setattr(readers, "MAX_TEXT_CHARS", 3)
    monkeypatch.setattr(readers, "_limit_this_process", lambda: None)
    out = io.StringIO()

    run_reader(READERS["word"], docx("<w:p><w:r><w:t>領収書を発行</w:t></w:r></w:p>"), out)

    assert out.getvalue() == "領収書"


@pytest.mark.parametrize(
    "document",
    [docx("<w:p/>" + " " * 10_000_000), zipped(word__document_xml="<!DOCTYPE x><x/>")],
    ids=["bomb", "document type"],
)
def test_reader_refuses_hostile_files(document):
    with pytest.raises(Hostile):
        list(readers.read_word(document))


def test_reader_needs_the_password():
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf("領収書"))))
    writer.encrypt(user_password="secret", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)

    with pytest.raises(Hostile, match="encrypted"):
        list(readers.read_pdf(out.getvalue()))


def test_short_text_is_kept_whole(monkeypatch):
    monkeypatch.setattr(readers, "_limit_this_process", lambda: None)
    out = io.StringIO()

    run_reader(READERS["pdf"], pdf("領収書"), out)

    assert out.getvalue().strip() == "領収書"


def test_too_many_members(monkeypatch):
    monkeypatch.setattr(readers, "MAX_MEMBERS", 1)

    with pytest.raises(Hostile, match="unpacks to too much"):
        list(readers.read_word(zipped(a="", b="")))
