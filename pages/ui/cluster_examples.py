"""Prepared views of the page Clusters, and what it makes of any view."""

from dataclasses import replace

from pages.ui import cached
from pages.ui.clusters import tints, usual_cut, usual_tint
from pages.ui.link import first_example, from_example
from pages.ui.models import loaded, model_name
from pages.ui.network import Network
from pages.ui.parameters import FEWEST, LAST, NO_CLUSTER
from pages.ui.view import View

_OF_CLUSTERS = ("cut", "method", "clusters", "frequent", "words", "cluster", "other")


def cluster_examples(model: str) -> list[tuple[str, str, View]]:
    """Title, what to look for, and view of each that was prepared for a model."""
    return [
        (str(one["title"]), str(one.get("look_for", "")), from_example(model, one))
        for one in cached.about(model).clusters
    ]


def prepared_clusters(view: View) -> View:
    """The first prepared example in place of a view that nobody has changed yet."""
    first = next((one for *_, one in cluster_examples(view.model)), None)
    usual = first_example(view.model)
    fresh = View()
    untouched = all(getattr(view, name) == getattr(fresh, name) for name in _OF_CLUSTERS)
    if first is None or usual is None or view.text != usual.text or not untouched:
        return view
    return replace(first, large=view.large)


def clustered(view: View) -> View:
    """The view's text as the first prepared example of its model shows one."""
    first = next((one for *_, one in cluster_examples(view.model)), view)
    kept = {"text": view.text, "lines": "\n" in view.text, "large": view.large}
    return replace(first, **kept, step=LAST, words=())


def look_for(view: View) -> str:
    """What to look for in a prepared view, as long as it shows its text, its layers and its cut."""
    for _, sentence, one in cluster_examples(view.model):
        same = ("text", "layer", "kind", "other")
        cut = usual_cut(one.model, one.corpus, one.cut)
        if cut == view.cut and all(getattr(view, name) == getattr(one, name) for name in same):
            return sentence
    return ""


def fit_clusters(view: View, network: Network) -> tuple[View, list[str]]:
    """The nearest view that the page can show, and sentences about what was changed."""
    problems = []
    most = network.units[view.layer - 1]
    number = max(min(view.clusters, most), min(FEWEST, most))
    if number != view.clusters:
        problems.append(f"That layer has {most} units; shown are {number} clusters.")
    cut = usual_cut(view.model, view.corpus, view.cut)
    if view.cut not in ("", cut):
        problems.append(f"{network.id} reads no {view.cut}s; shown is each {cut}.")
    names, tint = tints(view), usual_tint(view)
    if view.tint and view.tint not in names:
        problems.append(f"This corpus has no track {view.tint!r} with labels to colour words by.")
    view, more = _with_usable_other(view)
    return (
        replace(
            view,
            clusters=number,
            cluster=view.cluster if view.cluster < number else NO_CLUSTER,
            cut=cut,
            tint=tint,
        ),
        [*problems, *more],
    )


def _with_usable_other(view: View) -> tuple[View, list[str]]:
    """The second model, if it can be loaded, and a layer that it has."""
    if not view.other:
        return replace(view, other_layer=0), []
    model = loaded(view.other)
    if isinstance(model, str):
        return replace(view, other="", other_layer=0), [model]
    layers = len(model.config.layer_names)
    layer = view.other_layer or layers
    if layer > layers:
        said = [f"{model_name(view.other)} has layers 1 to {layers}; layer {layers} is shown."]
        return replace(view, other_layer=layers), said
    return replace(view, other_layer=layer), []


def beside(view: View) -> View:
    """The view with the second model as its model."""
    kinds = cached.network(replace(view, model=view.other)).kinds
    found = replace(
        view,
        model=view.other,
        layer=view.other_layer,
        kind=view.kind if view.kind in kinds else kinds[0],
        cut=usual_cut(view.other, view.corpus, view.cut),
        cluster=NO_CLUSTER,
    )
    return replace(found, tint=usual_tint(found))
