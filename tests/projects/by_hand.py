"""A project as LSTMVis documents it, written without a line of ours, and a reader of its rules."""

from pathlib import Path
from typing import Any

import h5py
import numpy as np
import yaml

WORDS = ("<eos>", "the", "cat", "sat", "on", "mat")  # their ids count from 0
IDS = (1, 2, 3, 4, 1, 5, 0, 1, 5, 3)
STEPS = len(IDS)
RAW = np.random.default_rng(7).normal(0, 2, (STEPS, 4)).astype(np.float32)  # before tanh
OUTPUT = np.tanh(RAW[:, :3])
POS = (2, 3, 4, 1, 2, 3, 0, 2, 3, 4)
MOOD = (0.5, -1.5, 0.0, 2.0, 1.0, 0.25, 0.0, 0.0, 0.75, -2.0)
RARITY = (0.0, 0.1, 0.9, 0.8, 0.2, 0.7)  # of each word
TOP = np.array([[1, 2, 3], [2, 3, 4], [3, 4, 5]] * 3 + [[0, 1, 5]])
SCORES = np.log(np.array([[0.6, 0.3, 0.1]] * 9 + [[0.1, 0.3, 0.6]], np.float32))

SETTINGS = """\
name: children books  # project name
description: a few words about a cat

files: # assign files to reference name
  states: cbt_epoch10.h5
  more: more.hdf5
  train: train.h5
  words: words.dict
  pos: pos.h5
  pos_dict: pos.dict.txt
  never_used: is_not_there.h5

word_sequence:
  file: train
  path: word_ids
  dict_file: words

word_embedding: {file: never_used, path: embedding}

states:
  file: states # used as default file
  types: [
    {type: state, layer: 1, path: states1},
    {file: more, type: state, layer: 2, path: deep/states2, unsigned: true, transform: tanh},
    {type: output, layer: 2, path: output2, transform: none}
  ]

meta:
  part_of_speech:
    file: pos
    path: pos
    dict: pos_dict
    vis: {type: discrete, range: dict}
  group:
    file: pos
    path: group
    index: self
    vis: {type: discrete, range: 0...6}
  mood:
    file: more
    path: mood
    vis: {type: scalar, range: [-2, 2]}
  rarity:
    file: more
    path: rarity
    index: word_sequence
    type: general
    vis: {type: scalar}
  guesses:
    file: more
    path: preds
    weights_path: scores
    type: wordvec
    dict: words
    vis: {type: wordvec}
  neighbours:
    file: more
    path: near
    index: word_sequence
    type: wordvec
    vis: {type: wordvec}

etc: {regex_search: false}
"""


def write_settings(folder: Path, **changed: Any) -> None:
    """Write `lstm.yml`; `changed` replaces sections of it, None leaves one out."""
    settings = SETTINGS
    if changed:
        known = {**yaml.safe_load(SETTINGS), **changed}
        settings = yaml.safe_dump({key: value for key, value in known.items() if value is not None})
    (folder / "lstm.yml").write_text(settings, "utf-8")


def write(folder: Path, **changed: Any) -> Path:
    """Write the project, with settings as `write_settings` changes them."""
    folder.mkdir(parents=True, exist_ok=True)
    write_settings(folder, **changed)
    lines = [f"{word} {id}\n" for id, word in enumerate(WORDS)]
    (folder / "words.dict").write_text("".join(lines), "utf-8")
    (folder / "pos.dict.txt").write_text("O 0\nADP 1\nDET 2\nNOUN 3\nVERB 4\n", "utf-8")
    with h5py.File(folder / "train.h5", "w") as file:
        file["word_ids"] = np.array(IDS, np.float32)  # as Torch wrote them
    with h5py.File(folder / "cbt_epoch10.h5", "w") as file:
        file["states1"] = RAW
        file.create_dataset("output2", data=OUTPUT, chunks=(3, 2), compression="gzip")
    with h5py.File(folder / "pos.h5", "w") as file:
        file["pos"] = np.array(POS)
        file["group"] = np.array(POS, np.uint8)
    with h5py.File(folder / "more.hdf5", "w") as file:
        file["deep/states2"] = np.abs(RAW).astype(np.float64)
        file["mood"] = np.array(MOOD)
        file["rarity"] = np.array(RARITY)
        file["preds"] = TOP
        file["scores"] = SCORES
        file["near"] = np.array([[i, (i + 1) % len(WORDS)] for i in range(len(WORDS))])
    return folder


class Oracle:
    """What LSTMVis 2.1 makes of a folder, by the rules of its own code."""

    def __init__(self, folder: Path) -> None:
        self.settings = yaml.safe_load((folder / "lstm.yml").read_text("utf-8"))
        files = self.settings["files"]
        self.h5 = {
            name: h5py.File(folder / file) for name, file in files.items() if file.endswith(".h5")
        }
        self.dicts = {
            name: self._dict(folder / file)
            for name, file in files.items()
            if file.endswith((".dict", ".txt"))
        }

    @staticmethod
    def _dict(path: Path) -> dict[int, str]:
        found = {}
        with path.open("r", encoding="utf-8") as file:
            for line in file:
                if len(line.split()) == 2:
                    word, id = line.split()
                    found[int(id)] = word
                elif line[0] == " ":
                    found[int(line.strip())] = " "
        return found

    def array(self, file: str, path: str) -> h5py.Dataset:
        """The array that its settings call so."""
        found = self.h5[file][path]
        assert isinstance(found, h5py.Dataset)
        return found

    def words(self) -> list[str]:
        """The words, one a time step."""
        sequence = self.settings["word_sequence"]
        words = self.dicts[sequence["dict_file"]]
        ids = np.asarray(self.array(sequence["file"], sequence["path"]))
        return [words[id] for id in ids.tolist()]

    def states(self, entry: dict) -> np.ndarray:
        """States, before tanh."""
        return np.asarray(self.array(self.settings["states"]["file"], entry["path"]))

    def close(self) -> None:
        """Close its files."""
        for file in self.h5.values():
            file.close()
