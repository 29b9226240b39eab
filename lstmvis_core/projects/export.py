"""What a model does over a corpus, as a project of LSTMVis."""

from collections.abc import Sequence
from pathlib import Path

from lstmvis_core.cache import Report
from lstmvis_core.corpus import Corpus
from lstmvis_core.model import SequenceModel
from lstmvis_core.projects.write import write_project
from lstmvis_core.states import corpus_states
from lstmvis_core.tracks import USUAL, Options, track_of_corpus


def export_corpus(
    folder: Path | str,
    model: SequenceModel,
    corpus: Corpus,
    states: Sequence[tuple[int, str]] = ((1, "hidden"),),
    tracks: Sequence[str] = (),
    options: Options = USUAL,
    progress: Report | None = None,
) -> Path:
    """Let a model read a corpus and write what it did as a project of LSTMVis.

    Parameters
    ----------
    folder : Path or str
        Where to; must not exist, or be empty.
    model : SequenceModel
    corpus : Corpus
    states : sequence of (int, str)
        Layers, counted from 1, and kinds of state.
    tracks : sequence of str
        Names from `tracks_of` model and corpus.
    options : Options
    progress : callable or None
        Called with a `Progress` while the corpus is read, from 0 to 1 for each entry of `states`
        and `tracks`. It may raise, to interrupt.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    ProjectError
        The folder is not empty or cannot be written.
    SelectionError, TrackError
        The model has no such states or tracks.

    Examples
    --------
    >>> import tempfile, lstmvis_core as lv
    >>> model, corpus = lv.load_model("parens"), lv.Corpus("one", "One", ("(1 (2))",))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     made = lv.export_corpus(f"{folder}/one", model, corpus, [(2, "cell")], ["level"])
    ...     project = lv.open_project(made)
    ...     project.tokens.text, project.track("level").values.tolist()
    ('(1 (2))', [1.0, 1.0, 1.0, 2.0, 2.0, 1.0, 0.0])
    """
    found = {
        (layer, kind): corpus_states(model, corpus, layer, kind, progress) for layer, kind in states
    }
    shown = [track_of_corpus(model, corpus, name, options, progress) for name in tracks]
    about = f"{corpus.title}, read by {model.id or 'a model'}"
    return write_project(
        folder, corpus.title, corpus.tokens(model.vocabulary)[0], found, shown, about
    )
