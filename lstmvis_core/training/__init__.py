"""Train a model by its recipe: ``python -m lstmvis_core.training zoo/prose --data FILE``.

A recipe says everything but where the data lie, so that anybody can repeat it. Training is seeded,
prints its progress, keeps a checkpoint beside the model and goes on from it when started again.
"""
