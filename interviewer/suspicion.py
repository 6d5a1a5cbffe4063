"""Text in an answer that a coach should look at: words meant for the judge rather than for the interviewer.

A flag never changes a verdict or the score; that an attack earns nothing is for the fence and the judges to see to.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import html
import re
import unicodedata
import zlib
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from urllib.parse import unquote

from interviewer.answer import Answer
from interviewer.rubric import Rubric
from interviewer.words import words

_MARKS = (
    r"(?:full marks|(?:full|top|maximum|highest|perfect|good) (?:score|grade|marks)|every(?: single)? (?:point|answer|verdict)"
    r"|(?:all|each)(?: of)?(?: the| these)? (?:points?|verdicts?)|all as covered|as perfect|covered for all|100 out of 100"
    r"|(?:a|one) hundred points|let me pass|tick everything|score of \w+ (?:conversation|answer))"
)
_GRADING = r"(?:give|gives|award|grant|grade|rate|mark|treat|tick|count|report|return|assign|deserves?|entitles?|gave|assume|let)"
_BEING = r"(?:is|are|as|be|count|covered|present|met|holds?|treated)"
_TO_THE_JUDGE = re.compile(
    r"\b(?:"  # asked once for all branches: most places are passed over at once
    + "|".join(
        [
            rf"{_GRADING}\b[^.!?]{{0,60}}\b{_MARKS}",
            rf"{_MARKS}[^.!?]{{0,40}}\b{_BEING}\b[^.!?]{{0,20}}\b(?:covered|present|met|complete|count|holds?)\b",
            r"(?:ignore|disregard|forget|override|overrule)\b[^.!?]{0,40}\b(?:rubric|instructions?|points above|told|prompt)\b",
            r"(?:new|previous|prior|your) (?:instructions?|task has changed)\b|stop (?:grading|judging)\b|you must output\b",
            r"(?:the|this|to the|a generous|fair\w*) (?:rubric|examiner|grader|judge)\b|as the rubric\b|other graders\b",
            r"covers? (?:everything|(?:every|each|all)(?: the| of the)? points?)|i (?:have )?(?:covered|mentioned) (?:all|every)",
            r"(?:model solution|ideal answer|great answer|reference for a perfect|what a perfect answer)\b",
            r"(?:this|the) answer (?:above )?(?:is|was)(?: already)? (?:complete|graded|approved|perfect)|i have answered this",
            r"answer (?:as complete|is invalid)|examination (?:board|will be)|examiner has\b|pass(?:es)? every point",
            r"(?:quote|evidence|see)\b[^.!?]{0,30}\b(?:this (?:very )?(?:line|sentence)|each point|every point)",
            r"this (?:very )?(?:sentence|line|quote) (?:covers|proves|is the)|exact quote\b|quote:|as the point says\b",
            r"(?:whichever|the) point you are\b|the candidate (?:says|names|explained|has passed)\b",
            r"so (?:that )?(?:i am sure that )?you (?:may take it|will give)|please assume that i know\b|so grade\b",
            r"(?:higher|highest|wrong|good|better) (?:grade|score)\b|fail this interview\b|deserves to pass\b|you are the fairest\b",
            r"points are\b[^.!?]{0,20}\b(?:covered|mentioned)\b|each statement of\b|all points hold\b|should mark\b",
            # The same words in other languages of Europe.
            r"(?:ignor\w+|negeer|vergiss|oublie\w*|olvida\w*)\b[^.!?]{0,40}\b(?:anweisung\w*|consigne\w*|instruc\w+|istruzion\w+)",
        ]
    )
    + ")"
)
_POSING = re.compile(
    r"<\|[^|]{1,40}\|>|\[/?(?:inst|sys|system)\b|<</?sys>>|</?(?:system|answer|candidate|start_of_turn|end_of_turn)>"
    r"|^\W{0,4}(?:system|developer|assistant|human)\s*(?::|$)|\b(?:begin|end)\s+(?:of (?:the )?)?(?:answer|candidate)"
    r"|\banswer closed\b|\bfence is closed\b|system message",
    re.MULTILINE,
)
_VERDICT = re.compile(
    r"\bverdicts?\b\"?\s*(?:[:=|>]|for each)|\"?\bscore\"?\s*[:=>]\s*\d|=> covered|\"(?:probability|quotes|ungraded)\"\s*:"
)
_MORSE = re.compile(r"(?:(?<!\S)[.-]{1,5}(?!\S)[ /]*){8,}")
_LETTERS_APART = re.compile(r"\b(?:\w[-_*])+\w\b")
_LEET = str.maketrans("0134$57", "oieasst")
_BASE64 = re.compile(r"[A-Za-z0-9+/]{24,}={0,2}")
_HEX = re.compile(r"(?:[0-9a-f]{2}){12,}", re.IGNORECASE)
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")

_Runs = set[tuple[str, ...]]
_RUN = 4  # words in a row that a candidate who has not seen the rubric would hardly share with several points
_LONG_RUN = 9
_PADDED = 1_000  # characters; a shorter text is not padded but short
_SQUEEZED = 0.15  # compressed to less than this share of its length, a text says the same over and over
_FOREIGN_LETTERS = 8


def suspicions(rubric: Rubric, answer: Answer) -> tuple[str, ...]:
    """What a coach should look at, named; empty for nearly every honest answer."""
    return tuple(name for name, seen in _FLAGS.items() if seen(rubric, answer))


def _addresses_the_judge(_: Rubric, answer: Answer) -> bool:
    return bool(_TO_THE_JUDGE.search(answer.folded[0]))


def _poses(_: Rubric, answer: Answer) -> bool:
    return any(_POSING.search(reading) for reading in {answer.clean.casefold(), answer.folded[0]})


def _grades_itself(rubric: Rubric, answer: Answer) -> bool:
    said = answer.folded[0]
    ids = [point.id for point in rubric.points if "-" in point.id and point.id in said]
    return bool(_VERDICT.search(said)) or len(ids) > 1


def _repeats_the_rubric(rubric: Rubric, answer: Answer) -> bool:
    """Long runs of one statement's words, or short runs of several; the question's own words are free."""
    said = _stems(answer.clean)
    short, long = _own_runs(rubric.question, tuple(point.statement for point in rubric.points))
    said_runs = _runs(said, _RUN)
    alike = sum(not own.isdisjoint(said_runs) for own in short)
    return alike >= max(2, (len(short) + 1) // 2) or not long.isdisjoint(_runs(said, _LONG_RUN))


def _hides_characters(_: Rubric, answer: Answer) -> bool:
    """Format characters that a keyboard does not type; joiners are part of emoji and of several scripts."""
    text = answer.text.removeprefix("\ufeff")
    if text.isascii():
        return False
    joined = {
        i
        for i, char in enumerate(text)
        if char in "\u200c\u200d" and not (text[i - 1 : i].isascii() or text[i + 1 : i + 2].isascii())
    }
    return any(unicodedata.category(char) == "Cf" and i not in joined for i, char in enumerate(text))


def _is_encoded(_: Rubric, answer: Answer) -> bool:
    """Whether the text speaks to the judge, or hides a sentence, once it is decoded in one of the usual ways."""
    text, said = answer.clean, answer.folded[0]
    if _MORSE.search(text) or any(_decoded(text)):
        return True
    plain = html.unescape(unquote(_ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)))
    readings = [
        codecs.encode(text, "rot13"),
        text[::-1],
        said.translate(_LEET),
        _LETTERS_APART.sub(_joined, text),
        plain,
    ]
    hidden = [reading.casefold() for reading in readings if reading not in {text, said}]
    return any(_TO_THE_JUDGE.search(reading) and not _TO_THE_JUDGE.search(said) for reading in hidden) or (
        len(text) - len(plain) > 20  # a dozen escapes: no stray '%20' or '&amp;'
    )


def _is_padded(_: Rubric, answer: Answer) -> bool:
    raw = answer.text.encode("utf-8", "surrogatepass")
    return len(answer.text) > _PADDED and len(zlib.compress(raw)) < _SQUEEZED * len(raw)


def _changes_script(rubric: Rubric, answer: Answer) -> bool:
    foreign = [char for char in answer.clean if not char.isascii() and char.isalpha()]
    if len(foreign) < _FOREIGN_LETTERS:
        return False
    asked = {_script(char) for char in rubric.question if char.isalpha()}
    return sum(_script(char) not in asked for char in foreign) >= _FOREIGN_LETTERS


_FLAGS: Mapping[str, Callable[[Rubric, Answer], bool]] = {
    "text addressed to the judge": _addresses_the_judge,
    "text posing as the system or as the end of the answer": _poses,
    "a verdict or score of its own": _grades_itself,
    "the rubric's own words": _repeats_the_rubric,
    "invisible characters": _hides_characters,
    "encoded text": _is_encoded,
    "padding": _is_padded,
    "a passage in another script": _changes_script,
}


def _stems(text: str) -> list[str]:
    return [word.stem for word in words(text)]


@lru_cache(maxsize=256)  # a file of answers asks the same few questions
def _own_runs(question: str, statements: tuple[str, ...]) -> tuple[list[_Runs], _Runs]:
    """The short runs of each statement and the long ones of all, those of the question left out."""
    asked, stems = _stems(question), [_stems(statement) for statement in statements]
    short = [_runs(statement, _RUN) - _runs(asked, _RUN) for statement in stems]
    return short, set().union(*(_runs(statement, _LONG_RUN) for statement in stems)) - _runs(asked, _LONG_RUN)


def _runs(stems: list[str], length: int) -> _Runs:
    return set(zip(*(stems[start:] for start in range(length)), strict=False))


def _script(char: str) -> str:
    """The script of a letter, as its Unicode name begins: 'LATIN', 'CYRILLIC', 'CJK'."""
    return unicodedata.name(char, "?").split()[0]


def _joined(match: re.Match[str]) -> str:
    return re.sub(r"[-_*]", "", match[0])


def _decoded(text: str) -> Iterator[str]:
    """What stands in base64 or hexadecimal in the text, where it is words."""
    for pattern, decode in ((_BASE64, base64.b64decode), (_HEX, bytes.fromhex)):
        for match in pattern.finditer(text):
            try:
                plain = decode(match[0]).decode("ascii")
            except (binascii.Error, ValueError):
                continue
            if plain.isprintable() and " " in plain:
                yield plain
