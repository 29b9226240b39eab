"""Documents and models that several tests look at."""

import torch

from lstmvis_core import ModelConfig, SequenceModel, Vocabulary

DOCUMENTS = ("(a b) (c (b.))\nab" * 3, "b", "", "(ab.)" * 4, "a" * 16)
LABELS = ("in", "out", "between")


def labelling_model(task: str, cell: str = "lstm", bidirectional: bool = False) -> SequenceModel:
    """A small tagger or classifier of three labels with random weights."""
    vocabulary = Vocabulary.from_text("abc() .\n")
    config = ModelConfig(
        cell, len(vocabulary), 3, 5, 2, task=task, labels=LABELS, bidirectional=bidirectional
    )
    generator = torch.Generator().manual_seed(3)
    model = SequenceModel(config, vocabulary)
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.8, generator=generator)
    return model.eval().requires_grad_(False)
