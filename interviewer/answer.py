"""An answer as the candidate gave it: its text kept to the letter, cleaned for judging, cut into sentences.

Every span speaks of the text as given, so `answer.text[span.start:span.end] == span.text` always holds.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import cached_property, lru_cache

from pydantic import BaseModel, ConfigDict, Field

# A sentence ends at a full stop, question or exclamation mark followed by space and something that starts a
# sentence, at a line break, or at a semicolon; abbreviations that would end one by mistake are listed.
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"'”’)\]]*\s+(?=[\"'“‘(\[]?[A-Z0-9])|\n+|;\s+|(?<=[.!?])\s+(?=[a-z])")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|approx|resp|fig|dr|mr|mrs|prof|no|cf)\.|\b[A-Z]\.)$", re.IGNORECASE
)
_CLAUSE_END = re.compile(r",\s+|:\s+|\s+[–—-]\s+|\s+(?=(?:and|but|so|because|whereas|while|which|although)\s)")
_TYPOGRAPHY = str.maketrans("‘’‚‛′“”„‟″«»‐‑‒–—―−", '\'\'\'\'\'"""""""-------')


class Span(BaseModel):
    """A stretch of an answer: `text == answer[start:end]`, in characters from 0."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    start: int = Field(ge=0)
    end: int = Field(ge=0)
    text: str


class Answer:
    """What a candidate said or wrote to one question."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return f"Answer({self.text[:40]!r}…)" if len(self.text) > 40 else f"Answer({self.text!r})"

    @cached_property
    def clean(self) -> str:
        """The text without what no reader sees: control, zero-width, bidirectional and tag characters."""
        kept = self.text.replace("\r\n", "\n").replace("\r", "\n")
        # A text has few different characters: each is looked at once, not once for every place where it stands.
        if hidden := {char for char in set(kept) if is_invisible(char)}:
            kept = "".join(char for char in kept if char not in hidden)
        return unicodedata.normalize("NFC", kept).strip()

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing to judge: no letter and no digit."""
        return not any(char.isalnum() for char in self.clean)

    @cached_property
    def hash(self) -> str:
        """SHA-256 (16 hex digits) of the cleaned text."""
        return hashlib.sha256(self.clean.encode("utf-8", "surrogatepass")).hexdigest()[:16]

    @cached_property
    def folded(self) -> tuple[str, list[int]]:
        """`fold` of the text, computed once for all quotes looked up in it."""
        return fold(self.text)

    def span(self, start: int, end: int) -> Span:
        """The span from `start` up to `end`, white space at both ends left out."""
        text = self.text[start:end]
        start += len(text) - len(text.lstrip())
        return Span(start=start, end=start + len(text.strip()), text=text.strip())

    @cached_property
    def sentences(self) -> tuple[Span, ...]:
        """The sentences, in order; a text without full stops is one sentence a line."""
        return tuple(self.span(start, end) for start, end in self._cut(0, len(self.text), _SENTENCE_END))

    def clauses(self, sentence: Span) -> tuple[Span, ...]:
        """The clauses of one sentence of this answer, in order."""
        return tuple(self.span(start, end) for start, end in self._cut(sentence.start, sentence.end, _CLAUSE_END))

    def _cut(self, start: int, end: int, at: re.Pattern[str]) -> list[tuple[int, int]]:
        pieces, here = [], start
        for match in at.finditer(self.text, start, end):
            if at is _SENTENCE_END and _ABBREVIATION.search(self.text, here, match.start()):
                continue
            pieces.append((here, match.start()))
            here = match.end()
        pieces.append((here, end))
        return [(a, b) for a, b in pieces if any(char.isalnum() for char in self.text[a:b])]


def is_invisible(char: str) -> bool:
    """Whether a reader would not see this character, line feeds and tabs excepted."""
    return char not in "\n\t" and unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Cn"}


@lru_cache(maxsize=4096)  # a text has few different characters, and they are those of the text before
def _levelled(char: str) -> str:
    """One character as `fold` has it: '’' -> "'", 'ﬁ' -> 'fi', '' for one that is not seen."""
    if is_invisible(char):
        return ""
    return unicodedata.normalize("NFKC", char.translate(_TYPOGRAPHY)).translate(_TYPOGRAPHY).casefold()


def fold(text: str) -> tuple[str, list[int]]:
    """The text as quotes are compared, and for each of its characters the place it came from.

    Case, white space, typographic quotes and dashes, compatibility forms and invisible characters are
    levelled; nothing else is. `fold("It’s  A")[0] == "it's a"`.
    """
    folded: list[str] = []
    places: list[int] = []
    for place, raw in enumerate(text):
        if raw.isspace():
            if folded and folded[-1] != " ":
                folded.append(" ")
                places.append(place)
            continue
        for char in _levelled(raw):
            folded.append(char)
            places.append(place)
    while folded and folded[-1] == " ":
        folded.pop()
        places.pop()
    return "".join(folded), places
