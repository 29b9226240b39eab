"""The pictures of the model cards: ``python -m docs.curves`` draws every `history.csv`."""

import lstmvis_core as lv
from lstmvis_core.charts import loss_chart
from lstmvis_core.zoo import model_folder


def main() -> None:
    """Draw the curve of every model that has one."""
    for id in lv.list_models():
        history = lv.read_history(id)
        if history:
            path = model_folder(id) / "loss.svg"
            loss_chart(history).chart().properties(width=520).save(str(path))
            print(path.relative_to(path.parents[2]))


if __name__ == "__main__":
    main()
