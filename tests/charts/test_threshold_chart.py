"""The curve of the number of units over the threshold."""

import pytest
import torch

import lstmvis_core as lv
from lstmvis_core.charts import threshold_chart


@pytest.mark.parametrize(("units", "roof"), [(7, 10), (1024, 1024), (1500, 1500)])
def test_the_axis_has_room_for_all_units(units: int, roof: int):
    rnn = torch.nn.RNN(1, units, bias=False)
    for parameter in rnn.parameters():
        torch.nn.init.ones_(parameter)
    trace = lv.record(rnn, torch.ones(2, 1)).traces[0]
    drawing = threshold_chart(trace, lv.Selection(start=0, end=2), 0.5, None)
    assert drawing.data["curve"]["units"].max() == units
    assert f"[0, {roof}]" in str(drawing.layout)
