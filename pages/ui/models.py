"""Which model is in use: its name for people, switching to another, and one telling unit of it."""

from dataclasses import replace
from typing import Any

import numpy as np
import streamlit as st

import lstmvis_core as lv
from lstmvis_core.zoo import HUB
from pages.ui import cached, projects, session
from pages.ui.link import default_corpus, first_example
from pages.ui.network import is_project
from pages.ui.parameters import LAST, MAX_TEXT, NO_CLUSTER
from pages.ui.view import FIRST_MODEL, View
from pages.ui.words import count, plain

FROM_HUB = "models_of_the_hub"  # loaded in this session
USUAL_SIZE = {"character": 60, "word": 20, "symbol": 20}  # tokens in view
MOSTLY_UNKNOWN = 0.5  # share of a text, beyond which it says nothing to a model
TASK_NAMES = {
    "language-model": "predicts the next token",
    "tagger": "labels each token",
    "classifier": "judges a text",
}


def model_name(id: str) -> str:
    """A model's id as people read it: without the commit, with the step of a checkpoint.

    >>> model_name("hub:somebody/tales@0123456789012345678901234567890123456789")
    'somebody/tales'
    >>> model_name("prose-epochs@200")
    'prose-epochs, after 200 steps'
    """
    if is_project(id):
        return f"{projects.project(id).name} (project)"
    name, _, rest = id.removeprefix(HUB).partition("@")
    return name if not rest or id.startswith(HUB) else f"{name}, after {int(rest):,} steps"


def described(id: str) -> str:
    """A model's name with what it is, for a list to choose from."""
    model = loaded(id)
    if isinstance(model, str):
        return model_name(id)
    config = model.config
    what = f"{config.cell.upper()} over {model.vocabulary.level}s, {TASK_NAMES[config.task]}"
    return f"{model_name(id)} · {what}"


def loaded(id: str) -> lv.SequenceModel | str:
    """A model, or the sentence that says why it cannot be used."""
    try:
        return cached.model(id)
    except lv.ModelError as error:
        return f"The model {model_name(id)} cannot be used. {error}"


def embedded() -> list[str]:
    """The models of this project; that which a newcomer sees comes first."""
    return sorted(lv.list_models(), key=lambda id: id != FIRST_MODEL)


def models_to_choose(in_use: str) -> list[str]:
    """The embedded models, those of the Hub that this session has loaded, and the one in use."""
    return list(dict.fromkeys([*embedded(), *st.session_state.get(FROM_HUB, ()), in_use]))


def shelf() -> list[str]:
    """What the zoo shows: the models of the Hub that this session has loaded, and our own."""
    in_use = session.held().model
    others = [in_use] if in_use.startswith(HUB) else []
    return list(dict.fromkeys([*st.session_state.get(FROM_HUB, ()), *others, *embedded()]))


def remember_from_hub(id: str) -> None:
    """Offer a model of the Hub wherever models are chosen in this session; the last one first."""
    known = st.session_state.get(FROM_HUB, ())
    if id not in known:
        st.session_state[FROM_HUB] = (id, *known)


def switched(view: View, id: str) -> tuple[View, str]:
    """The view with another model, and a sentence about what was lost; empty if nothing was.

    The text stays if the model can read most of it. Otherwise its first example is shown.
    """
    if is_project(view.model):
        return first_example(id) or View(model=id, corpus=default_corpus(id)), ""
    model = cached.model(id)
    tokens = model.vocabulary.encode(view.text[:MAX_TEXT])
    if not len(tokens) or tokens.unknown.mean() > MOSTLY_UNKNOWN:
        example = first_example(id)
        if example is not None:
            return example, f"{model_name(id)} cannot read that text; this is one of its examples."
    brought = view.corpus and view.corpus not in lv.list_corpora()
    corpus = view.corpus if brought else default_corpus(id)
    changed = replace(view, model=id, corpus=corpus, exclude=(), pin=(), start=0, end=1, at=0)
    # Another network has other units: Units begins with what was prepared for it.
    changed = replace(changed, unit=0, held=(), dots=(), find="", label="", gate="", step=LAST)
    changed = replace(changed, cut="", tint="", cluster=NO_CLUSTER, words=())
    if model.vocabulary.level == cached.model(view.model).vocabulary.level:
        changed = replace(changed, start=view.start, end=view.end, at=view.at)
    else:  # words need more room than characters
        changed = replace(changed, size=USUAL_SIZE[model.vocabulary.level])
    unknown = int(tokens.unknown.sum())
    if not unknown:
        return changed, ""
    verb = "is" if unknown == 1 else "are"
    return changed, f"{count(unknown, 'token')} of your text {verb} unknown to {model_name(id)}."


@session.uninterrupted
def use(id: str) -> None:
    """Callback: every page uses this model from now on."""
    try:
        view, said = switched(session.held(), id)
    except lv.ModelError as error:
        said = f"{model_name(id)} cannot be used. {error}"
        st.toast(plain(said), icon=":material/error:", duration="long")
        return
    session.show(view)
    if said:
        st.toast(plain(said), icon=":material/info:")


def highlight_of(model: lv.SequenceModel, id: str) -> dict[str, Any]:
    """A telling unit of a model: the prepared one, or that which moves most over a sentence."""
    prepared = cached.about(id).highlight
    if _can_be_shown(prepared, model):
        return prepared
    config = model.config
    text = 'She said: "Bring 3 of the red ones (not the old ones), and come back before dark."'
    layer, kind = len(config.layer_names), lv.KINDS[config.cell][0]
    unit = int(cached.trace(id, text).states(layer, kind).std(axis=0).argmax())
    return {
        "text": text,
        "layer": layer,
        "kind": kind,
        "unit": unit,
        "threshold": 0.5,
        "says": "Of all units of this layer it moves most over a first sentence.",
    }


def _can_be_shown(highlight: dict[str, Any], model: lv.SequenceModel) -> bool:
    """Whether all of it is there and fits the model; it may be a stranger's."""
    types = {"text": str, "layer": int, "kind": str, "unit": int, "says": str}
    number = highlight.get("threshold")
    return (
        all(type(highlight.get(name)) is kind for name, kind in types.items())
        and type(number) in (int, float)
        and len(model.vocabulary.encode(highlight["text"])) > 0
        and 1 <= highlight["layer"] <= len(model.config.layer_names)
        and highlight["kind"] in lv.KINDS[model.config.cell]
        and 0 <= highlight["unit"] < model.config.hidden_size
    )


def readable(model: lv.SequenceModel, text: str) -> bool:
    """Whether a text says something to a model."""
    unknown = model.vocabulary.encode(text[:MAX_TEXT]).unknown
    return len(unknown) > 0 and float(np.mean(unknown)) <= MOSTLY_UNKNOWN
