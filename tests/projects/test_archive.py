"""Projects in zip files: opened where they are sound, and never written outside their folder."""

import io
import zipfile
from pathlib import Path

import pytest

import lstmvis_core as lv
from lstmvis_core.projects import archive


def zipped(files: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> io.BytesIO:
    """A zip file with these files."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", compression) as made:
        for name, written in files.items():
            made.writestr(name, written)
    content.seek(0)
    return content


def zip_of(folder: Path, under: str = "") -> bytes:
    """A folder as a zip file, in a folder of it or not."""
    return zipped({under + path.name: path.read_bytes() for path in folder.iterdir()}).getvalue()


@pytest.mark.parametrize("under", ["", "children_book/", "a/b/"])
def test_a_zipped_project_opens_as_the_folder_does(written: Path, tmp_path: Path, under: str):
    folder = lv.unpack_project(io.BytesIO(zip_of(written, under)), tmp_path / "here")
    assert folder == tmp_path / "here" / under
    found, wanted = lv.open_project(folder), lv.open_project(written)
    assert found.tokens.strings == wanted.tokens.strings
    for source in wanted.sources:
        assert (found.states(source.name).values == wanted.states(source.name).values).all()


def test_of_several_projects_the_highest_is_opened(written: Path, tmp_path: Path):
    files = {path.name: path.read_bytes() for path in written.iterdir()}
    both = {f"a/b/{name}": b"name: other" for name in files} | {
        f"c/{n}": f for n, f in files.items()
    }
    assert lv.unpack_project(zipped(both), tmp_path / "here") == tmp_path / "here" / "c"


@pytest.mark.parametrize(
    "name",
    [
        "../lstm.yml",
        "a/../../lstm.yml",
        "/lstm.yml",
        "..\\lstm.yml",
        "C:\\lstm.yml",
        "a:b/lstm.yml",
    ],
)
def test_no_name_leads_out_of_the_folder(tmp_path: Path, name: str):
    with pytest.raises(lv.ProjectError, match="leads out of its folder"):
        lv.unpack_project(zipped({name: b"name: x", "lstm.yml": b""}), tmp_path / "here" / "deep")
    assert [path.name for path in tmp_path.rglob("*")] == []


def test_a_link_is_unpacked_as_a_file_of_its_words(tmp_path: Path):
    content = zipped({"lstm.yml": b"name: x"})
    with zipfile.ZipFile(content, "a") as made:
        link = zipfile.ZipInfo("words.dict")
        link.external_attr = 0o120777 << 16
        made.writestr(link, "/etc/passwd")
    folder = lv.unpack_project(content, tmp_path / "here")
    assert not (folder / "words.dict").is_symlink()
    assert (folder / "words.dict").read_text() == "/etc/passwd"


def test_what_unpacks_to_too_much_ends_early(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(archive, "MOST_BYTES", 3_000_000)
    content = zipped({"lstm.yml": b"name: x", "a.h5": bytes(2_500_000), "b.h5": bytes(50_000_000)})
    with pytest.raises(lv.ProjectError, match=r"more than 0\.003 GB"):
        lv.unpack_project(content, tmp_path / "here")
    assert sum(path.stat().st_size for path in (tmp_path / "here").iterdir()) <= 3_000_000


def test_many_files_are_no_project(tmp_path: Path):
    content = zipped({f"{i}.txt": b"" for i in range(201)} | {"lstm.yml": b""})
    with pytest.raises(lv.ProjectError, match="202 files"):
        lv.unpack_project(content, tmp_path)


def test_a_zip_file_without_settings_is_no_project(tmp_path: Path):
    with pytest.raises(lv.ProjectError, match=r"no lstm\.yml"):
        lv.unpack_project(zipped({"states.h5": b"x"}), tmp_path)


def test_what_is_no_zip_file(written: Path, tmp_path: Path):
    whole = zip_of(written)
    middle = len(whole) // 2
    damaged = whole[: middle - 200] + bytes(400) + whole[middle + 200 :]
    for content in (b"", b"not a zip file", whole[:middle], damaged):
        with pytest.raises(lv.ProjectError, match="no zip file that can be read"):
            lv.unpack_project(io.BytesIO(content), tmp_path / str(len(content)))


def test_other_ways_to_compress_are_refused(tmp_path: Path):
    with pytest.raises(lv.ProjectError, match="other than deflate"):
        lv.unpack_project(zipped({"lstm.yml": b"name: x"}, zipfile.ZIP_LZMA), tmp_path)


def test_a_file_that_is_a_folder_too(tmp_path: Path):
    with pytest.raises(lv.ProjectError, match="cannot be unpacked"):
        lv.unpack_project(zipped({"a": b"", "a/lstm.yml": b"name: x"}), tmp_path)
