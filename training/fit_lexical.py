"""Fit the lexical logistic model on SemEval-2013 task 7 (training split), and write what the package ships.

    python training/fit_lexical.py ../shared/data/semeval2013

The data (Dzikovska et al. 2013, CC BY-SA) is not in this repository; six coefficients and word counts are.
A quarter of the questions, chosen by a hash of their id, is held aside: it is never fitted, and the figures that
the package prints come from it alone.
"""

from __future__ import annotations

import json
import sys
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, cohen_kappa_score

from interviewer.agreement.labels import is_held_aside
from interviewer.answer import Answer
from interviewer.judges.features import FEATURES, AnswerView, Idf, features
from interviewer.judges.local import MODEL_FILE
from interviewer.words import content_stems

MIN_COUNT = 3


class Labelled(NamedTuple):
    question_id: str
    question: str
    references: tuple[str, ...]
    answer: str
    correct: bool


def read_semeval(folder: Path) -> list[Labelled]:
    """Every labelled student answer under `folder`."""
    rows = []
    for path in sorted(folder.rglob("*.xml")):
        root = ET.parse(path).getroot()  # a data set that the user chose to download
        question = root.findtext("questionText") or ""
        references = tuple(r.text or "" for r in root.iter("referenceAnswer"))
        for student in root.iter("studentAnswer"):
            correct = student.get("accuracy") == "correct"
            rows.append(Labelled(f"{path.parent.name}/{path.stem}", question, references, student.text or "", correct))
    return rows


def best_features(row: Labelled, idf: Idf) -> list[float]:
    """The features against the reference answer that the answer covers best."""
    view = AnswerView(Answer(row.answer))
    return max((features(ref, row.question, view, idf) for ref in row.references), key=lambda f: (f[2], f[0]))


def main(folder: Path) -> None:
    rows = read_semeval(folder)
    fitted = [row for row in rows if not is_held_aside(row.question_id)]
    measured = [row for row in rows if is_held_aside(row.question_id)]
    counts: Counter[str] = Counter()
    for row in fitted:
        counts.update(content_stems(row.answer))
    idf = Idf(len(fitted), {s: n for s, n in sorted(counts.items()) if n >= MIN_COUNT})
    model = LogisticRegression(max_iter=1000)
    model.fit(np.array([best_features(row, idf) for row in fitted]), [row.correct for row in fitted])
    predicted = model.predict(np.array([best_features(row, idf) for row in measured]))
    truth = [row.correct for row in measured]
    accuracy, kappa = accuracy_score(truth, predicted), cohen_kappa_score(truth, predicted)
    questions = len({row.question_id for row in measured})
    figures = (
        f"{accuracy:.0%} (κ {kappa:.2f}) of {len(measured):,} verdicts on {questions} questions it was not fitted to"
    )
    shipped = {
        "version": "lexical-1",
        "source": "SemEval-2013 task 7, training split (Dzikovska et al. 2013, CC BY-SA 3.0); training/fit_lexical.py",
        "trust": f"The local judge goes by shared words. It agreed with human graders on {figures}: "
        "a hint for practice, not a mark.",
        "intercept": round(float(model.intercept_[0]), 4),
        "weights": {name: round(float(w), 4) for name, w in zip(FEATURES, model.coef_[0], strict=True)},
        "thresholds": {"covered": 0.5, "partial": 0.35},
        "documents": idf.documents,
        "document_counts": dict(idf.counts),
    }
    MODEL_FILE.write_text(json.dumps(shipped, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    print(f"{len(fitted):,} fitted, {len(measured):,} measured: accuracy {accuracy:.3f}, kappa {kappa:.3f}")
    print(shipped["weights"], shipped["intercept"])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
