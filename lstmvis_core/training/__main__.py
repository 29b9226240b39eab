"""Command line: ``python -m lstmvis_core.training zoo/prose --data warpeace_input.txt``."""

import argparse
import sys
from pathlib import Path

from lstmvis_core.errors import HiddenStatesError
from lstmvis_core.training.datasets import DATASETS, NEED_NO_FILE
from lstmvis_core.training.recipe import read_recipe
from lstmvis_core.training.run import train


def main() -> None:
    """Train the model of a folder."""
    parser = argparse.ArgumentParser(
        prog="python -m lstmvis_core.training",
        description="Train a model by the recipe in its folder.",
    )
    parser.add_argument("folder", type=Path, help="model folder with a recipe.toml")
    parser.add_argument("--data", type=Path, help="file or folder of the recipe's data set")
    parser.add_argument("--log-every", type=int, default=500, help="steps between lines")
    arguments = parser.parse_args()
    if arguments.log_every < 1:
        parser.error(f"--log-every is 1 or more, not {arguments.log_every}")
    try:
        recipe = read_recipe(arguments.folder)
        if recipe.dataset not in DATASETS:
            parser.error(f"the data sets are {', '.join(DATASETS)}; not {recipe.dataset!r}")
        read = DATASETS[recipe.dataset]
        if arguments.data is None and recipe.dataset not in NEED_NO_FILE:
            parser.error(f"give the data set with --data: {(read.__doc__ or '').splitlines()[0]}")
        train(arguments.folder, read(recipe, arguments.data), arguments.log_every)
    except (HiddenStatesError, OSError) as error:
        sys.exit(f"{error}")
    except (UnicodeDecodeError, IndexError) as error:
        sys.exit(f"{arguments.data} is not the data set that the recipe names: {error}.")


if __name__ == "__main__":
    main()
