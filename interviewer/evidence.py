"""Finding a quote in an answer: exactly, or not at all."""

from __future__ import annotations

from interviewer.answer import Answer, Span, fold


def locate_quote(quote: str, answer: Answer) -> Span | None:
    """The first place where the answer says `quote`, or None.

    Case, white space, typographic quotes and dashes may differ; no word or letter may. The match begins and
    ends at the edge of a word, and holds at least one letter or digit.
    """
    wanted, _ = fold(quote)
    if not any(char.isalnum() for char in wanted):
        return None
    said, places = answer.folded
    at = said.find(wanted)
    while at >= 0:
        end = at + len(wanted)
        if not _inside_word(said, at) and not _inside_word(said, end):
            return answer.span(places[at], places[end - 1] + 1)
        at = said.find(wanted, at + 1)
    return None


def _inside_word(text: str, edge: int) -> bool:
    return 0 < edge < len(text) and text[edge - 1].isalnum() and text[edge].isalnum()
