"""Write the fitted encoder as int8 for the package: one scale for each row of a matrix, the rest as float16.

python -m training.export_encoder <encoder.pt> <folder of model.safetensors and tokenizer.json>
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from interviewer.judges.encoder import ENCODER_FILE, LONGEST_ANSWER
from training.encoder import Encoder


def eight_bits(matrix: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Whole numbers in -127 … 127 and the scale of each row."""
    scale = np.maximum(np.abs(matrix).max(1), 1e-9) / 127
    return np.round(matrix / scale[:, None]).astype(np.int8), scale.astype(np.float32)


def main(fitted: Path, source: Path) -> None:
    """Both bodies share the embeddings of words and places, which were not fitted."""
    state = torch.load(fitted, weights_only=True)
    plain = Encoder.from_minilm(source / "model.safetensors").state_dict()
    state |= {f"sentence.{name}": value for name, value in plain.items() if name.startswith(("norm.", "layers."))}
    values = {name: value.float().numpy() for name, value in state.items()}
    positions = values.pop("positions.weight")[:LONGEST_ANSWER] + values.pop("types.weight")[0]
    shipped: dict[str, NDArray[np.generic]] = {"positions": positions.astype(np.float16)}
    shipped["words"], shipped["words.scale"] = eight_bits(values.pop("words.weight"))
    for name, value in values.items():
        if value.ndim == 2:
            shipped[name], shipped[f"{name}.scale"] = eight_bits(value)
        else:
            shipped[name] = value.astype(np.float32)
    pieces = json.loads((source / "tokenizer.json").read_text(encoding="utf-8"))["model"]["vocab"]
    shipped["vocabulary"] = np.array("\n".join(sorted(pieces, key=pieces.__getitem__)))
    np.savez(ENCODER_FILE, **shipped)
    print(f"{ENCODER_FILE}: {ENCODER_FILE.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
