"""Static word vectors distilled from all-MiniLM-L6-v2 (Apache-2.0): what the model says of each word on its own.

    python -m training.fit_vectors <folder of model.safetensors and tokenizer.json>

Words that share a stem share a vector, the mean of theirs. The first component, which only says how common a word is,
is left out; the next `KEPT` are, as int8. A word's weight comes from its rank in the vocabulary, which runs from the
commonest to the rarest (Zipf: frequency ~ 1/rank, so information ~ log rank).
"""

from __future__ import annotations

import json
import math
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from interviewer.judges.vectors import VECTOR_FILE
from interviewer.words import stem
from training.encoder import CLS, SEP, Encoder

KEPT, BATCH, FIRST_WORD = 96, 512, 1996


def main(source: Path) -> None:
    tokenizer = Tokenizer.from_file(str(source / "tokenizer.json"))
    vocabulary = tokenizer.get_vocab()
    chosen = sorted(
        (n, w) for w, n in vocabulary.items() if n >= FIRST_WORD and w.isalpha() and w.isascii() and len(w) > 1
    )
    model = Encoder.from_minilm(source / "model.safetensors").eval()
    parts = []
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        for at in range(0, len(chosen), BATCH):
            ids = torch.tensor([[CLS, n, SEP] for n, _ in chosen[at : at + BATCH]])
            x, free = model.embedded(ids, torch.arange(3)), torch.zeros(1, 1, 1, 3)
            for layer in model.layers:
                x = layer(x, free)
            parts.append(x.mean(1).float().numpy())
    vectors = np.concatenate(parts)
    vectors -= vectors.mean(0)
    _, _, axes = np.linalg.svd(vectors, full_matrices=False)
    vectors = vectors @ axes[1 : KEPT + 1].T
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    by_stem: dict[str, list[int]] = defaultdict(list)
    for place, (_, word) in enumerate(chosen):
        by_stem[stem(word)].append(place)
    stems = sorted(by_stem)
    merged = np.stack([vectors[by_stem[s]].mean(0) for s in stems])
    merged /= np.linalg.norm(merged, axis=1, keepdims=True)
    ranks = [chosen[by_stem[s][0]][0] - FIRST_WORD for s in stems]
    weights = np.array([math.log(rank + 20) / math.log(30_000) for rank in ranks], dtype=np.float16)
    np.savez_compressed(
        VECTOR_FILE, stems=np.array(" ".join(stems)), weights=weights, vectors=np.round(merged * 127).astype(np.int8)
    )
    print(json.dumps({"stems": len(stems), "bytes": VECTOR_FILE.stat().st_size}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
