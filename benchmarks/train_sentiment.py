"""Learn the weights of feedback.sentiment from the labelled sets that may ship, and write them to its data folder.

    .venv/bin/python -m benchmarks.train_sentiment [--data FOLDER]

The same data gives the same file. What the weights are worth says benchmarks/eval_sentiment.py.
"""

import argparse
import hashlib
from pathlib import Path

import numpy as np
from rich.console import Console

from benchmarks.sentiment_data import ENGLISH, folder, load_english
from benchmarks.sentiment_fit import Learned, learn, prepare
from feedback.sentiment.data import FOLDER
from feedback.sentiment.weights import WEIGHTS

GENERATION = "3"  # raise it when the code reads the same weights differently
STEPS = 127  # a weight is kept as a whole number between -127 and 127
console = Console(stderr=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", help="folder with the labelled sets")
    parser.add_argument("--out", type=Path, default=FOLDER / WEIGHTS)
    options = parser.parse_args()
    shipping = {labelled.name for labelled in ENGLISH if labelled.may_ship}
    comments = [comment for comment in load_english(folder(options.data)) if comment.source in shipping]
    console.log(f"{len(comments)} comments from {len(shipping)} sets")
    data = prepare(comments)
    console.log("learning, with one trade left out at a time for the net")
    write(options.out, learn(data, np.arange(len(comments))))
    console.log(f"{options.out}: {options.out.stat().st_size / 1e6:.2f} MB")


def write(path: Path, learned: Learned) -> None:
    net = learned.net
    stored = {"mean": net.mean, "scale": net.scale, "word_pull": learned.word_pull}
    for name, layer in (("mixing", net.mixing), ("output", net.output), ("context", learned.context)):
        stored[f"{name}_weights"] = layer.weights
        stored[f"{name}_bias"] = layer.bias
    for name, block in learned.blocks.items():
        step = np.abs(block.weights).max() / STEPS
        stored[f"{name}_pieces"] = np.frombuffer("\n".join(block.pieces).encode(), dtype=np.uint8)
        stored[f"{name}_idf"] = block.idf.astype(np.float16)
        stored[f"{name}_weights"] = np.round(block.weights / step).astype(np.int8)
        stored[f"{name}_step"] = np.array(step)
        stored[f"{name}_bias"] = block.bias
    digest = hashlib.sha256(b"".join(value.tobytes() for value in stored.values())).hexdigest()
    np.savez_compressed(path, version=np.array(f"{GENERATION}-{digest[:8]}"), **stored)


if __name__ == "__main__":
    main()
