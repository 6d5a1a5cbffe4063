"""Write the fitted encoder as int8 for the package: one scale for each row of a matrix, the rest as float16.

python -m training.export_encoder <encoder.pt> <vocab.txt>
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from interviewer.judges.encoder import ENCODER_FILE, LONGEST_ANSWER


def eight_bits(matrix: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Whole numbers in -127 … 127 and the scale of each row."""
    scale = np.maximum(np.abs(matrix).max(1), 1e-9) / 127
    return np.round(matrix / scale[:, None]).astype(np.int8), scale.astype(np.float32)


def main(weights: Path, vocabulary: Path) -> None:
    state = {name: value.float().numpy() for name, value in torch.load(weights, weights_only=True).items()}
    positions = state.pop("positions.weight")[:LONGEST_ANSWER] + state.pop("types.weight")[0]
    shipped: dict[str, NDArray[np.generic]] = {"positions": positions.astype(np.float16)}
    shipped["words"], shipped["words.scale"] = eight_bits(state.pop("words.weight"))
    for name, value in state.items():
        if value.ndim == 2:
            shipped[name], shipped[f"{name}.scale"] = eight_bits(value)
        else:
            shipped[name] = value.astype(np.float32)
    shipped["vocabulary"] = np.array(vocabulary.read_text(encoding="utf-8").rstrip("\n"))
    np.savez(ENCODER_FILE, **shipped)
    print(f"{ENCODER_FILE}: {ENCODER_FILE.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
