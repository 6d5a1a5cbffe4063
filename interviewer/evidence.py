"""Finding evidence in an answer: a quote exactly or not at all, or the sentence nearest to a statement."""

from __future__ import annotations

from interviewer.answer import Answer, Span, fold
from interviewer.words import content_stems


def locate_quote(quote: str, answer: Answer) -> Span | None:
    """The first place where the answer says `quote`, or None.

    Case, white space, typographic quotes and dashes may differ; no word or letter may. The match begins and
    ends at the edge of a word, and holds at least one letter or digit, in the answer too: a combining iota is none,
    though it folds to one.
    """
    wanted, _ = fold(quote)
    if not any(char.isalnum() for char in wanted):
        return None
    said, places = answer.folded
    at = said.find(wanted)
    while at >= 0:
        end = at + len(wanted)
        if not _inside_word(said, at) and not _inside_word(said, end):
            found = answer.span(places[at], places[end - 1] + 1)
            if any(char.isalnum() for char in found.text):
                return found
        at = said.find(wanted, at + 1)
    return None


def nearest_sentence(statement: str, answer: Answer) -> Span | None:
    """The sentence of the answer that says the most of a statement for its length; None for an answer without words.

    By the Dice coefficient of content stems, and where no word is shared, of letter trigrams. It says where to look,
    not that the statement is there: that is for a judge.
    """
    wanted, letters = content_stems(statement), _trigrams(statement)
    return max(
        answer.sentences,
        key=lambda said: (_dice(wanted, content_stems(said.text)), _dice(letters, _trigrams(said.text))),
        default=None,
    )


def _trigrams(text: str) -> frozenset[str]:
    folded, _ = fold(text)
    return frozenset(folded[i : i + 3] for i in range(len(folded) - 2))


def _dice(one: frozenset[str], other: frozenset[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other)) if one or other else 0.0


def _inside_word(text: str, edge: int) -> bool:
    return 0 < edge < len(text) and text[edge - 1].isalnum() and text[edge].isalnum()
