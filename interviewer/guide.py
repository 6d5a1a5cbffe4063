"""Guide documents to guides: what a great answer covers, with section and order. Pure text in, values out.

Reads pages copied from the web (section headings with counts, a marker line before every guide), Markdown, and plain
text with or without questions. What does not add up is reported in `warnings`, never hidden.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import zip_longest

from pydantic import BaseModel, ConfigDict

from interviewer.errors import GuideError
from interviewer.words import counted

_MARKER = re.compile(r"^(what (a|an|the) (great|good|strong|ideal|best) answers? (covers?|includes?|contains?)|answer guide|"
                     r"(model|ideal|sample|great) answer|guide|answer|a)\s*:\s*(?P<rest>.*)$", re.IGNORECASE)  # fmt: skip
_QUESTION = re.compile(r"^(?:q(?:uestion)?\s*\d*\s*[:.)]\s*|\d+\s*[.)]\s+)(?P<text>.+)$", re.IGNORECASE)
_COUNT = re.compile(r"^\(?(?P<n>\d+)\s+questions?\)?$", re.IGNORECASE)
_HEADING = re.compile(r"^(?P<marks>#{1,6})\s+(?P<text>.+?)\s*#*$")
_COUNT_AT_END = re.compile(r"\s*[(:–—-]\s*(?P<n>\d+)(?:\s+questions?)?\s*\)?$", re.IGNORECASE)
_BULLET = re.compile(r"^\s*(?:[-*+•]|\d+[.)])\s+(?P<text>.+)$")
_TITLE_TAIL = re.compile(r"\s*(interview )?questions?( and answers?)?$", re.IGNORECASE)
_NOT_ASCII = re.compile(r"[^\x00-\x7f]{2,}")


class Guide(BaseModel):
    """The text saying what a great answer to one question covers. `order` counts from 1 within the section."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    section: str
    order: int
    text: str
    question: str | None = None
    line: int


class GuideDocument(BaseModel):
    """All guides of a document, its title, and what in it does not add up."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    guides: tuple[Guide, ...]
    warnings: tuple[str, ...] = ()


class _Block(BaseModel):
    """A paragraph, heading, marker or count: `kind`, its text, the line it begins on, and a heading's depth."""

    kind: str
    text: str
    line: int
    depth: int = 0


def parse_guides(text: str, title: str = "Interview") -> GuideDocument:
    """The guides of a document.

    Raises:
        GuideError: there is none.

    """
    reader = _Reader(list(_blocks(mend_mojibake(text))))
    reader.read()
    if not reader.guides:
        raise GuideError(
            "No answer guide was found. A guide is a paragraph after a line such as 'What a great answer covers:', "
            "after a question, or under a Markdown heading."
        )
    return GuideDocument(
        title=_TITLE_TAIL.sub("", reader.title).strip() or title,
        guides=tuple(reader.guides),
        warnings=tuple(_disagreements(reader.guides, reader.promised)),
    )


class _Reader:
    """Goes through the blocks of a document once, remembering the section and question it is in."""

    def __init__(self, blocks: list[_Block]) -> None:
        self.blocks = blocks
        self.has_markers = any(block.kind == "marker" for block in blocks)
        self.depths = sorted({block.depth for block in blocks if block.kind == "heading"})
        self.guides: list[Guide] = []
        self.promised: dict[str, tuple[int, int]] = {}
        self.title = ""
        self.section = ""
        self.question: str | None = None
        self.after_marker = False
        self.open = False  # whether more text would belong to the last guide

    def read(self) -> None:
        for block, following in zip_longest(self.blocks, self.blocks[1:]):
            if following is not None and following.kind == "count" and block.kind in {"text", "heading"}:
                self._enter(block.text, int(following.text), following.line)
            elif block.kind == "heading":
                self._heading(block)
            elif block.kind == "marker":
                self.after_marker, self.open = True, False
                if block.text:
                    self._guide(block)
            elif block.kind == "question":
                self.question, self.after_marker, self.open = block.text, False, False
            elif block.kind in {"text", "bullet"}:
                self._text(block, following)

    def _enter(self, section: str, count: int | None, line: int) -> None:
        self.section, self.question, self.after_marker, self.open = section, None, False, False
        if count is not None:
            self.promised[section] = (count, line)

    def _heading(self, block: _Block) -> None:
        self.after_marker = self.open = False
        if _is_question(block, self.depths):
            self.question = _bare_question(block.text)
        elif not self.title and not self.guides and self._is_title(block):
            self.title = block.text
        else:
            self._enter(*_split_count(block.text), block.line)

    def _is_title(self, heading: _Block) -> bool:
        """The one heading of the highest level stands over others: it names the document."""
        alone = sum(block.kind == "heading" and block.depth == heading.depth for block in self.blocks) == 1
        return alone and heading.depth == self.depths[0] and len(self.depths) > 1

    def _text(self, block: _Block, following: _Block | None) -> None:
        asks = block.text.endswith("?")
        if self.has_markers and not self.after_marker:
            before_marker = following is not None and following.kind == "marker"
            if asks and (block.kind == "text" or before_marker or not self.open):
                self.question, self.open = block.text, False
            elif self.open:
                self._append(block)
            elif not self.guides and not self.section and _TITLE_TAIL.search(block.text) and len(block.text) < 120:
                self.title = self.title or block.text
        elif not self.has_markers and self.question is None and asks and len(block.text) < 300:
            self.question = block.text
        elif not self.has_markers and self.question is None and self._goes_on():
            self._append(block)
        else:
            self._guide(block)

    def _append(self, block: _Block) -> None:
        last = self.guides[-1]
        ended = last.text.endswith((".", "!", "?", ":", ";")) or (block.kind == "text" and block.text[0].islower())
        self.guides[-1] = last.model_copy(update={"text": f"{last.text}{' ' if ended else '; '}{block.text}"})

    def _goes_on(self) -> bool:
        """Whether text without a question of its own belongs to the guide before it, which has one."""
        return bool(self.guides and self.guides[-1].question and (self.section or "General") == self.guides[-1].section)

    def _guide(self, block: _Block) -> None:
        name = self.section or "General"
        order = 1 + sum(guide.section == name for guide in self.guides)
        self.guides.append(Guide(section=name, order=order, text=block.text, question=self.question, line=block.line))
        self.question, self.after_marker, self.open = None, False, True


def mend_mojibake(text: str) -> str:
    """The text with UTF-8 that was once read as a Windows code page read right: 'Î±' -> 'α'."""

    def mend(match: re.Match[str]) -> str:
        for page in ("cp1252", "cp1253", "cp1251", "cp1250"):
            try:
                return match.group().encode(page).decode("utf-8")
            except UnicodeError:
                continue
        return match.group()

    return _NOT_ASCII.sub(mend, text)


def _blocks(text: str) -> Iterator[_Block]:  # noqa: C901  # one branch a kind of line
    """Paragraphs and bullets joined to one line each; headings, markers, counts and questions stand alone."""
    held: list[str] = []
    kind, start = "text", 0

    def paragraph() -> Iterator[_Block]:
        if held:
            yield _Block(kind=kind, text=" ".join(held), line=start)
            held.clear()

    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        plain = line.strip("*_ ")
        special: _Block | None = None
        if match := _HEADING.match(line):
            special = _Block(kind="heading", text=match["text"].strip("*_ "), line=number, depth=len(match["marks"]))
        elif match := _COUNT.match(plain):
            special = _Block(kind="count", text=match["n"], line=number)
        elif match := _MARKER.match(plain):
            special = _Block(kind="marker", text=match["rest"].strip("*_ "), line=number)
        elif (match := _QUESTION.match(plain)) and (plain[:1].lower() == "q" or match["text"].endswith("?")):
            special = _Block(kind="question", text=match["text"].strip("*_ "), line=number)
        elif match := _BULLET.match(raw):
            yield from paragraph()
            kind, start = "bullet", number
            held.append(match["text"].strip())
            continue
        elif kind == "bullet" and held and not raw[:1].isspace():
            yield from paragraph()
        if special or not line or set(line) <= set("-=*_"):
            yield from paragraph()
            if special:
                yield special
            continue
        if not held:
            kind, start = "text", number
        held.append(line)
    yield from paragraph()


def _is_question(heading: _Block, depths: list[int]) -> bool:
    """A heading is a question when it asks, is numbered as one, or is the deepest of at least three levels."""
    return heading.text.endswith("?") or bool(_QUESTION.match(heading.text)) or (
        len(depths) >= 3 and heading.depth == depths[-1]
    )  # fmt: skip


def _bare_question(text: str) -> str:
    match = _QUESTION.match(text)
    return match["text"] if match else text


def _split_count(heading: str) -> tuple[str, int | None]:
    """'Advanced (10 questions)' -> ('Advanced', 10)."""
    match = _COUNT_AT_END.search(heading)
    return (heading[: match.start()].strip(), int(match["n"])) if match else (heading, None)


def _disagreements(guides: list[Guide], promised: dict[str, tuple[int, int]]) -> Iterator[str]:
    for section, (count, line) in promised.items():
        found = sum(guide.section == section for guide in guides)
        if found != count:
            yield f"line {line}: the section {section!r} says that it has {counted(count, 'question')}, but {counted(found, 'guide')} follow{'s' * (found == 1)}."
