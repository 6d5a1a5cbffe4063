"""The same answer gets the same grade, to the byte, whatever else is judged with it and however it is cut into batches."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from interviewer.answer import Answer
from interviewer.judges import local
from interviewer.judges.local import LocalJudge, LocalModel
from interviewer.resources import bank_folder
from interviewer.rubric import Bank, Rubric, load_rubric
from interviewer.settings import DEFAULT_BANK

ROOT = Path(__file__).parent.parent.parent
BANK = Bank.load(bank_folder(DEFAULT_BANK))
FAST = LocalModel.fast()
Pairs = list[tuple[Rubric, str]]


def written() -> Pairs:
    """Answers of the corpus, and others made of their sentences, to rubrics with lists, numbers and opposites."""
    pairs: Pairs = []
    for path in sorted((ROOT / "training" / "answers").glob("*/*.yaml"))[::4]:
        data: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
        places = [ROOT / base / path.parent.name / f"{data['rubric']}.yaml" for base in ("rubrics", "training/rubrics")]
        rubric = load_rubric(next(place for place in places if place.is_file()))
        pairs += [(rubric, answer["text"]) for answer in data["answers"]]
    chance = random.Random(11)
    sentences = [span.text for _, text in pairs for span in Answer(text).sentences]
    rubrics = [rubric for rubric, _ in pairs] + list(BANK)
    made = [(chance.choice(rubrics), " ".join(chance.sample(sentences, chance.randint(1, 9)))) for _ in range(150)]
    odd = [
        (rubric, text) for rubric in rubrics[:3] for text in ("", "ok", rubric.question, "不 知 道 now then", "7 7 7.5")
    ]
    return pairs + made + odd


PAIRS = written()


def judged(pairs: Pairs, sizes: list[int], judge: LocalJudge) -> list[str]:
    """What a judge says of each, given so many at once, as JSON with every digit of the probabilities."""
    found: list[str] = []
    start = 0
    while start < len(pairs):
        size = sizes[start % len(sizes)]
        some = [(rubric, Answer(text)) for rubric, text in pairs[start : start + size]]
        chances = judge.probabilities_many(some)
        for judgements, row in zip(judge.judge_many(some), chances, strict=True):
            said = "".join(judgement.model_dump_json() for judgement in judgements)
            found.append(said + row.astype(np.float64).tobytes().hex())
        start += size
    return found


ALONE = judged(PAIRS, [1], LocalJudge(FAST))


def test_all_at_once_as_one_at_a_time():
    assert judged(PAIRS, [len(PAIRS)], LocalJudge(FAST)) == ALONE


@pytest.mark.parametrize("seed", range(4))
def test_in_any_order_and_in_batches_of_any_size(seed: int):
    chance = random.Random(seed)
    order = chance.sample(range(len(PAIRS)), len(PAIRS))
    sizes = [chance.choice([1, 2, 3, 5, 17, 64, 200]) for _ in range(7)]
    found = judged([PAIRS[place] for place in order], sizes, LocalJudge(FAST))
    assert found == [ALONE[place] for place in order]


def test_one_answer_among_many_copies_of_others():
    rubric, text = PAIRS[0]
    others = [(rubric, other) for _, other in PAIRS[:130]]
    for place in (0, 1, 63, 64, 129):
        some = [*others[:place], (rubric, text), *others[place:]]
        assert judged(some, [len(some)], LocalJudge(FAST))[place] == ALONE[0]


def test_a_judge_that_begins_a_new_lexicon_on_its_way_says_the_same(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("interviewer.judges.lexicon.MOST_WORDS", 300)
    monkeypatch.setattr(local, "REMEMBERED", 3)
    assert judged(PAIRS, [20], LocalJudge(FAST)) == ALONE


@settings(max_examples=40)
@given(st.lists(st.tuples(st.sampled_from(BANK.rubrics[:5]), st.text()), max_size=12))
def test_texts_of_any_kind(pairs: Pairs):
    some = [*pairs, PAIRS[0]]
    judge = LocalJudge(FAST)
    assert judged(some, [len(some)], judge) == judged(some, [1], judge)
