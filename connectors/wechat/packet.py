"""Packets: a flat mapping of names to texts, as XML or as JSON. No document types, no entities, bounded depth.

Only top-level leaves are read; what is nested is not needed by any door.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NoReturn
from xml.parsers import expat

import orjson

from connectors.wechat.errors import DeliveryRefused

Form = Literal["xml", "json"]
Fields = Mapping[str, "str | int | Fields"]
MOST_DEPTH = 16


def form_of(raw: bytes) -> Form:
    """Say how a packet is written, by its first character."""
    return "json" if raw.lstrip()[:1] == b"{" else "xml"


def parse_packet(raw: bytes) -> dict[str, str]:
    """Return the packet's top-level texts. Raises DeliveryRefused."""
    return _parse_json(raw) if form_of(raw) == "json" else _XmlReader().read(raw)


def render_packet(fields: Fields, form: Form) -> bytes:
    """Write a packet; texts in CDATA, numbers bare."""
    if form == "json":
        return orjson.dumps(fields)
    return f"<xml>{_render_xml(fields)}</xml>".encode()


def _parse_json(raw: bytes) -> dict[str, str]:
    try:
        content = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise DeliveryRefused("unreadable_packet", 400) from error
    return {name: text for name, value in content.items() if (text := _leaf(value)) is not None}


def _leaf(value: Any) -> str | None:
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


class _XmlReader:
    """Reads one document; refuses document types, and with them every entity."""

    def __init__(self) -> None:
        self._found: dict[str, str] = {}
        self._path: list[str] = []
        self._text: list[str] = []
        self._parser = expat.ParserCreate("utf-8")
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.EntityDeclHandler = self._refuse
        self._parser.ExternalEntityRefHandler = self._refuse
        self._parser.ProcessingInstructionHandler = self._refuse
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text.append

    def read(self, raw: bytes) -> dict[str, str]:
        try:
            self._parser.Parse(raw, True)
        except expat.ExpatError as error:
            raise DeliveryRefused("unreadable_packet", 400) from error
        return self._found

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        self._path.append(name)
        self._text.clear()
        if len(self._path) > MOST_DEPTH:
            raise DeliveryRefused("too_deep", 400)

    def _end(self, name: str) -> None:
        if len(self._path) == 2:  # a child of the root
            self._found.setdefault(name, "".join(self._text).strip("\r\n"))
        self._path.pop()
        self._text.clear()

    def _refuse(self, *_: Any) -> NoReturn:
        raise DeliveryRefused("document_type", 400)


def _render_xml(fields: Fields) -> str:
    return "".join(f"<{name}>{_render_value(value)}</{name}>" for name, value in fields.items())


def _render_value(value: str | int | Fields) -> str:
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        clean = "".join(character for character in value if ord(character) >= 32 or character in "\t\r\n")
        return f"<![CDATA[{clean.replace(']]>', ']]]]><![CDATA[>')}]]>"
    return _render_xml(value)
