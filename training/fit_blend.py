"""Choose on the tune split how much the encoder's word counts beside the trees', the temperature and the band.

    python -m training.fit_blend

The trees are fitted here to `fit` alone, so that neither voice has seen what decides between them.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from interviewer.judges.encoder import Encoder
from interviewer.judges.local import BLEND_FILE
from interviewer.judges.trees import VERDICTS, log_softmax, softmax
from training.data import ROOT, Corpus, Verdicts
from training.figures import agreement
from training.fit_features import UNGRADED, Measured, fitted, made_up_rows, temperature, written_rows

WEIGHTS = np.arange(0, 1.01, 0.1)


def encoder_scores(encoder: Encoder, answers: list[Verdicts]) -> NDArray[np.float32]:
    return np.concatenate([encoder.scores(a.rubric, a.text) for a in answers])


def main(root: Path = ROOT) -> None:
    corpus, measured = Corpus(root), Measured()
    fit, tune = corpus.split("fit"), corpus.split("tune")
    rows = written_rows(tune, measured)
    trees = fitted([written_rows(fit, measured), made_up_rows(fit, measured)]).predict(rows.x, raw_score=True)
    voices = log_softmax(trees.astype(np.float32)), log_softmax(encoder_scores(Encoder(), tune))
    names = np.array([str(verdict) for verdict in VERDICTS])
    found = []
    for weight in WEIGHTS:
        scores = (1 - weight) * voices[0] + weight * voices[1]
        how = agreement(list(names[rows.y]), list(names[scores.argmax(1)]), list(rows.groups))
        loss = -float(np.log(softmax(scores / temperature(scores, rows.y)))[np.arange(len(rows.y)), rows.y].mean())
        print(f"encoder weight {weight:.1f}: {how.line}, loss {loss:.3f}")
        found.append((loss, float(weight)))
    weight = min(found)[1]
    scores = (1 - weight) * voices[0] + weight * voices[1]
    divisor = temperature(scores, rows.y)
    band = float(np.quantile(softmax(scores / divisor).max(1), UNGRADED))
    chosen = {
        "version": "encoder-1",
        "weight": round(weight, 2),
        "temperature": round(divisor, 3),
        "band": round(band, 3),
    }
    BLEND_FILE.write_text(json.dumps(chosen) + "\n", encoding="utf-8")
    print(chosen)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
