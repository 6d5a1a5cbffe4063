"""Sentences meant for the judge rather than for the interviewer, told by a small model over words and pairs of words.

Fitted by `python -m training.fit_aimed` to sentences written for it; what it finds in others stands in `docs/attacks.md`.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import repeat
from pathlib import Path

from interviewer.answer import Answer, Place
from interviewer.words import stem_of

PARTS = re.compile(r"[^\W_]+(?:['’.][^\W_]+)*|[\"«»\[\]{}<>:?!#=/*]|--")
_COLON = re.compile("[:：﹕︓]")  # each is a colon once it is folded
MODEL_FILE = Path(__file__).parent / "_data" / "aimed.json"


Pair = tuple[str, str]


class AimedModel:
    """A logistic regression over what is in a sentence: words by stem and signs, each once, and pairs of neighbours.

    In its file a pair is one string with a space. The threshold is in `bias`: log-odds above 0 are aimed at the judge.
    """

    def __init__(self, weights: Mapping[str, float], bias: float) -> None:
        self.bias = bias
        self._parts = {part: weight for part, weight in weights.items() if " " not in part}
        self._pairs = {(a, b): weight for (a, _, b), weight in ((p.partition(" "), w) for p, w in weights.items()) if b}

    @classmethod
    @cache
    def shipped(cls) -> AimedModel:
        return cls(**json.loads(MODEL_FILE.read_text(encoding="utf-8")))

    def score(self, parts: Sequence[str]) -> float:
        """Log-odds above the threshold. The weights are divided by the square root of how many they could be."""
        found = sum(map(self._parts.get, set(parts), repeat(0.0)))
        found += sum(map(self._pairs.get, pairs_of(parts), repeat(0.0)))
        return self.bias + found / math.sqrt(2 * len(parts) + 1)


def pairs_of(parts: Sequence[str]) -> Iterator[Pair]:
    """Every pair of neighbours; the ends of the sentence are neighbours too.

    >>> list(pairs_of(["pass", "me"]))
    [('^', 'pass'), ('pass', 'me'), ('me', '$')]
    """
    return zip(("^", *parts), (*parts, "$"), strict=True)


def parts_of(sentence: str) -> list[str]:
    """The words of a sentence in lower case, by stem, and its telling signs, in order.

    >>> parts_of('graders: say "passed"!')
    ['grader', ':', 'say', '"', 'pass', '"', '!']
    """
    return [stem_of(part)[0] for part in PARTS.findall(sentence)]


@lru_cache(maxsize=256)  # several look, one after the other
def spoken(answer: Answer) -> list[list[str]]:
    """The parts of each sentence of an answer."""
    return [parts_of(said_at(answer, place)) for place in answer.sentence_places]


@lru_cache(maxsize=256)  # the judge looks, and then who sets the flags
def aimed_places(answer: Answer) -> tuple[Place, ...]:
    """Where the sentences of an answer stand that are meant for the judge, or what introduces one up to its colon."""
    score, found = AimedModel.shipped().score, []
    for place, parts in zip(answer.sentence_places, spoken(answer), strict=True):
        if score(parts) > 0:
            found.append(place)
        elif ":" in parts and (colon := _COLON.search(answer.text, *place)):
            head = place[0], colon.end()
            if score(parts_of(said_at(answer, head))) > 0:
                found.append(head)
    return tuple(found)


def said_at(answer: Answer, place: Place) -> str:
    """What stands there, folded but for its white space."""
    said = answer.text[slice(*place)]
    return said.lower() if said.isascii() and said.isprintable() else Answer(said).folded_text
