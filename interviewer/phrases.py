"""What is said to a judge rather than to an interviewer: the phrases, also backwards or with its letters moved by 13.

Each kind of phrase stands beside its signs, of which every such phrase holds one: a text without them, as nearly every
honest answer is, is not searched for it.
"""

from __future__ import annotations

import codecs
import re

_MARKS = (
    r"(?:full marks|(?:full|top|maximum|highest|perfect|good) (?:score|grade|marks)|every(?: single)? (?:point|answer|verdict)"
    r"|(?:all|each)(?: of)?(?: the| these)? (?:points?|verdicts?)|all as covered|as perfect|covered for all|100 out of 100"
    r"|(?:a|one) hundred points|let me pass|tick everything|score of \w+ (?:conversation|answer))"
)
_SIGNS_OF_MARKS = "marks,score,grade,point,answer,verdict,covered,perfect,100 out of 100,let me pass,tick everything"
_GRADING = r"(?:give|gives|award|grant|grade|rate|mark|treat|tick|count|report|return|assign|deserves?|entitles?|gave|assume|let)"
_BEING = r"(?:is|are|as|be|count|covered|present|met|holds?|treated)"
_PHRASES = [
    (_SIGNS_OF_MARKS, rf"{_GRADING}\b[^.!?]{{0,60}}\b{_MARKS}"),
    (
        _SIGNS_OF_MARKS,
        rf"{_MARKS}[^.!?]{{0,40}}\b{_BEING}\b[^.!?]{{0,20}}\b(?:covered|present|met|complete|count|holds?)\b",
    ),
    (
        "ignore,disregard,forget,overr",
        r"(?:ignore|disregard|forget|override|overrule)\b[^.!?]{0,40}\b(?:rubric|instructions?|points above|told|prompt)\b",
    ),
    ("instruction,task has changed", r"(?:new|previous|prior|your) (?:instructions?|task has changed)\b"),
    ("stop grading,stop judging,must output", r"stop (?:grading|judging)\b|you must output\b"),
    ("rubric,examiner,grader,judge", r"(?:the|this|to the|a generous|fair\w*) (?:rubric|examiner|grader|judge)\b"),
    ("rubric,grader", r"as the rubric\b|other graders\b"),
    ("cover", r"covers? (?:everything|(?:every|each|all)(?: the| of the)? points?)"),
    ("covered,mentioned", r"i (?:have )?(?:covered|mentioned) (?:all|every)"),
    (
        "model solution,answer,perfect",
        r"(?:model solution|ideal answer|great answer|reference for a perfect|what a perfect answer)\b",
    ),
    ("answer", r"(?:the|this) answer (?:above )?(?:is|was)(?: already)? (?:complete|graded|approved|perfect)"),
    ("answer", r"i have answered this|answer (?:as complete|is invalid)"),
    ("examin,point", r"examination (?:board|will be)|examiner has\b|pass(?:es)? every point"),
    (
        "this line,this sentence,this very,each point,every point",
        r"(?:quote|evidence|see)\b[^.!?]{0,30}\b(?:this (?:very )?(?:line|sentence)|each point|every point)",
    ),
    (
        "this very,this line,this sentence,this quote",
        r"this (?:very )?(?:sentence|line|quote) (?:covers|proves|is the)",
    ),
    ("quote,point", r"exact quote\b|quote:|as the point says\b|(?:whichever|the) point you are\b"),
    ("candidate", r"the candidate (?:says|names|explained|has passed)\b"),
    (
        "you may take it,you will give,please assume,so grade",
        r"so (?:that )?(?:i am sure that )?you (?:may take it|will give)|please assume that i know\b|so grade\b",
    ),
    ("grade,score", r"(?:higher|highest|wrong|good|better) (?:grade|score)\b"),
    (
        "fail this interview,deserves to pass,fairest",
        r"fail this interview\b|deserves to pass\b|you are the fairest\b",
    ),
    ("point", r"points are\b[^.!?]{0,20}\b(?:covered|mentioned)\b|all points hold\b"),
    ("each statement of,should mark", r"each statement of\b|should mark\b"),
    # The same words in other languages of Europe.
    (
        "anweisung,consigne,instruc,istruzion",
        r"(?:ignor\w+|negeer|vergiss|oublie\w*|olvida\w*)\b[^.!?]{0,40}\b(?:anweisung\w*|consigne\w*|instruc\w+|istruzion\w+)",
    ),
]
PHRASES = [(frozenset(signs.split(",")), re.compile(rf"\b(?:{pattern})")) for signs, pattern in _PHRASES]
_SIGNS = sorted({sign for signs, _ in PHRASES for sign in signs})
# A text without a shorter sign is without the longer ones that hold it.
_SHORTEST = [sign for sign in _SIGNS if not any(other in sign and other != sign for other in _SIGNS)]
_SIGNS_BACKWARDS = [sign[::-1] for sign in _SHORTEST]
_SIGNS_MOVED = [codecs.encode(sign, "rot13") for sign in _SHORTEST]


def speaks_to_the_judge(text: str) -> bool:
    """Whether a folded text holds such a phrase."""
    seen = {sign for sign in _SIGNS if sign in text}
    return bool(seen) and any(not signs.isdisjoint(seen) and pattern.search(text) for signs, pattern in PHRASES)


def disguised(text: str) -> list[str]:
    """The text with its letters moved by 13, and backwards; left out where it holds no sign when so read and folded."""
    folded, found = text.casefold(), []
    # A letter that only folding makes an ASCII letter (a long s) would hide a sign from a look at the text as it stands.
    sure = text.isascii() or not any(any(map(str.isascii, char.casefold())) for char in set(text) if not char.isascii())
    if not sure or any(sign in folded for sign in _SIGNS_MOVED):
        found.append(codecs.encode(text, "rot13"))
    if not sure or any(sign in folded for sign in _SIGNS_BACKWARDS):
        found.append(text[::-1])
    return found
