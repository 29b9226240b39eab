"""python -m lstmvis_core.zoo: check a model folder, publish it, or make one of other weights."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from lstmvis_core.errors import HiddenStatesError
from lstmvis_core.model import LANGUAGE_MODEL, SequenceModel
from lstmvis_core.zoo.folder import load_folder

RECOMMENDED = {
    "README.md": "the model card",
    "recipe.toml": "how it was trained",
    "examples.toml": "prepared views",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says; 0 if it went well, 1 with a sentence on stderr if not."""
    options = _parser().parse_args(arguments)
    try:
        if options.command == "check":
            _check(options.folder)
        elif options.command == "publish":
            _publish(options.folder, options.repository, options.private)
        else:
            _convert(options)
    except (HiddenStatesError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _check(folder: Path) -> None:
    model = load_folder(folder, folder.resolve().name)
    print(f"{folder} is a valid model: {_describe(model)}.")
    missing = [f"{name} ({what})" for name, what in RECOMMENDED.items() if _lacks(folder, name)]
    if not _lacks(folder, "README.md"):
        from lstmvis_core.zoo.publish import licence  # the client of the Hub takes a second

        missing += [] if licence(folder) else ["a licence in the metadata of README.md"]
    if missing:
        print(f"Recommended but missing: {', '.join(missing)}.")


def _publish(folder: Path, repository: str, private: bool) -> None:
    from lstmvis_core.zoo.publish import publish

    print(publish(folder, repository, private=private))


def _convert(options: argparse.Namespace) -> None:
    from lstmvis_core.zoo.convert import convert

    model = convert(
        options.weights,
        options.vocabulary,
        options.to,
        level=options.level,
        unknown=options.unknown,
    )
    print(f"{options.to} is a valid model: {_describe(model)}.")
    print(f"{model.vocabulary.unknown!r} stands for every token that it does not know.")


def _lacks(folder: Path, name: str) -> bool:
    return not (folder / name).is_file()


def _describe(model: SequenceModel) -> str:
    config = model.config
    layers = "1 layer" if config.layers == 1 else f"{config.layers} layers"
    ways = " in both directions" if config.bidirectional else ""
    task = (
        "" if config.task == LANGUAGE_MODEL else f" {config.task} of {len(config.labels)} labels,"
    )
    return (
        f"{config.cell.upper()},{task} {layers} of {config.hidden_size:,} units{ways}, "
        f"{config.vocabulary_size:,} tokens, {model.parameter_count():,} parameters"
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m lstmvis_core.zoo", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser("check", help="say whether a folder is a valid model")
    check.add_argument("folder", type=Path)
    publish = commands.add_parser("publish", help="upload a folder to the Hugging Face Hub")
    publish.add_argument("folder", type=Path)
    publish.add_argument("repository", metavar="owner/name")
    publish.add_argument("--private", action="store_true")
    convert = commands.add_parser("convert", help="make a folder of a PyTorch state_dict")
    convert.add_argument("weights", type=Path, help=".safetensors, .pt, .pth or .bin")
    convert.add_argument(
        "--vocabulary", type=Path, required=True, help="JSON, or text with one token a line"
    )
    convert.add_argument("--to", type=Path, required=True, metavar="FOLDER")
    convert.add_argument("--level", default="character", choices=("character", "word", "symbol"))
    convert.add_argument("--unknown", help="the token that stands for all others")
    return parser


if __name__ == "__main__":
    sys.exit(main())
