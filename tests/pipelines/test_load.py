"""Which pipelines there are: the embedded one, and what is installed."""

import subprocess
import sys
from pathlib import Path

import pytest

from lstmvis_core import TrackError, list_models, list_pipelines, load_pipeline
from lstmvis_core.pipelines import load
from lstmvis_core.pipelines.load import PIPELINES
from lstmvis_core.tracks.language import UPOS

ROOT = Path(__file__).parents[2]


def test_the_embedded_pipeline_comes_first_and_is_no_model():
    assert list_pipelines()[0] == "en_tiny"
    assert not {"pipelines", "en_tiny"} & set(list_models())


def test_the_embedded_pipeline_is_small():
    size = sum(path.stat().st_size for path in PIPELINES.rglob("*") if path.is_file())
    assert size <= 8_000_000


def test_a_pipeline_is_loaded_once():
    assert load_pipeline("en_tiny") is load_pipeline("en_tiny")


def test_an_installed_pipeline_is_found_by_its_name(tmp_path: Path, monkeypatch):
    package = tmp_path / "en_core_web_sm"
    package.mkdir()
    (package / "__init__.py").write_text(
        "from pathlib import Path\n"
        "import spacy\n"
        f"def load(**options): return spacy.load(Path({str(PIPELINES / 'en_tiny')!r}), **options)\n"
    )
    info = tmp_path / "en_core_web_sm-3.8.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: en_core_web_sm\nVersion: 3.8.0\n")
    (info / "entry_points.txt").write_text("[spacy_models]\nen_core_web_sm = en_core_web_sm\n")
    monkeypatch.syspath_prepend(tmp_path)
    load._load.cache_clear()
    assert "en_core_web_sm" in list_pipelines()
    pipeline = load_pipeline("en_core_web_sm")
    assert pipeline.name == "en_core_web_sm"
    assert [word for _, _, word in pipeline.read("A dog", lambda doc: doc[1].pos_)] == ["NOUN"]
    load._load.cache_clear()


@pytest.mark.parametrize("name", ["en_core_web_sm", "no such", "../en_tiny", "", "x" * 1000])
def test_what_is_not_here_says_what_is_and_how_to_get_more(name: str):
    with pytest.raises(TrackError, match="there are en_tiny.*spacy download en_core_web_sm"):
        load_pipeline(name)


def test_a_damaged_pipeline_is_a_sentence(tmp_path: Path, monkeypatch):
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "meta.json").write_text("{}")
    monkeypatch.setattr(load, "PIPELINES", tmp_path)
    with pytest.raises(TrackError, match="broken cannot be loaded"):
        load_pipeline("broken")


def test_spacy_is_imported_only_when_a_track_asks_for_it():
    code = (
        "import sys, lstmvis_core as lv; lv.tracks_of(lv.load_model('parens'));"
        "print('spacy' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (run.stdout, run.stderr) == ("False\n", "")


def test_the_card_has_a_row_for_every_label_and_the_licences_of_the_data():
    card = (PIPELINES / "en_tiny" / "README.md").read_text("utf-8")
    pipeline = load_pipeline("en_tiny")
    for label in (*UPOS, *pipeline.entities):
        assert f"\n| {label} | " in card
    for licence in ("CC BY 4.0", "CC BY-SA 3.0", "CC BY-SA 4.0"):
        assert licence in card
