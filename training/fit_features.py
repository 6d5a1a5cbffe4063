"""Fit gradient-boosted trees over the features, and the blend with the encoder, and write what the package ships.

    python -m training.fit_features

Two sets of trees: `local:fast` has the features of words alone, `local` those of sentence meanings too. Temperature and
the band in which nothing is graded come from cross-validation over whole fields and questions of `fit` and `tune`; the
trees that ship are fitted to both. The blend is chosen on `tune` by trees that saw nothing of the same field or question
and by the encoder, which was fitted to `fit`. `test` is never read here: see `training/evaluate.py`.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import lightgbm
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from sklearn.model_selection import GroupKFold

from interviewer.answer import Answer
from interviewer.judgement import Verdict
from interviewer.judges.encoder import Encoder, shipped_weights
from interviewer.judges.features import FEATURES, read
from interviewer.judges.lexicon import Lexicon
from interviewer.judges.local import BLEND_FILE, FAST_FILE, WHOLE_FILE, blended
from interviewer.judges.meanings import MEANINGS, Meanings
from interviewer.judges.trees import VERDICTS, softmax
from interviewer.judges.vectors import shipped_vectors
from interviewer.judges.views import AnswerView, RubricView
from interviewer.rubric import Rubric
from training.data import ROOT, Corpus, Verdicts, group
from training.figures import agreement
from training.probes import denied, keywords_of, lowered, topic_of

FOLDS, SEED = 8, 5
# Below the band an answer is left ungraded: as many verdicts as this, the least certain ones.
UNGRADED = 0.05
MADE_UP_WEIGHT = 0.4
_OPENINGS = (
    "I would say that",
    "For me the point is that",
    "Not everybody knows it, but",
    "No doubt about it,",
    "Well,",
)
SETTINGS: dict[str, Any] = {
    "n_estimators": 160, "num_leaves": 15, "max_depth": 6, "learning_rate": 0.05, "min_child_samples": 25,
    "colsample_bytree": 0.4, "subsample": 0.8, "subsample_freq": 1, "reg_lambda": 3.0, "random_state": SEED, "n_jobs": 1,
    "verbose": -1, "deterministic": True,
}  # fmt: skip


class Rows(NamedTuple):
    """Features and verdict numbers, the group that is never torn apart, and how much a row counts."""

    x: NDArray[np.float32]
    y: NDArray[np.int_]
    groups: NDArray[np.str_]
    weight: NDArray[np.float64]


class Measured:
    """Features of any answer to any rubric, those of words and then those of meanings, each rubric taken apart once."""

    names = (*FEATURES, *MEANINGS)

    def __init__(self) -> None:
        self.lexicon = Lexicon(shipped_vectors())
        self.meanings = Meanings(*shipped_weights())
        self.views: dict[str, RubricView] = {}

    def __call__(self, rubric: Rubric, text: str) -> NDArray[np.float32]:
        if rubric.hash not in self.views:
            self.views[rubric.hash] = RubricView(rubric, self.lexicon)
        answer = Answer(text)
        words = read(self.views[rubric.hash], AnswerView(answer, self.lexicon)).values
        return np.hstack([words, self.meanings.features(rubric, answer)])


def written_rows(answers: Sequence[Verdicts], measured: Measured) -> Rows:
    """One row for each labelled verdict."""
    x = np.concatenate([measured(a.rubric, a.text) for a in answers])
    y = np.array([VERDICTS.index(v) for a in answers for v in a.verdicts.values()])
    groups = np.array([group(a) for a in answers for _ in a.verdicts])
    return Rows(x, y, groups, np.ones(len(y)))


def made_up_rows(answers: Sequence[Verdicts], measured: Measured) -> Rows:
    """Rows from rules: statements denied, keywords in a row, topics announced, the question echoed, others' answers."""
    chance = random.Random(SEED)  # noqa: S311  # reproducible, no secret
    rubrics = {a.rubric.hash: (group(a), a.rubric) for a in answers}
    by_rubric: dict[str, list[Verdicts]] = {}
    for answer in answers:
        by_rubric.setdefault(answer.rubric.hash, []).append(answer)
    x, y, groups = [], [], []

    def add(name: str, rubric: Rubric, text: str, wanted: dict[str, Verdict]) -> None:
        values = measured(rubric, text)
        for row, point in zip(values, rubric.points, strict=True):
            if point.id in wanted:
                x.append(row)
                y.append(VERDICTS.index(wanted[point.id]))
                groups.append(name)

    for key, (name, rubric) in rubrics.items():
        nothing = dict.fromkeys((p.id for p in rubric.points), Verdict.MISSING)
        terms = [word for point in rubric.points for word in keywords_of(point)]
        add(name, rubric, ". ".join(chance.sample(terms, len(terms))), nothing)
        topics = [topic_of(point) for point in rubric.points]
        add(name, rubric, f"What matters: {'; '.join(topics)}. I have worked with {topics[0]} a lot.", nothing)
        add(
            name,
            rubric,
            f"I could speak about {' and '.join(topics)}, since I know {' '.join(chance.sample(terms, 5))}.",
            nothing,
        )
        add(name, rubric, f"You ask: {rubric.question} I will gladly answer that.", nothing)
        for said, verdicts in _retold(rubric, chance):
            add(name, rubric, said, verdicts)
        others = [
            a
            for other, found in by_rubric.items()
            if other != key
            for a in found
            if group(a) == name or chance.random() < 0.1
        ]
        for other in chance.sample(others, min(2, len(others))):
            add(name, rubric, other.text, nothing)
    return Rows(np.array(x), np.array(y), np.array(groups), np.full(len(y), MADE_UP_WEIGHT))


def _retold(rubric: Rubric, chance: random.Random) -> Iterator[tuple[str, dict[str, Verdict]]]:
    """Statements said and denied, alone and among others, so that neither negation nor nearness decides by itself."""
    plain = [point for point in rubric.points if not point.items]
    for point in plain:
        yield denied(point.statement, chance), {point.id: Verdict.CONTRADICTED}
        yield f"{chance.choice(_OPENINGS)} {lowered(point.statement)}.", {point.id: Verdict.COVERED}
    for _ in range(3):
        chosen = chance.sample(plain, min(len(plain), 3))
        wrong = {point.id for point in chosen if chance.random() < 0.35}
        told = [denied(p.statement, chance) if p.id in wrong else p.statement for p in chosen]
        yield " ".join(told), {p.id: Verdict.CONTRADICTED if p.id in wrong else Verdict.COVERED for p in chosen}


def fitted(rows: Sequence[Rows]) -> lightgbm.LGBMClassifier:
    x, y, weight = (np.concatenate([getattr(r, name) for r in rows]) for name in ("x", "y", "weight"))
    return lightgbm.LGBMClassifier(**SETTINGS).fit(x, y, sample_weight=weight)


def out_of_fold(written: Rows, made_up: Rows) -> NDArray[np.float64]:
    """Raw scores (rows, 4) of every written row by a model that saw nothing of its group."""
    scores = np.zeros((len(written.y), len(VERDICTS)))
    for inside, outside in GroupKFold(FOLDS).split(written.x, written.y, written.groups):
        allowed = ~np.isin(made_up.groups, np.unique(written.groups[outside]))
        model = fitted([_some(written, inside), _some(made_up, allowed)])
        scores[outside] = model.predict(written.x[outside], raw_score=True)
    return scores


def temperature(scores: NDArray[np.float64], y: NDArray[np.int_]) -> float:
    """The divisor of the scores with the best likelihood (Guo et al. 2017)."""

    def loss(divisor: float) -> float:
        chosen = softmax((scores / divisor).astype(np.float32))[np.arange(len(y)), y]
        return float(-np.log(np.maximum(chosen, 1e-9)).mean())

    return float(minimize_scalar(loss, bounds=(0.3, 5), method="bounded").x)


def exported(model: lightgbm.LGBMClassifier) -> dict[str, Any]:
    """The trees as flat arrays of nodes."""
    nodes: dict[str, list[Any]] = {"feature": [], "threshold": [], "left": [], "right": [], "value": []}
    deepest = 0

    def add(node: dict[str, Any], depth: int) -> int:
        nonlocal deepest
        deepest = max(deepest, depth)
        here = len(nodes["value"])
        leaf = "leaf_value" in node
        for name, value in (
            ("feature", 0 if leaf else node["split_feature"]),
            ("threshold", 0 if leaf else float(f"{node['threshold']:.6g}")),
            ("left", here), ("right", here), ("value", round(node["leaf_value"], 5) if leaf else 0),
        ):  # fmt: skip
            nodes[name].append(value)
        if not leaf:
            nodes["left"][here] = add(node["left_child"], depth + 1)
            nodes["right"][here] = add(node["right_child"], depth + 1)
        return here

    roots = [add(tree["tree_structure"], 0) for tree in model.booster_.dump_model()["tree_info"]]
    return {**nodes, "roots": roots, "depth": deepest}


def _some(rows: Rows, chosen: NDArray[Any]) -> Rows:
    return Rows(*(part[chosen] for part in rows))


def fit(name: str, features: Sequence[str], written: Rows, made_up: Rows, path: Path) -> NDArray[np.float64]:
    """Fit the trees that ship and write them; the cross-validated log-odds (rows, 4) of the written rows."""
    count = len(features)  # the features of words come first, those of meanings after them
    written, made_up = written._replace(x=written.x[:, :count]), made_up._replace(x=made_up.x[:, :count])
    scores = out_of_fold(written, made_up)
    divisor = temperature(scores, written.y)
    certainty = softmax((scores / divisor).astype(np.float32)).max(1)
    data = {
        "version": name,
        "source": "training/fit_features.py on training/answers (splits fit and tune)",
        "verdicts": len(written.y),
        "features": list(features),
        "band": round(float(np.quantile(certainty, UNGRADED)), 3),
        "temperature": round(divisor, 3),
        **exported(fitted([written, made_up])),
    }
    path.write_text(json.dumps(data, separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"{name}: cross-validated {told(written, scores)}; temperature {divisor:.2f}, band {data['band']}, "
          f"{path.stat().st_size / 1e6:.2f} MB, {len(data['roots'])} trees of depth {data['depth']}", flush=True)  # fmt: skip
    return scores


def told(rows: Rows, scores: NDArray[Any]) -> str:
    """How far these log-odds agree with the labels, in words."""
    names = np.array([str(verdict) for verdict in VERDICTS])
    return agreement(list(names[rows.y]), list(names[scores.argmax(1)]), list(rows.groups)).line


def main(root: Path = ROOT) -> None:
    measured, corpus = Measured(), Corpus(root)
    answers = corpus.split("fit", "tune")
    written, made_up = written_rows(answers, measured), made_up_rows(answers, measured)
    print(f"{len(written.y)} written and {len(made_up.y)} made-up rows", flush=True)
    fit("trees-3", FEATURES, written, made_up, FAST_FILE)
    scores = fit("trees-3", Measured.names, written, made_up, WHOLE_FILE)
    of_tune = np.array([corpus.split_of(a) == "tune" for a in answers for _ in a.verdicts])
    tune = _some(written, of_tune)
    encoder = Encoder(*shipped_weights())
    heard = np.concatenate([encoder.scores(a.rubric, Answer(a.text).clean) for a in corpus.split("tune")])
    blend = choose_blend(scores[of_tune], heard, tune)
    BLEND_FILE.write_text(json.dumps({"version": "encoder-3", **blend}) + "\n", encoding="utf-8")


def choose_blend(trees: NDArray[np.float64], heard: NDArray[np.float32], rows: Rows) -> dict[str, float]:
    """How much the encoder counts beside the trees, the temperature and the band, by likelihood."""
    found = []
    for weight in np.arange(0, 1.01, 0.1):
        scores = blended(trees.astype(np.float32), heard, float(weight))
        divisor = temperature(scores, rows.y)
        chances = softmax(scores / np.float32(divisor))
        loss = -float(np.log(chances[np.arange(len(rows.y)), rows.y]).mean())
        band = float(np.quantile(chances.max(1), UNGRADED))
        found.append((loss, float(weight), divisor, band))
        print(f"encoder weight {weight:.1f}: {told(rows, scores)}, loss {loss:.3f}", flush=True)
    _, weight, divisor, band = min(found)
    return {"weight": round(weight, 2), "temperature": round(divisor, 3), "band": round(band, 3)}


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
