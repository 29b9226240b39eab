"""Names of files in a project: none of them leads out of its folder."""

from pathlib import Path, PureWindowsPath

from lstmvis_core.errors import ProjectError


def inside(folder: Path, name: str) -> Path:
    """The file of this name in a folder.

    Parameters
    ----------
    folder : Path
    name : str
        A path inside the folder.

    Returns
    -------
    Path

    Raises
    ------
    ProjectError
        It leaves the folder, by ``..``, as an absolute path or through a link; or it is not there.
    """
    parts = PureWindowsPath(name)  # knows the separators and drives of all systems
    path = folder / name
    try:
        leaves = bool(parts.anchor) or ".." in parts.parts
        leaves = leaves or not path.resolve().is_relative_to(folder.resolve())
        there = not leaves and path.is_file()
    except (OSError, RuntimeError, ValueError):  # a name no system takes; links in a circle
        leaves, there = False, False
    if leaves:
        raise ProjectError(
            f"{name[:80]!r} leaves the project. A project names files of its own folder only; "
            "copy the file there."
        )
    if not there:
        raise ProjectError(f"The project {folder.name!r} has no file {name[:80]!r}. Put it there.")
    return path
