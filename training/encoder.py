"""A small BERT in which each point looks into the answer.

The answer, `[CLS] question [SEP] answer [SEP]`, sees itself alone, so it is read once for all points. Each `[CLS] point
[SEP]` sees itself and the answer, never another point: its verdict does not depend on the rest of a rubric. The weights
start from all-MiniLM-L6-v2 (Apache-2.0).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional

WIDTH, HEADS, LAYERS, LONGEST, CLASSES = 384, 12, 6, 320, 4
CLS, SEP = 101, 102


def answer_ids(tokenizer: Tokenizer, question: str, answer: str) -> list[int]:
    """Tokens of an answer after its question; what is beyond `LONGEST` is cut off."""
    asked = tokenizer.encode(question, add_special_tokens=False).ids[:64]
    said = tokenizer.encode(answer, add_special_tokens=False).ids
    return [*[CLS, *asked, SEP, *said][: LONGEST - 1], SEP]


def point_ids(tokenizer: Tokenizer, point: str) -> list[int]:
    return [CLS, *tokenizer.encode(point, add_special_tokens=False).ids[:94], SEP]


class Packed(NamedTuple):
    """Answers with their points one after the other, a row for each answer (batch, length).

    `text` says what a token belongs to: 0 the answer, 1, 2 … the points, -1 padding. `places` starts anew with each text.
    """

    ids: Tensor
    places: Tensor
    text: Tensor
    points: int

    @classmethod
    def of(cls, rows: Sequence[Sequence[list[int]]]) -> Packed:
        """From the token ids of each answer and its points: `[[answer, point, point], …]`."""
        shape = len(rows), max(sum(map(len, row)) for row in rows)
        ids, places, text = torch.zeros(shape).long(), torch.zeros(shape).long(), torch.full(shape, -1)
        for at, row in enumerate(rows):
            count = sum(map(len, row))
            ids[at, :count] = torch.tensor([i for tokens in row for i in tokens])
            places[at, :count] = torch.tensor([n for tokens in row for n in range(len(tokens))])
            text[at, :count] = torch.tensor([n for n, tokens in enumerate(row) for _ in tokens])
        return cls(ids, places, text, max(map(len, rows)) - 1)


class Layer(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.qkv = nn.Linear(WIDTH, 3 * WIDTH)
        self.out = nn.Linear(WIDTH, WIDTH)
        self.norm1 = nn.LayerNorm(WIDTH, eps=1e-12)
        self.up = nn.Linear(WIDTH, 4 * WIDTH)
        self.down = nn.Linear(4 * WIDTH, WIDTH)
        self.norm2 = nn.LayerNorm(WIDTH, eps=1e-12)

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        batch, length, _ = x.shape
        qkv = self.qkv(x).view(batch, length, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
        seen = functional.scaled_dot_product_attention(qkv[0], qkv[1], qkv[2], attn_mask=bias.to(qkv.dtype))
        seen = seen.transpose(1, 2).reshape(batch, length, WIDTH)
        x = self.norm1(x + self.out(seen))
        return self.norm2(x + self.down(functional.gelu(self.up(x))))


class Encoder(nn.Module):
    """Logits over (covered, partial, missing, contradicted) for every point."""

    def __init__(self, vocabulary: int = 30_522) -> None:
        super().__init__()
        self.words = nn.Embedding(vocabulary, WIDTH)
        self.positions = nn.Embedding(512, WIDTH)
        self.types = nn.Embedding(2, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.drop = nn.Dropout(0.1)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.hidden = nn.Linear(3 * WIDTH, WIDTH)
        self.verdict = nn.Linear(WIDTH, CLASSES)

    def embedded(self, ids: Tensor, places: Tensor) -> Tensor:
        """What the lowest layer is given (…, 384), for token ids and their places in their text."""
        return self.norm(self.words(ids) + self.positions(places) + self.types.weight[0])

    def forward(self, packed: Packed) -> Tensor:
        """Logits (batch, most points, 4)."""
        mine, other = packed.text.unsqueeze(2), packed.text.unsqueeze(1)
        seen = ((mine == other) & (other >= 0)) | (other == 0)
        x = self.drop(self.embedded(packed.ids, packed.places))
        bias = torch.where(seen, 0.0, -1e4).unsqueeze(1).to(x.dtype)
        for layer in self.layers:
            x = layer(x, bias)
        points = torch.arange(1, packed.points + 1).view(1, -1, 1)
        belongs = (packed.text.unsqueeze(1) == points).to(x.dtype)
        read = belongs @ x / belongs.sum(2, keepdim=True).clamp(min=1)
        of_answer = (packed.text == 0).to(x.dtype).unsqueeze(1)
        said = (of_answer @ x / of_answer.sum(2, keepdim=True)).expand_as(read)
        return self.verdict(self.drop(functional.gelu(self.hidden(torch.cat([read, said, read * said], dim=2)))))

    @classmethod
    def from_minilm(cls, weights: Path) -> Encoder:
        """The encoder with the weights of all-MiniLM-L6-v2 and a fresh head."""
        given, model = load_file(weights), cls()
        state = model.state_dict()
        top = {"words": "word_embeddings", "positions": "position_embeddings", "types": "token_type_embeddings"}
        for mine, theirs in top.items():
            state[f"{mine}.weight"] = given[f"embeddings.{theirs}.weight"]
        names = {
            "out": "attention.output.dense", "norm1": "attention.output.LayerNorm", "up": "intermediate.dense",
            "down": "output.dense", "norm2": "output.LayerNorm",
        }  # fmt: skip
        for kind in ("weight", "bias"):
            state[f"norm.{kind}"] = given[f"embeddings.LayerNorm.{kind}"]
            for n in range(LAYERS):
                parts = [given[f"encoder.layer.{n}.attention.self.{part}.{kind}"] for part in ("query", "key", "value")]
                state[f"layers.{n}.qkv.{kind}"] = torch.cat(parts)
                for mine, theirs in names.items():
                    state[f"layers.{n}.{mine}.{kind}"] = given[f"encoder.layer.{n}.{theirs}.{kind}"]
        model.load_state_dict(state)
        return model
