"""A text of the user's own as a corpus: the bytes of a file, or a file of a Hub data set."""

import codecs
import re
from dataclasses import replace
from pathlib import Path

from lstmvis_core.corpus import Corpus
from lstmvis_core.errors import CorpusError, HubError

MAX_UPLOAD = 5_000_000  # bytes
MAX_CONTROL = 0.01  # share of characters that no text has, but what is decoded wrongly

_BOMS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
_BLANK_LINES = re.compile(r"^(?:[^\S\n]*\n)+", re.MULTILINE)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x84\x86-\x9f]")


def corpus_from_bytes(data: bytes, name: str, *, at_blank_lines: bool = False) -> Corpus:
    """A corpus of a text file in any usual encoding.

    Read as UTF-8 (with a byte order mark or without), as UTF-16 if a byte order mark says so, else
    as Windows-1252, and as Latin-1 where that has no such character. Line ends become LF.

    Parameters
    ----------
    data : bytes
        At most `MAX_UPLOAD`.
    name : str
        Of the file; the title of the corpus.
    at_blank_lines : bool
        Make a document of every paragraph. The blank lines are left out.

    Returns
    -------
    Corpus
        Its id is made of the content: ``own-`` and 12 hexadecimal digits.

    Raises
    ------
    CorpusError
        The file is too large, empty, or no text.

    Examples
    --------
    >>> data = b"one\\r\\ntwo\\r\\n\\r\\nthree"
    >>> corpus_from_bytes(data, "notes.txt", at_blank_lines=True).documents
    ('one\\ntwo\\n', 'three')
    """
    if len(data) > MAX_UPLOAD:
        raise CorpusError(_too_large(name, len(data)))
    text = _decoded(data).replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text or len(_CONTROL.findall(text)) > MAX_CONTROL * len(text):
        raise CorpusError(
            f"{name} does not look like text. Save it as plain text, best in UTF-8, and try again."
        )
    pieces = _BLANK_LINES.split(text) if at_blank_lines else [text]
    documents = tuple(piece for piece in pieces if piece.strip())
    if not documents:
        raise CorpusError(f"{name} is empty. Choose a file with some text in it.")
    corpus = Corpus("own", name, documents)
    return replace(corpus, id=f"own-{corpus.revision}")


def _decoded(data: bytes) -> str:
    for mark, encoding in _BOMS.items():
        if data.startswith(mark):
            # A text that was cut inside a character is still a text.
            return data[len(mark) :].decode(encoding, "replace")
    for encoding in ("utf-8", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


def _too_large(name: str, size: int) -> str:
    return f"{name} has {size / 1e6:,.1f} MB; at most {MAX_UPLOAD / 1e6:.0f} MB are read. Cut it."


# -- from the Hub ------------------------------------------------------------------------------


def load_hub_text(repository: str, filename: str, revision: str | None = None) -> Corpus:
    """A text file of a data set on the Hugging Face Hub.

    Its size is looked at before it is fetched. A full commit that is in the cache needs no
    network; without the network, a branch is the commit that it was when it was last fetched.

    Parameters
    ----------
    repository : str
        ``"owner/name"`` of a data set.
    filename : str
        A path inside it.
    revision : str or None
        A branch, tag or commit; the newest if None.

    Returns
    -------
    Corpus
        One document. Its id, ``hub:owner/name@commit/filename``, names the commit that was read.

    Raises
    ------
    CorpusError
        The Hub did not give the file, or it is too large or no text.
    """
    path, commit = _fetched(repository, filename, revision)
    title = f"{filename} of {repository}"
    if (size := path.stat().st_size) > MAX_UPLOAD:  # another tool may have fetched it
        raise CorpusError(_too_large(title, size))
    corpus = corpus_from_bytes(path.read_bytes(), title)
    return replace(corpus, id=f"hub:{repository}@{commit}/{filename}")


def _fetched(repository: str, filename: str, revision: str | None) -> tuple[Path, str]:
    """Where the file lies in the cache of huggingface_hub, and the commit it is of."""
    # Only here, for the client takes a second to import.
    from huggingface_hub import get_hf_file_metadata, hf_hub_download, hf_hub_url

    from lstmvis_core.zoo import client

    revision = _checked(repository, filename, revision)
    if client.COMMIT.fullmatch(revision) and (found := _cached(repository, filename, revision)):
        return found
    if client.is_offline():
        return _only_cached(repository, filename, revision, "HF_HUB_OFFLINE is set.")
    endpoint = client.endpoint()
    try:
        url = hf_hub_url(
            repository, filename, repo_type="dataset", revision=revision, endpoint=endpoint
        )
        known = get_hf_file_metadata(url, timeout=client.patience(), endpoint=endpoint)
    except Exception as error:
        reason = _sentence(error, repository, filename, revision)
        if client.is_answer(error):
            raise CorpusError(reason) from error
        return _only_cached(repository, filename, revision, reason, error)
    commit, size = str(known.commit_hash), known.size
    if not client.COMMIT.fullmatch(commit) or size is None:
        raise CorpusError(f"The Hub does not say what {filename} of {repository} is.")
    if size > MAX_UPLOAD:
        raise CorpusError(_too_large(f"{filename} of {repository}", size))
    try:
        hf_hub_download(
            repository,
            filename,
            repo_type="dataset",
            revision=commit,
            endpoint=endpoint,
            cache_dir=client.cache_folder(),
            etag_timeout=client.patience(),
            tqdm_class=client.Quiet,
        )
    except HubError as error:
        raise CorpusError(str(error)) from error
    except Exception as error:
        raise CorpusError(client.broken_off(error, f"{filename} of {repository}")) from error
    found = _cached(repository, filename, commit)
    if found is None:
        raise CorpusError(f"{filename} of {repository} is gone from the cache again. Try again.")
    folder = found[0].parents[filename.count("/")]
    client.remember(folder, commit, revision)
    return found


def _cached(repository: str, filename: str, revision: str) -> tuple[Path, str] | None:
    from huggingface_hub import try_to_load_from_cache

    from lstmvis_core.zoo import client

    try:
        found = try_to_load_from_cache(
            repository,
            filename,
            cache_dir=client.cache_folder(),
            revision=revision,
            repo_type="dataset",
        )
    except OSError:  # a cache that cannot be read
        return None
    if not isinstance(found, str):
        return None
    return Path(found), Path(found).parents[filename.count("/")].name


def _only_cached(
    repository: str, filename: str, revision: str, reason: str, error: Exception | None = None
) -> tuple[Path, str]:
    if found := _cached(repository, filename, revision):
        return found
    raise CorpusError(
        f"{reason} The cache does not have {filename} of {repository}. "
        "Try again when the Hub can be reached, or give the file itself."
    ) from error


def _sentence(error: Exception, repository: str, filename: str, revision: str) -> str:
    from huggingface_hub.errors import EntryNotFoundError

    from lstmvis_core.zoo import client

    if isinstance(error, EntryNotFoundError):
        return f"The data set {repository} has no file {filename}. Look it up on its page."
    return client.sentence(error, f"datasets/{repository}", revision)


def _checked(repository: str, filename: str, revision: str | None) -> str:
    """The revision, after a look at all three: they become part of an address and of a path."""
    from lstmvis_core.zoo import client

    parts = filename.split("/")
    if (
        any(part in ("", ".", "..") for part in parts)
        or len(filename) > 300
        or not filename.isprintable()
        or set(filename) & set('\\?#%:*"<>|')
    ):
        raise CorpusError(
            f"{filename[:80]!r} does not name a file of a data set. "
            "That is a path such as data/text.txt."
        )
    try:
        return client.parse_name(repository if revision is None else f"{repository}@{revision}")[1]
    except HubError as error:
        raise CorpusError(
            f"{repository[:80]!r} at {revision or 'its newest revision'!r:.80} is no data set of "
            "the Hub. That is owner/name, and a branch, tag or commit."
        ) from error
