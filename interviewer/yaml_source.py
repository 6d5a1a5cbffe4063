"""YAML with line numbers: plain data from a file, and the line on which any of it stands."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from pathlib import Path
from typing import Any

import yaml

from interviewer.errors import Fault, InputError, RubricError

try:
    from yaml import CSafeLoader as _Loader
except ImportError:  # PyYAML built without libyaml: slower, the same result
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]  # same interface


def read_text(path: Path) -> str:
    """The text of a UTF-8 file, without a byte-order mark.

    Raises:
        InputError: the file cannot be read, or is not UTF-8; names the file and the byte.

    """
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path} is not UTF-8: byte {error.start + 1} is 0x{error.object[error.start]:02x}. "
            "Save the file as UTF-8 and try again."
        ) from None
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}.") from None


def load_yaml(path: Path) -> Any:
    """Plain data of one YAML file.

    Raises:
        RubricError: the file cannot be read, the YAML is broken or repeats a key; names file and line.

    """
    try:
        text = read_text(path)
    except InputError as error:
        raise RubricError([Fault(path, 0, str(error).removeprefix(f"{path} "))]) from None
    try:
        node = yaml.compose(text, Loader=_Loader)
        if node is not None:
            _refuse_repeated_keys(path, node)
        return yaml.load(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise RubricError([Fault(path, line, f"this is not YAML: {error.problem}.")]) from None
    except yaml.YAMLError as error:
        raise RubricError([Fault(path, 0, f"this is not YAML: {error}.")]) from None


def line_of(path: Path, place: Sequence[Hashable]) -> int:
    """The line (from 1) on which `place` stands, e.g. ('points', 2, 'weight').

    A place that is not in the file gives the line of its nearest parent that is; 0 where there is no file yet.
    """
    if not path.is_file():
        return 0
    node = yaml.compose(read_text(path), Loader=_Loader)
    line = 1
    for step in place:
        if isinstance(node, yaml.MappingNode):
            found = next(((k, v) for k, v in node.value if k.value == str(step)), None)
            if found is None:
                return line
            line, node = found[0].start_mark.line + 1, found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = node.start_mark.line + 1
        else:
            return line
    return line


def _refuse_repeated_keys(path: Path, node: yaml.Node) -> None:
    if isinstance(node, yaml.SequenceNode):
        for child in node.value:
            _refuse_repeated_keys(path, child)
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                raise RubricError([Fault(path, key.start_mark.line + 1, f"the key {key.value!r} stands twice.")])
            seen.add(key.value)
            _refuse_repeated_keys(path, value)
