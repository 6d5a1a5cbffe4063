"""Formulas of a workbook's first sheet whose values it does not hold: a program wrote it, and no Excel has opened it since.

Readers of values see such cells as empty. Nothing here computes them.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from typing import BinaryIO

_FIRST_SHEET = re.compile(r'<(?:\w+:)?sheet\s[^>]*?\br:id="([^"]+)"')
_RELATION = re.compile(r"<(?:\w+:)?Relationship\s[^>]*>")
_ATTRIBUTE = re.compile(r'\b(Id|Target)="([^"]*)"')
_VALUELESS = re.compile(  # of type "str" the value may be an empty text
    rb'<c\b(?![^>]*\bt="str")[^>]*?\br="([A-Z]+)\d+"[^>]*>\s*<f\b[^>]*?(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>'
)


def formulas_without_values(source: str | BinaryIO) -> list[str]:
    """The letters of the columns that hold such formulas, in order: ['D', 'AA']."""
    try:
        with zipfile.ZipFile(source) as book:
            sheet = book.read(_first_sheet(book))
    except (KeyError, zipfile.BadZipFile):  # a workbook of an unusual make that the reader of values could yet read
        return []
    letters = {match.decode() for match in _VALUELESS.findall(sheet)}
    return sorted(letters, key=lambda name: (len(name), name))


def _first_sheet(book: zipfile.ZipFile) -> str:
    first = _FIRST_SHEET.search(book.read("xl/workbook.xml").decode())
    relations = _RELATION.findall(book.read("xl/_rels/workbook.xml.rels").decode())
    named = [dict(_ATTRIBUTE.findall(relation)) for relation in relations]
    targets = {relation["Id"]: relation["Target"] for relation in named}
    return posixpath.join("/xl", targets[first[1] if first else ""]).lstrip("/")
