"""Replies gone wrong: a good reply, changed at random in its JSON or in its characters. Read by the fuzz tests."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from typing import Any

JUNK: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 0.5, 1.5, 1e400, "", " ", "excellent", "COVERED", "100", [], {}, [[]], {"a": 1}, [None],
)  # fmt: skip


def mutations(good: dict[str, Any], count: int, seed: int = 0) -> Iterator[str]:
    """`count` texts, each the good reply after one to four random changes; the same ones for the same seed."""
    chance = random.Random(seed)
    for _ in range(count):
        reply = copy.deepcopy(good)
        for _ in range(chance.randint(0, 3)):
            _change_json(reply, chance)
        text = json.dumps(reply)
        if chance.random() < 0.5 or reply == good:
            text = _change_text(text, chance)
        yield text


def _change_json(reply: Any, chance: random.Random) -> None:
    places = list(_places(reply))
    if not places:
        return
    parent, key = chance.choice(places)
    change = chance.choice(["drop", "junk", "rename", "wrap", "swap", "double"])
    if change == "drop":
        del parent[key]
    elif change == "junk":
        parent[key] = chance.choice(JUNK)
    elif change == "rename" and isinstance(parent, dict):
        parent[f"{key}{chance.choice('s_ 2')}"] = parent.pop(key)
    elif change == "wrap":
        parent[key] = chance.choice([[parent[key]], {"value": parent[key]}])
    elif change == "swap":
        other, place = chance.choice(places)
        parent[key] = copy.deepcopy(other[place])
    elif isinstance(parent, list):
        parent.append(copy.deepcopy(parent[key]))


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    keys = value.keys() if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield value, key
        yield from _places(value[key])


def _change_text(text: str, chance: random.Random) -> str:
    at, to = sorted(chance.choices(range(len(text) + 1), k=2))
    return chance.choice(
        [
            lambda: text[:at],
            lambda: text[at:],
            lambda: text[:at] + text[to:],
            lambda: text[:at] + text[at:to] * 2 + text[to:],
            lambda: text[:at] + chance.choice('{}[]",:\\\x00\ud800é0') + text[at:],
            lambda: text.replace('"', "'"),
            lambda: f"Here is my verdict:\n{text}",
            lambda: f"```json\n{text}\n```",
            lambda: text + text,
            lambda: text[:-1] + ", " + text[1:],
            lambda: "[" * chance.choice([1, 9, 50_000]) + text,
        ]
    )()
