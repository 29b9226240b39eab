"""Projects in zip files, as people hand them round."""

import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from lstmvis_core.errors import ProjectError
from lstmvis_core.projects.settings import FILENAME

MOST_FILES = 200
MOST_BYTES = 500_000_000  # unpacked
AT_ONCE = 1 << 20  # bytes


def unpack_project(file: Path | str | BinaryIO, folder: Path | str) -> Path:
    """Unpack a zip file with a project of LSTMVis; it may be a stranger's.

    Parameters
    ----------
    file : Path, str or binary file
    folder : Path or str
        Where to; is made if it is not there.

    Returns
    -------
    Path
        The folder that holds `lstm.yml`, for `open_project`.

    Raises
    ------
    ProjectError
        It is no zip file, has no `lstm.yml`, has more than 200 files or 0.5 GB, or one of its names
        leads out of the folder.

    Examples
    --------
    >>> import io, tempfile, zipfile
    >>> content = io.BytesIO()
    >>> with zipfile.ZipFile(content, "w") as archive:
    ...     archive.writestr("cats/lstm.yml", "name: cats")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     unpack_project(content, folder).name
    'cats'
    """
    folder = Path(folder)
    try:
        with zipfile.ZipFile(file) as archive:
            files = [info for info in archive.infolist() if not info.is_dir()]
            names = _names(files)
            root = _root(names)
            left = MOST_BYTES
            for info, name in zip(files, names, strict=True):
                left = _unpack(archive, info, folder / name, left)
    # NotImplementedError: a way of compressing that is not known; RuntimeError: a password
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise ProjectError(
            f"This is no zip file that can be read ({str(error)[:80]}). Zip the folder of the "
            "project again, without a password."
        ) from error
    except OSError as error:
        raise ProjectError(f"The project cannot be unpacked: {error.strerror}.") from error
    return folder / root


def _names(files: list[zipfile.ZipInfo]) -> list[PurePosixPath]:
    """Where each file goes; all of them inside."""
    if len(files) > MOST_FILES:
        raise ProjectError(
            f"The zip file has {len(files):,} files; a project of at most {MOST_FILES} is opened."
        )
    names = []
    for info in files:
        name = PurePosixPath(info.filename)
        bad = set(info.filename) & set('\\:*?"<>|\0')
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise NotImplementedError("a way of compressing other than deflate")
        if name.is_absolute() or ".." in name.parts or bad or not name.parts:
            raise ProjectError(
                f"The zip file has a file {info.filename[:80]!r}, which leads out of its folder or "
                "is no name on every system. Zip the folder of the project itself."
            )
        names.append(name)
    return names


def _root(names: list[PurePosixPath]) -> PurePosixPath:
    """The folder of the settings that lies highest."""
    found = [name.parent for name in names if name.name == FILENAME]
    if not found:
        raise ProjectError(f"The zip file has no {FILENAME}; it is no project of LSTMVis.")
    return min(found, key=lambda folder: len(folder.parts))


def _unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: Path, left: int) -> int:
    """Unpack one file; how many bytes are left. What the archive says of sizes is not believed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(info) as packed, path.open("wb") as unpacked:
        while piece := packed.read(AT_ONCE):
            left -= len(piece)
            if left < 0:
                raise ProjectError(
                    f"The zip file unpacks to more than {MOST_BYTES / 1e9:g} GB. Put the folder on "
                    "the server instead, or leave states out."
                )
            unpacked.write(piece)
    return left
