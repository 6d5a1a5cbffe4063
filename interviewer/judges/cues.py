"""Words that say how something is said: denials, opposites, hedges, and talk about the answer. All are stems."""

from __future__ import annotations

import re
from collections.abc import Sequence

from interviewer.words import Word

NEGATIONS = frozenset(
    [
        "aren't",
        "bother",
        "can't",
        "cannot",
        "cant",
        "couldn't",
        "deni",
        "didn't",
        "doesn't",
        "doesnt",
        "don't",
        "dont",
        "fail",
        "fals",
        "hadn't",
        "hard",
        "hardly",
        "hasn't",
        "haven't",
        "impossibl",
        "incorrect",
        "irrelev",
        "isn't",
        "isnt",
        "mistaken",
        "mustn't",
        "myth",
        "needless",
        "needn't",
        "neither",
        "never",
        "no",
        "nobody",
        "none",
        "nonsens",
        "nor",
        "not",
        "nothing",
        "nowhere",
        "overr",
        "pointless",
        "rubbish",
        "shouldn't",
        "shouldnt",
        "unimport",
        "unnecessari",
        "unneed",
        "untru",
        "useless",
        "wasn't",
        "wast",
        "weren't",
        "without",
        "won't",
        "wont",
        "wouldn't",
        "wrong",
    ]
)
"""What turns a claim round, or what claims are turned round with."""

NOT_A_DENIAL = frozenset(["onli", "just", "mere", "simpli", "doubt", "matter"])
"""What follows "not" and "no" that deny nothing: not only, no doubt."""

_PAIRS = (
    "increas/decreas increas/reduc rais/lower rise/fall more/less more/fewer most/least high/low higher/lower "
    "larg/small larger/smaller big/small fast/slow faster/slower befor/after first/last alway/never all/none "
    "everi/no same/differ equal/unequ equal/differ with/without true/fals safe/danger good/bad better/wors "
    "strong/weak stronger/weaker open/close start/stop add/remov keep/discard keep/drop accept/refus "
    "accept/reject success/failur easi/hard simpl/complex cheap/expens earli/late earlier/later long/short "
    "longer/shorter near/far inner/outer posit/negat necessari/unnecessari import/unimport relev/irrelev "
    "depend/independ possibl/impossibl separ/togeth separ/same public/privat broad/narrow gain/lose gain/loss "
    "profit/loss cool/heat hot/cold slow/quick one/sever one/mani onli/also alon/togeth must/need up/down in/out "
    "automat/manual random/fix often/rare often/seldom enough/insuffici wide/narrow thick/thin deep/shallow "
    "heavi/light calm/angri direct/indirect"
)  # fmt: skip

OPPOSITES: dict[str, frozenset[str]] = {}
for _one, _other in (pair.split("/") for pair in _PAIRS.split()):
    OPPOSITES[_one] = OPPOSITES.get(_one, frozenset()) | {_other}
    OPPOSITES[_other] = OPPOSITES.get(_other, frozenset()) | {_one}

HEDGES = frozenset(
    [
        "account",
        "appropri",
        "aspect",
        "balanc",
        "basic",
        "better",
        "carefulli",
        "certain",
        "consid",
        "depend",
        "good",
        "import",
        "kind",
        "mayb",
        "necessari",
        "otherwis",
        "perhap",
        "proper",
        "relev",
        "right",
        "sever",
        "some",
        "somehow",
        "someth",
        "sort",
        "stuff",
        "suitabl",
        "thing",
        "various",
    ]
)
"""Talk that sounds good and says little."""

TALK = frozenset(
    [
        "agenda",
        "answer",
        "anyway",
        "bullet",
        "buzzword",
        "cover",
        "discuss",
        "explain",
        "familiar",
        "head",
        "heard",
        "jargon",
        "keyword",
        "know",
        "list",
        "mention",
        "outlin",
        "point",
        "present",
        "question",
        "section",
        "slide",
        "talk",
        "term",
        "topic",
        "word",
    ]
)
"""Talk about the answer rather than its subject."""

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def numbers(text: str) -> frozenset[str]:
    """The numbers in a text, as written."""
    return frozenset(_NUMBER.findall(text))


def denials(said: Sequence[Word]) -> list[bool]:
    """For each word, whether it turns a claim round: all of `NEGATIONS` but "not only" and the like."""
    after = [word.stem for word in said[1:]] + [""]
    return [word.stem in NEGATIONS and then not in NOT_A_DENIAL for word, then in zip(said, after, strict=True)]
