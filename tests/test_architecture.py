"""The laws of the house: what may import what, and what is public."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import lstmvis_core

PACKAGE = Path(lstmvis_core.__file__).parent
# Each may import those before it; `charts` may import all of them.
ORDER = (
    "errors",
    "grammars",
    "text",
    "model",
    "cells",
    "layers",
    "trace",
    "evaluation",
    "selection",
    "zoo",
    "corpus",
    "sources",
    "cache",
    "cluster",
    "reading",
    "states",
    "calls",
    "corpus_trace",
    "recording",
    "hooks",
    "outputs",
    "matching",
    "pipelines",
    "tracks",
    "projects",
    "analysis",
    "training",
)
FILES = sorted(PACKAGE.rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    """Full names of the modules a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} has a relative import"
            assert node.module
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def top_level(path: Path) -> set[str]:
    return {name.split(".")[0] for name in imports(path)}


def of_core(path: Path) -> set[str]:
    """Modules of the core that a file imports."""
    parts = [name.split(".") for name in imports(path)]
    return {part[1] for part in parts if part[0] == "lstmvis_core" and len(part) > 1}


def name_of(path: Path) -> str:
    return str(path.relative_to(PACKAGE))


# -- imports -----------------------------------------------------------------------------------


def test_the_order_names_every_module_of_the_core():
    modules = {path.stem for path in PACKAGE.glob("*.py")} - {"__init__"}
    packages = {path.parent.name for path in PACKAGE.glob("*/__init__.py")} - {"charts"}
    assert modules | packages == set(ORDER)


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_the_core_imports_neither_streamlit_nor_pages(path: Path):
    assert top_level(path).isdisjoint({"streamlit", "pages", "app", "tests", "benchmarks"})


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_only_charts_draw(path: Path):
    drawn = {"altair", "pandas", "matplotlib", "plotly"} & top_level(path)
    assert not drawn or path.parent.name == "charts"


@pytest.mark.parametrize("module", ORDER)
def test_imports_inside_the_core_run_one_way(module: str):
    earlier = set(ORDER[: ORDER.index(module)])
    for path in (*PACKAGE.glob(f"{module}.py"), *PACKAGE.glob(f"{module}/*.py")):
        assert of_core(path) <= earlier | {module}, path.name


def test_nothing_in_the_core_imports_charts():
    for path in PACKAGE.glob("*.py"):
        assert "charts" not in of_core(path), path.name


# -- what is public ----------------------------------------------------------------------------

PUBLIC = {name: getattr(lstmvis_core, name) for name in lstmvis_core.__all__}


def test_all_lists_every_public_name_and_no_other():
    names = {
        name
        for name, value in vars(lstmvis_core).items()
        if not name.startswith("_") and not isinstance(value, ModuleType)
    }
    assert set(lstmvis_core.__all__) == names
    assert len(lstmvis_core.__all__) == len(names)


@pytest.mark.parametrize("name", [name for name, value in PUBLIC.items() if callable(value)])
def test_every_public_name_is_documented(name: str):
    value = PUBLIC[name]
    documented = (value.__doc__ or "").strip()
    assert documented
    assert not documented.startswith(f"{name}("), "a dataclass without a docstring of its own"
    methods = vars(value).items() if isinstance(value, type) else []
    for method, function in methods:
        if not method.startswith("_") and callable(function):
            assert (function.__doc__ or "").strip(), f"{name}.{method}"


def test_the_core_works_without_what_draws():
    code = (
        "import sys; sys.modules |= dict.fromkeys(['streamlit', 'altair', 'pandas']);"
        "import lstmvis_core as lv; model = lv.load_model('parens');"
        "print(len(lv.trace_text(model, '(1)').tokens))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=PACKAGE.parent, capture_output=True, text=True
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, "3\n", "")


# -- pages -------------------------------------------------------------------------------------

PAGES = sorted((PACKAGE.parent / "pages").rglob("*.py"))
CALLBACKS = {"on_click", "on_change", "on_select"}


def test_every_chart_goes_to_the_browser_by_figure_and_says_what_it_shows():
    """`figure` cannot be called without words; they must not be the same whatever is drawn."""
    said = []
    for page in PAGES:
        for node in ast.walk(ast.parse(page.read_text("utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in ("vega_lite_chart", "altair_chart"):
                assert page.name == "figure.py", page.name
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "figure":
                said += [word.value for word in node.keywords if word.arg == "alt"]
    assert len(said) > 25
    assert [ast.unparse(alt) for alt in said if isinstance(alt, ast.Constant)] == []


def test_no_callback_can_be_cut_short():
    whole, used = set[str](), set[str]()
    for node in (node for page in PAGES for node in ast.walk(ast.parse(page.read_text("utf-8")))):
        if isinstance(node, ast.FunctionDef):
            if any(ast.unparse(mark).endswith("uninterrupted") for mark in node.decorator_list):
                whole.add(node.name)
        elif isinstance(node, ast.keyword) and node.arg in CALLBACKS:
            value = node.value
            if isinstance(value, ast.Call) and ast.unparse(value.func) == "partial":
                value = value.args[0]
            used.add(ast.unparse(value).split(".")[-1])
    assert used - {"'ignore'"} <= whole
    assert len(used) > 10
