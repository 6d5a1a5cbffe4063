"""An answer as the candidate gave it: its text kept to the letter, cleaned for judging, cut into sentences.

Every span speaks of the text as given, so `answer.text[span.start:span.end] == span.text` always holds.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from functools import cached_property, lru_cache

from pydantic import BaseModel, ConfigDict, Field

# A sentence ends at a full stop, question or exclamation mark followed by space and something that starts a
# sentence, at a line break, or at a semicolon; abbreviations that would end one by mistake are listed. Each pattern
# begins with the characters that it can begin with: most of a text is passed over at once.
_SENTENCE_END = re.compile(
    r"[.!?;\n](?:(?<=[.!?])(?:[\"'”’)\]]*\s+(?=[\"'“‘(\[]?[A-Z0-9])|(?!\n)\s+(?=[a-z]))|(?<=\n)\n*|(?<=;)\s+)"
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|approx|resp|fig|dr|mr|mrs|prof|no|cf)\.|\b[A-Z]\.)$", re.IGNORECASE
)
_ABBREVIATED = 10  # characters; no abbreviation with its full stop and a line break is longer
_CLAUSE_END = re.compile(
    r"[,:\s](?:(?<=[,:])\s+|(?<=\s)(?<!\s\s)\s*(?:[–—-]\s+|(?=(?:and|but|so|because|whereas|while|which|although)\s)))"
)
_LETTER_OR_DIGIT = re.compile(r"[^\W_]")
_TYPOGRAPHY = str.maketrans("‘’‚‛′“”„‟″«»‐‑‒–—―−", '\'\'\'\'\'"""""""-------')


Place = tuple[int, int]
"""Start and end of a stretch of a text, in characters from 0."""


class Span(BaseModel):
    """A stretch of an answer: `text == answer[start:end]`, in characters from 0."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    start: int = Field(ge=0)
    end: int = Field(ge=0)
    text: str


class Answer:
    """What a candidate said or wrote to one question: all of it or, with blanks for the rest of `given`, a part of it."""

    def __init__(self, text: str, given: str | None = None) -> None:
        self.text = text
        self.given = text if given is None else given
        self.looked_at: dict[str, tuple[str, ...]] = {}
        """What `suspicions` has found in it, by the rubric's hash: looked for once, in whichever process."""

    def __repr__(self) -> str:
        return f"Answer({self.text[:40]!r}…)" if len(self.text) > 40 else f"Answer({self.text!r})"

    def without(self, places: Iterable[Place]) -> Answer:
        """The answer with what stands there blank; all else stays where it stands, and spans quote what was given."""
        text = list(self.text)
        for start, end in places:
            text[start:end] = " " * (end - start)
        return Answer("".join(text), self.given)

    @cached_property
    def clean(self) -> str:
        """The text without what no reader sees: control, zero-width, bidirectional and tag characters."""
        if self.text.isascii() and self.text.isprintable():
            return self.text.strip()
        kept = self.text.replace("\r\n", "\n").replace("\r", "\n")
        # A text has few different characters: each is looked at once, not once for every place where it stands.
        if hidden := {char for char in set(kept) if is_invisible(char)}:
            kept = "".join(char for char in kept if char not in hidden)
        return unicodedata.normalize("NFC", kept).strip()

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing to judge: no letter and no digit."""
        return _LETTER_OR_DIGIT.search(self.clean) is None

    @cached_property
    def hash(self) -> str:
        """SHA-256 (16 hex digits) of the cleaned text."""
        return hashlib.sha256(self.clean.encode("utf-8", "surrogatepass")).hexdigest()[:16]

    @cached_property
    def folded(self) -> tuple[str, list[int]]:
        """`fold` of the text, computed once for all quotes looked up in it."""
        return fold(self.text)

    @cached_property
    def folded_text(self) -> str:
        """The text of `folded`, without the places: much quicker."""
        if self.text.isascii() and self.text.isprintable():
            return " ".join(self.text.lower().split())
        levelled = {char: " " if char.isspace() else _levelled(char) for char in set(self.text)}
        if any(" " in level != " " for level in levelled.values()):  # a mark that is levelled to one upon a space
            return self.folded[0]
        return " ".join("".join(map(levelled.__getitem__, self.text)).split())

    def span(self, start: int, end: int) -> Span:
        """The span from `start` up to `end`, white space at both ends left out."""
        text = self.text[start:end]
        start += len(text) - len(text.lstrip())
        end = start + len(text.strip())
        return Span(start=start, end=end, text=self.given[start:end])

    @cached_property
    def sentences(self) -> tuple[Span, ...]:
        """The sentences, in order; a text without full stops is one sentence a line."""
        return tuple(self.span(start, end) for start, end in self.sentence_places)

    def clauses(self, sentence: Span) -> tuple[Span, ...]:
        """The clauses of one sentence of this answer, in order."""
        return tuple(self.span(start, end) for start, end in self.clause_places(sentence.start, sentence.end))

    @cached_property
    def sentence_places(self) -> list[Place]:
        """Where each of `sentences` starts and ends."""
        text, pieces, here = self.text, [], 0
        for match in _SENTENCE_END.finditer(text):
            end = match.start()
            if text[end] in ".!?":
                end += 1  # the mark belongs to its sentence
            if text[end - 1 : end] in {".", "\n"} and _ABBREVIATION.search(text, max(here, end - _ABBREVIATED), end):
                continue
            pieces.append((here, end))
            here = match.end()
        pieces.append((here, len(text)))
        return self._said(pieces)

    def clause_places(self, start: int, end: int) -> list[Place]:
        """Where each of the clauses of the sentence at `start`–`end` starts and ends."""
        pieces, here = [], start
        for match in _CLAUSE_END.finditer(self.text, start, end):
            pieces.append((here, match.start()))
            here = match.end()
        pieces.append((here, end))
        return self._said(pieces)

    def _said(self, pieces: list[Place]) -> list[Place]:
        """The pieces that say something, white space at both ends left out."""
        text, said = self.text, []
        for start, end in pieces:
            if not (text[start:end][:1].isalnum() or _LETTER_OR_DIGIT.search(text, start, end)):
                continue
            if text[start].isspace() or text[end - 1].isspace():
                piece = text[start:end]
                said.append((end - len(piece.lstrip()), start + len(piece.rstrip())))
            else:
                said.append((start, end))
        return said


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
