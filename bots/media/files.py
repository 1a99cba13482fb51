"""Files (書類): which kind one is by its content. None is opened here; staff only ever download it."""

from __future__ import annotations

_OFFICE = (
    (b"word/document.xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    (b"xl/workbook.", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (b"ppt/presentation.xml", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
)
_MACROS = b"vbaProject.bin"
_HEADS = (
    (b"%PDF-", "application/pdf"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),  # Word and Excel before 2007
)


def media_type_of(body: bytes) -> str | None:
    """The media type of a document or picture that people at a welfare desk are sent, None for anything else.

    Programs, archives, web pages and documents with macros are anything else.
    """
    for head, media_type in _HEADS:
        if body.startswith(head):
            return media_type
    if body.startswith(b"PK\x03\x04"):
        # The names of a ZIP's members stand in it as they are.
        found = next((media_type for name, media_type in _OFFICE if name in body), None)
        return None if _MACROS in body else found
    return "text/plain" if _is_text(body) else None


def _is_text(body: bytes) -> bool:
    if not body or any(byte == 127 or (byte < 32 and byte not in (9, 10, 12, 13)) for byte in set(body)):
        return False
    if body.lstrip()[:1] == b"<" or body.startswith(b"#!"):
        return False
    return any(_reads(body, code) for code in ("utf-8", "cp932"))


def _reads(body: bytes, code: str) -> bool:
    try:
        body.decode(code)
    except UnicodeDecodeError:
        return False
    return True
