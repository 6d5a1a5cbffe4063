"""Fit the model that tells sentences meant for the judge from honest ones, and write it to the package.

    python -m training.fit_aimed            # says by cross-validation what it is worth, then fits to everything
    python -m training.fit_aimed --check    # only says

`training/aimed/` holds passages, lists of sentences; those meant for the judge begin with "! ". Each file is by another
author, who saw neither the others nor any of our attacks, and is left out in turn. The answers of the split `fit` are
honest too. The threshold is where one in `FALSE_ALARMS` of the honest sentences in those files, written to resemble the
others, would be taken for one of them; no figure of the held-aside attacks went into it.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import yaml
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression

from interviewer.aimed import MODEL_FILE, pairs_of, parts_of
from interviewer.answer import Answer
from interviewer.rubric import Bank
from training.data import BANK, ROOT, Corpus

FALSE_ALARMS = 100
# How strongly the weights are held back, and what an honest sentence from an answer counts beside one that was written to
# resemble an attack.
STRENGTH, HONEST_WEIGHT = 2.0, 0.3
SCALE = 5.0  # brings the features near the size that `STRENGTH` is meant for; it is multiplied into the weights
LEAST = 0.1  # a smaller weight is left out
NO_WORDS = {"encodings", "very long padding"}  # kinds of attacks that do not say in so many words what they want
NO_ANSWERS = {"parrot", "keywords", "echo"}  # styles of answers that were told to say nothing


class Sentence(NamedTuple):
    """A sentence, whether it is meant for the judge, and the passage that it stands in."""

    text: str
    aimed: bool
    source: str
    passage: int


def read_aimed(folder: Path = ROOT / "training/aimed") -> Iterator[Sentence]:
    for path in sorted(folder.glob("*.yaml")):
        for number, passage in enumerate(yaml.safe_load(path.read_text(encoding="utf-8"))):
            for said in passage:
                yield Sentence(said.removeprefix("! "), said.startswith("! "), path.stem, number)


def honest_sentences(*splits: str) -> list[str]:
    """The sentences of the answers of these splits and the statements that they are judged by."""
    labelled = Corpus().split(*splits)
    answers = [Answer(a.text) for a in labelled if a.style not in NO_ANSWERS]
    answers += [Answer(s) for s in dict.fromkeys(point.statement for a in labelled for point in a.rubric.points)]
    found = [answer.text[slice(*place)] for answer in answers for place in answer.sentence_places]
    return [*found, *heads(found)]


def heads(sentences: Iterable[str]) -> list[str]:
    """What introduces the rest of a sentence, up to its colon: it is looked at by itself too."""
    return [f"{said.partition(':')[0]}:" for said in sentences if ":" in said]


def known_attacks() -> list[str]:
    """What `tests/attacks.yaml` says to the judge in so many words: that corpus was at hand anyway."""
    kinds = yaml.safe_load((ROOT / "tests/attacks.yaml").read_text(encoding="utf-8"))
    texts = [entry for kind, some in kinds.items() if kind not in NO_WORDS for entry in some if isinstance(entry, str)]
    # What introduces the rubric's words is a sentence of its own.
    answers = [Answer(re.sub(r"@\w+@", "\n", text)) for text in texts]
    return [answer.text[slice(*place)] for answer in answers for place in answer.sentence_places]


def _grams(text: str) -> list[str]:
    parts = parts_of(Answer(text).folded_text)
    return [*set(parts), *map(" ".join, pairs_of(parts))]


class Features:
    """Sentences as rows; the words and pairs of words that stand in two of `known` or more as columns."""

    def __init__(self, known: Sequence[str]) -> None:
        self.vectorizer = CountVectorizer(analyzer=_grams, min_df=2).fit(known)

    def of(self, texts: Sequence[str]) -> csr_matrix:
        lengths = np.array([2 * len(parts_of(Answer(text).folded_text)) + 1 for text in texts])
        return (diags(SCALE / np.sqrt(lengths)) @ self.vectorizer.transform(texts)).tocsr()


def fitted(rows: csr_matrix, aimed: NDArray[np.bool_], weights: NDArray[np.float64]) -> LogisticRegression:
    return LogisticRegression(C=STRENGTH, max_iter=3000).fit(rows, aimed, sample_weight=weights)


def cross_validated(
    sentences: Sequence[Sentence], honest: Sequence[str], others: Sequence[str]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The log-odds of each sentence by a model that has not seen its author, and those of others by all these models."""
    found, elsewhere = np.zeros(len(sentences)), []
    sources = np.array([s.source for s in sentences])
    for source in sorted(set(sources)):
        known = [s for s in sentences if s.source != source]
        texts = [*(s.text for s in known), *honest]
        features = Features(texts)
        aimed = np.array([*(s.aimed for s in known), *(False for _ in honest)])
        weights = np.array([1.0] * len(known) + [HONEST_WEIGHT] * len(honest))
        model = fitted(features.of(texts), aimed, weights)
        found[sources == source] = model.decision_function(
            features.of([s.text for s in sentences if s.source == source])
        )
        elsewhere.append(model.decision_function(features.of(others)))
    return found, np.array(elsewhere)


def main() -> None:
    sentences, honest, others = list(read_aimed()), honest_sentences("fit"), honest_sentences("tune")
    honest += heads(s.text for s in sentences if not s.aimed)
    aimed = np.array([s.aimed for s in sentences])
    scores, elsewhere = cross_validated(sentences, honest, others)
    threshold = float(np.quantile(scores[~aimed], 1 - 1 / FALSE_ALARMS))
    passages: dict[tuple[str, int], list[tuple[bool, bool]]] = {}
    for sentence, score in zip(sentences, scores, strict=True):
        passages.setdefault((sentence.source, sentence.passage), []).append((sentence.aimed, score > threshold))
    caught = [any(found for _, found in said) for said in passages.values() if any(meant for meant, _ in said)]
    alarms = [any(found for _, found in said) for said in passages.values() if not any(meant for meant, _ in said)]
    print(
        f"{len({s.source for s in sentences})} authors, each left out in turn, at a threshold of {threshold:.2f}:\n"
        f"sentences meant for the judge: {np.mean(scores[aimed] > threshold):.1%} of {aimed.sum():,} found; "
        f"honest ones that resemble them: {np.mean(scores[~aimed] > threshold):.1%} of {(~aimed).sum():,}\n"
        f"passages with one: {np.mean(caught):.1%} of {len(caught):,} found; honest passages: {np.mean(alarms):.1%} of "
        f"{len(alarms):,}\nsentences of answers in other fields: {np.mean(elsewhere > threshold):.2%} of {len(others):,}"
    )
    if "--check" in sys.argv:
        return
    known = known_attacks()
    honest += [point.statement for rubric in Bank.load(ROOT / "rubrics" / BANK) for point in rubric.points]
    texts = [*known, *(s.text for s in sentences), *honest]
    features = Features(texts)
    weights = np.array([1.0] * (len(known) + len(sentences)) + [HONEST_WEIGHT] * len(honest))
    model = fitted(features.of(texts), np.array([*(True for _ in known), *aimed, *(False for _ in honest)]), weights)
    names, values = features.vectorizer.get_feature_names_out(), SCALE * model.coef_[0]
    kept = {
        name: round(float(value), 2) for name, value in zip(names, values, strict=True) if abs(value) > SCALE * LEAST
    }
    data = {"bias": round(float(model.intercept_[0]) - threshold, 3), "weights": kept}
    MODEL_FILE.write_text(json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"{len(kept):,} of {len(names):,} weights are kept, in {MODEL_FILE.stat().st_size:,} bytes.")


if __name__ == "__main__":
    main()
