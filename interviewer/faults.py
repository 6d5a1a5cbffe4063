"""What a coach's file does wrong, in plain words: a fault that pydantic found, as one line with its place."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from interviewer.errors import Fault
from interviewer.yaml_source import line_of

_PLAIN = {
    "missing": "Field required",
    "string_type": "{input!r} is to be text; put quotes around it",
    "string_too_short": "is too short: at least {min_length} characters",
    "string_too_long": "is too long: at most {max_length} characters",
    "string_pattern_mismatch": (
        "{input!r} cannot be an id: small letters a-z and digits, joined by single hyphens, such as 'why-tea-2'"
    ),
    "tuple_type": "{input!r} is to be a list",
    "too_short": "is to have at least one entry",
    "too_long": "has {actual_length} entries: at most {max_length} are allowed",
    "float_type": "{input!r} is to be a number",
    "float_parsing": "{input!r} is to be a number",
    "int_type": "{input!r} is to be a whole number",
    "int_parsing": "{input!r} is to be a whole number",
    "int_from_float": "{input!r} is to be a whole number",
    "bool_type": "{input!r} is to be true or false",
    "bool_parsing": "{input!r} is to be true or false",
}


def plain_fault(path: Path, detail: Any, fields: Mapping[str, Sequence[str]]) -> Fault:
    """One of `ValidationError.errors()`; `fields` are the names known in each list of the file, '' for the file."""
    place = detail["loc"]
    named = place
    if detail["type"] == "extra_forbidden":
        named = place[:-1]
        message = _unknown(str(place[-1]), _known(named, fields))
    elif detail["type"] == "model_type":
        message = f"{_found(detail['input'])} where fields are to be: {', '.join(_known(place, fields))}."
    elif detail["type"] in _PLAIN:
        message = f"{_PLAIN[detail['type']].format(input=detail['input'], **detail.get('ctx', {}))}."
    else:
        message = f"{detail['msg'].removeprefix('Value error, ').replace('Input should be', 'is to be')}."
    where = ".".join(str(step + 1 if isinstance(step, int) else step) for step in named)
    return Fault(path, line_of(path, place), f"{where + ': ' if where else ''}{message}")


def _known(place: Sequence[int | str], fields: Mapping[str, Sequence[str]]) -> Sequence[str]:
    """The fields of what stands at a place, by the innermost list that holds it."""
    return fields[next((str(step) for step in reversed(place) if step in fields), "")]


def _unknown(name: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"the fields here are {', '.join(known)}."
    return f"unknown field {name!r}; {hint}"


def _found(data: object) -> str:
    """What stands in the place of fields."""
    if data is None:
        return "there is nothing"
    return "there is a list" if isinstance(data, list) else f"there is {str(data)[:40]!r}"
