"""PDF files for tests: a page is a list of lines, each a text and where it stands."""


def pdf(*pages, info="", picture=False):
    """A PDF file.

    Args:
        pages: each a list of (x, y, text) or (x, y, size, text), in points from the lower left.
        info: what the file says of itself, such as ``/Title (A bridge)``.
        picture: whether each page shows a picture, too.
    """
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", ""]
    objects.append(
        "<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>"
    )
    objects.append(f"<< {info} >>")
    image = "/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray"
    objects.append(stream(f"{image} /BitsPerComponent 8", "x"))
    kids = []
    for page in pages:
        content = "q 400 0 0 600 90 90 cm /I Do Q\n" if picture else ""
        for line in page:
            (x, y), size, text = line[:2], line[2] if len(line) == 4 else 10, line[-1]
            text = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
            content += f"BT /F {size} Tf {x} {y} Td ({text}) Tj ET\n"
        objects.append(stream("", content))
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F 3 0 R >> "
            f"/XObject << /I 5 0 R >> >> /Contents {len(objects)} 0 R >>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    return assemble(objects)


def stream(entries, content):
    length = len(content.encode("cp1252"))
    return f"<< {entries} /Length {length} >>\nstream\n{content}\nendstream"


def assemble(objects):
    data = b"%PDF-1.4\n"
    places = []
    for number, each in enumerate(objects, start=1):
        places.append(len(data))
        data += f"{number} 0 obj\n{each}\nendobj\n".encode("cp1252")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    end = f"xref\n0 {size}\n0000000000 65535 f \n{table}"
    end += f"trailer << /Size {size} /Root 1 0 R /Info 4 0 R >>\nstartxref\n{len(data)}\n%%EOF\n"
    return data + end.encode()


def column(x, y, *lines, spacing=12):
    """Lines below each other."""
    return [(x, y - number * spacing, text) for number, text in enumerate(lines)]
