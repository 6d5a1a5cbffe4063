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
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from urllib.parse import unquote

from interviewer.aimed import aimed_places, said_at
from interviewer.answer import Answer, Place
from interviewer.recital import repeats_the_rubric
from interviewer.rubric import Rubric
from interviewer.words import STOP_WORDS, raw_words, stem_of

_POSING = re.compile(
    r"<\|[^|]{1,40}\|>|\[/?(?:inst|sys|system)\b|<</?sys>>|</?(?:system|answer|candidate|start_of_turn|end_of_turn)>"
    r"|^\W{0,4}(?:system|developer|assistant|human)\s*(?::|$)|\b(?:begin|end)\s+(?:of (?:the )?)?(?:answer|candidate)"
    r"|\banswer closed\b|\bfence is closed\b|system message",
    re.MULTILINE,
)
_ENDING = re.compile(  # a line that is nothing but such a mark: "in the end, answer the customer" is none
    r"^[^\w\n]*(?:begin|end)\s+(?:of\s+(?:the\s+)?)?(?:answer|candidate)\b(?:[^\S\n]+[0-9a-f]+\b)?[^\w\n]*$"
    r"|<\|[^|\n]{1,40}\|>|</(?:answer|candidate|end_of_turn)>",
    re.MULTILINE | re.IGNORECASE,
)
_ROLE = re.compile(r"\W{0,4}(?:system|developer|assistant|human)\s*:")
_SIGNS_OF_POSING = ("<", "[", "system", "developer", "assistant", "human", "answer", "candidate", "fence is closed")
"""Every match of `_POSING` holds one of these."""
_VERDICT = re.compile(
    r"\bverdicts?\b\"?\s*(?:[:=|>]|for each)|\"?\bscore\"?\s*[:=>]\s*\d|=> covered|\"(?:probability|quotes|ungraded)\"\s*:"
)
_SIGNS_OF_VERDICT = ("verdict", "score", "=> covered", "probability", "quotes", "ungraded")
_MORSE_LETTERS = 8
_MORSE = re.compile(rf"(?:(?<!\S)[.-]{{1,5}}(?!\S)[ /]*){{{_MORSE_LETTERS},}}")
_LETTERS_APART = re.compile(r"\b(?:\w[-_*])+\w\b")
_LEET = str.maketrans("0134$57", "oieasst")
_BASE64 = re.compile(r"[A-Za-z0-9+/]{24,}={0,2}")
_HEX = re.compile(r"(?:[0-9a-f]{2}){12,}", re.IGNORECASE)
_ENCODED = 24  # characters without a space; shorter ones are none of the two
_CODE = re.compile(  # base64 or hexadecimal, escapes in a row, Morse; no formula, no address and no word is one
    rf"(?<![\w+/])(?=[A-Za-z+/]*\d)[A-Za-z0-9+/]{{{_ENCODED},}}={{0,2}}(?![\w+/])"
    rf"|(?:(?:%[0-9a-fA-F]{{2}}|&#\d{{1,7}};|\\u[0-9a-fA-F]{{4}})[a-zA-Z]{{0,5}}){{6,}}|{_MORSE.pattern}"
)
_NO_CHARACTER = re.compile(r"&#x?[0-9a-fA-F]{8,}")
_DIGIT_IN_WORD = re.compile(r"[^\W\d][0134$57]+[^\W\d]")
_GARBLED = 5  # words
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")

_PADDED = 1_000  # characters; a shorter text is not padded but short
_SQUEEZED = 0.15  # compressed to less than this share of its length, a text says the same over and over
_FOREIGN_LETTERS, _FOREIGN_WORDS = 8, 3
# Small words of German, French, Spanish, Italian, Portuguese, Dutch, Polish, Swedish, Danish and Turkish that are no words
# of English.
_SMALL_WORDS = """
der das und ist nicht ein eine einen mit für auf dem des sie ich wird auch bei oder wenn alle alles denn habe es zu von im zum zur
le les une sont avec dans qui que pas sur cette vous nous je du et aux toutes tous chaque
por para como está pero más este esta esto muy del todos todas cada se una su lo
il gli della delle che di sono questo questa tutti tutte ogni nel alla
os uma não com mais ao da cada dos
het een niet voor dat zijn op deze ook wordt
nie jest się na że za każdy oraz jako
och att det som är på inte alla för og ikke til af
ve bir bu için tüm her olarak
"""
FOREIGN = frozenset(_SMALL_WORDS.split()) - STOP_WORDS


def suspicions(rubric: Rubric, answer: Answer) -> tuple[str, ...]:
    """What a coach should look at, named; empty for nearly every honest answer."""
    if rubric.hash not in answer.looked_at:
        answer.looked_at[rubric.hash] = tuple(name for name, seen in _FLAGS.items() if seen(rubric, answer))
    return answer.looked_at[rubric.hash]


def own_part(rubric: Rubric, answer: Answer) -> Answer:
    r"""The answer as a judge hears it that has no fence; what is blank is not the candidate's answer, and spans stay true.

    Blank is what follows a pretended end, and sentences that are meant for the judge, begin as the system's would, state a
    verdict or are in another language than the question; and what is no word but a code, such as base64.
    """
    blank = {*aimed_places(answer), *_verdict_places(answer), *_foreign_places(rubric, answer)}
    blank |= {match.span() for match in _CODE.finditer(answer.text)}
    if end := _ENDING.search(answer.text):
        blank.add((end.start(), len(answer.text)))
    return answer.without(blank) if blank else answer


def _verdict_places(answer: Answer) -> Iterator[Place]:
    """Where the sentences stand that begin as the system's would or state a verdict."""
    if ":" in answer.folded_text or _holds(_SIGNS_OF_VERDICT, answer.folded_text):
        for place in answer.sentence_places:
            said = said_at(answer, place)
            if _ROLE.match(said) or (_holds(_SIGNS_OF_VERDICT, said) and _VERDICT.search(said)):
                yield place


def _foreign_places(rubric: Rubric, answer: Answer) -> Iterator[Place]:
    """Where the sentences stand that are not in English, as the rubric is."""
    if not FOREIGN.isdisjoint(answer.folded_text.split()) and not _is_foreign_rubric(rubric):
        for place in answer.sentence_places:
            if _is_foreign(said_at(answer, place)):
                yield place


def _is_foreign(said: str) -> bool:
    """Whether a folded sentence has the small words of another language, and hardly any of English."""
    spoken = set(raw_words(said))
    foreign = len(FOREIGN & spoken)
    english = sum(not stem_of(word)[1] for word in spoken)
    return foreign >= max(_FOREIGN_WORDS, len(spoken) / 4) and foreign > 2 * english


@lru_cache(maxsize=256)
def _is_foreign_rubric(rubric: Rubric) -> bool:
    return _is_foreign(" ".join([rubric.question, *(point.statement for point in rubric.points)]).casefold())


def presents(answer: Answer) -> bool:
    """Whether something in an answer is meant for the judge: its rubric's words beside that are presented, not said."""
    return bool(aimed_places(answer) or _ENDING.search(answer.text)) or any(_verdict_places(answer))


def _addresses_the_judge(_: Rubric, answer: Answer) -> bool:
    return bool(aimed_places(answer))


def _poses(_: Rubric, answer: Answer) -> bool:
    readings = {answer.clean.casefold(), answer.folded_text}
    return any(_holds(_SIGNS_OF_POSING, reading) and _POSING.search(reading) for reading in readings)


def _grades_itself(rubric: Rubric, answer: Answer) -> bool:
    said = answer.folded_text
    ids = [point.id for point in rubric.points if "-" in point.id and point.id in said]
    return len(ids) > 1 or (_holds(_SIGNS_OF_VERDICT, said) and bool(_VERDICT.search(said)))


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
    text, said = answer.clean, answer.folded_text
    plain = _unescaped(text)
    is_escaped = len(text) - len(plain) > 20  # a dozen escapes: no stray '%20' or '&amp;'
    if is_escaped or _is_morse(text) or any(_decoded(text)):
        return True
    readings = {plain, _LETTERS_APART.sub(_joined, text) if _holds("-_*", text) else text, text}
    readings |= {said.translate(_LEET)} if _DIGIT_IN_WORD.search(said) else set()
    readings |= set(_backwards_or_moved(answer))
    hidden = readings - {text}
    return bool(hidden) and not aimed_places(answer) and any(aimed_places(Answer(reading)) for reading in hidden)


def _backwards_or_moved(answer: Answer) -> Iterator[str]:
    """Other readings of sentences without any of the small words that every real one has."""
    for place in answer.sentence_places:
        said = answer.text[slice(*place)]
        if STOP_WORDS.isdisjoint(said.lower().split()) and len(raw_words(said)) >= _GARBLED:
            yield said[::-1]
            yield codecs.encode(said, "rot13")


def _is_padded(_: Rubric, answer: Answer) -> bool:
    raw = answer.text.encode("utf-8", "surrogatepass")
    return len(answer.text) > _PADDED and len(zlib.compress(raw)) < _SQUEEZED * len(raw)


def _changes_language(rubric: Rubric, answer: Answer) -> bool:
    return any(_foreign_places(rubric, answer))


def _changes_script(rubric: Rubric, answer: Answer) -> bool:
    if answer.clean.isascii():
        return False
    foreign = [char for char in answer.clean if not char.isascii() and char.isalpha()]
    if len(foreign) < _FOREIGN_LETTERS:
        return False
    asked = {_script(char) for char in rubric.question if char.isalpha()}
    return sum(_script(char) not in asked for char in foreign) >= _FOREIGN_LETTERS


_FLAGS: Mapping[str, Callable[[Rubric, Answer], bool]] = {
    "text addressed to the judge": _addresses_the_judge,
    "text posing as the system or as the end of the answer": _poses,
    "a verdict or score of its own": _grades_itself,
    "the rubric's own words": repeats_the_rubric,
    "invisible characters": _hides_characters,
    "encoded text": _is_encoded,
    "padding": _is_padded,
    "a passage in another script": _changes_script,
    "a passage in another language": _changes_language,
}


def _holds(signs: Iterable[str], text: str) -> bool:
    return any(sign in text for sign in signs)


def _script(char: str) -> str:
    """The script of a letter, as its Unicode name begins: 'LATIN', 'CYRILLIC', 'CJK'."""
    return unicodedata.name(char, "?").split()[0]


def _is_morse(text: str) -> bool:
    # Before each letter but the first stands a space: counting those is quicker than looking.
    return text.count(" .") + text.count(" -") >= _MORSE_LETTERS - 1 and bool(_MORSE.search(text))


def _unescaped(text: str) -> str:
    text = _NO_CHARACTER.sub(" ", text)  # there is none with so high a number
    return html.unescape(unquote(_ESCAPE.sub(lambda match: chr(int(match[1], 16)), text) if "\\u" in text else text))


def _joined(match: re.Match[str]) -> str:
    return re.sub(r"[-_*]", "", match[0])


def _decoded(text: str) -> Iterator[str]:
    """What stands in base64 or hexadecimal in the text, where it is words."""
    if max(map(len, text.split()), default=0) < _ENCODED:
        return
    for pattern, decode in ((_BASE64, base64.b64decode), (_HEX, bytes.fromhex)):
        for match in pattern.finditer(text):
            try:
                plain = decode(match[0]).decode("ascii")
            except (binascii.Error, ValueError):
                continue
            if plain.isprintable() and " " in plain:
                yield plain
