"""Command line: ``python -m lstmvis_core.pipelines train zoo/pipelines/en_tiny --trees … …``."""

import argparse
from pathlib import Path

import spacy

from lstmvis_core.pipelines.evaluate import accuracy, attachment, evaluate
from lstmvis_core.pipelines.train import train


def main() -> None:
    """Train the pipeline of a folder, or print what its card says of it."""
    parser = argparse.ArgumentParser(
        prog="python -m lstmvis_core.pipelines",
        description="Train a pipeline for parts of speech and entities, or measure it.",
    )
    parser.add_argument("command", choices=["train", "evaluate"])
    parser.add_argument("folder", help="folder of the pipeline, or an installed one")
    parser.add_argument("--trees", type=Path, required=True, help="folder of UD English EWT")
    parser.add_argument("--entities", type=Path, required=True, help="folder of the entity sets")
    parser.add_argument("--part", choices=["test", "dev"], default="test")
    arguments = parser.parse_args()
    if arguments.command == "train":
        train(Path(arguments.folder), arguments.trees, arguments.entities)
        return
    nlp = spacy.load(arguments.folder)
    print("| | precision | recall | F | there |\n|---|---|---|---|---|")
    for score in evaluate(nlp, arguments.trees, arguments.entities, arguments.part):
        numbers = f"{score.precision:.1f} | {score.recall:.1f} | {score.f:.1f}"
        print(f"| {score.what} | {numbers} | {score.there:,} |")
    right = accuracy(nlp, arguments.trees, arguments.part)
    print(f"\nParts of speech of given words: {right:.1f} % right.")
    print(f"Labelled attachment: {attachment(nlp, arguments.trees, arguments.part):.1f} %.")


if __name__ == "__main__":
    main()
