"""Word documents and e-books for tests."""

import io
import zipfile

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_OPF = 'xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/"'


def zipped(parts):
    """A zip archive of names and texts."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return data.getvalue()


def relations(**targets):
    return (
        "<Relationships>"
        + "".join(
            f'<Relationship Type="{_OFFICE}/{kind.replace("_", "-")}" Target="{target}"/>'
            for kind, target in targets.items()
        )
        + "</Relationships>"
    )


def docx(body, core="", parts=None):
    """A Word document with a body of w:p and the like, and core properties."""
    return zipped({
        "_rels/.rels": relations(officeDocument="word/document.xml", core_properties="docProps/core.xml"),
        "docProps/core.xml": f'<p xmlns:dc="d" xmlns:dcterms="t">{core}</p>',
        "word/document.xml": f"<w:document {W}><w:body>{body}</w:body></w:document>",
        "word/_rels/document.xml.rels": relations(
            styles="styles.xml", footnotes="footnotes.xml", endnotes="endnotes.xml"
        ),
        **(parts or {}),
    })  # fmt: skip


def p(text, style="", more=""):
    """A paragraph."""
    properties = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{properties}{more}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def epub(chapters, metadata="", toc="", parts=None):
    """An e-book: bodies of XHTML by name, metadata, and a table of contents of links."""
    items = "".join(
        f'<item id="i{n}" href="{name}" media-type="application/xhtml+xml"/>'
        for n, name in enumerate(chapters)
    )
    items += '<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>'
    spine = "".join(f'<itemref idref="i{n}"/>' for n in range(len(chapters)))
    nav = "".join(f'<li><a href="{where}">{label}</a></li>' for where, label in dict(toc).items())
    html = '<html xmlns="http://www.w3.org/1999/xhtml"><head><title>No</title></head><body>{}</body></html>'
    return zipped({
        "META-INF/container.xml": '<c><rootfiles><rootfile full-path="O/b.opf"/></rootfiles></c>',
        "O/b.opf": f"<package {_OPF}><metadata>{metadata}</metadata>"
                   f"<manifest>{items}</manifest><spine>{spine}</spine></package>",
        "O/nav.xhtml": html.format(f'<nav epub:type="toc" xmlns:epub="e"><ol>{nav}</ol></nav>'),
        **{f"O/{name}": html.format(body) for name, body in chapters.items()},
        **(parts or {}),
    })  # fmt: skip
