"""A stand-in for the Hugging Face Hub on loopback, for the real client of huggingface_hub.

It keeps what it serves in memory and answers what the client asks: information about a repository,
files (weights through a redirect to another host, as the Hub does), and all that publishing takes.
"""

import hashlib
import json
import threading
import time
from base64 import b64decode
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self
from urllib.parse import unquote, urlsplit

Files = dict[str, bytes]


@dataclass
class Repository:
    """Its commits, and the branches and tags that name them."""

    commits: dict[str, Files] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    private: bool = False

    def commit(self, files: Files, *names: str) -> str:
        """Add a commit, give it these names, and return its 40 digits."""
        content = hashlib.sha1(str(len(self.commits)).encode())
        for name in sorted(files):
            content.update(name.encode() + hashlib.sha1(files[name]).digest())
        sha = content.hexdigest()
        self.commits[sha] = dict(files)
        self.names |= dict.fromkeys(names, sha)
        return sha

    def resolve(self, revision: str) -> str | None:
        """The commit of a branch, a tag, or the first digits of a commit."""
        if revision in self.names:
            return self.names[revision]
        found = [sha for sha in self.commits if len(revision) >= 7 and sha.startswith(revision)]
        return found[0] if len(found) == 1 else None


class Hub:
    """Serve folders as repositories: ``with Hub({"owner/name": folder}) as hub: hub.url``.

    Attributes
    ----------
    url : str
        What HF_ENDPOINT is to be.
    log : list of str
        Every request: ``"GET /api/models/owner/name/revision/main"``.
    repositories : dict of str to Repository
    gated : set of str
        Repositories whose files nobody may read.
    status : int or None
        With what every request is answered, such as 503.
    file_status : int or None
        The same, of files only.
    page : bytes or None
        What every request gets, as a portal or a proxy would answer.
    claimed : dict of str to int
        Names and sizes that every listing has beside, or instead of, those that are there.
    sent : float
        The share of a file after which the connection breaks.
    announced : float
        The share of a file that its response holds, and says it holds.
    silent : bool
        Never answer.
    tokens : set of str
        Who may publish.
    """

    def __init__(self, folders: Mapping[str, Path] | None = None) -> None:
        self.log: list[str] = []
        self.repositories: dict[str, Repository] = {}
        self.gated: set[str] = set()
        self.status: int | None = None
        self.file_status: int | None = None
        self.page: bytes | None = None
        self.claimed: dict[str, int] = {}
        self.sent = self.announced = 1.0
        self.silent = False
        self.tokens: set[str] = set()
        self.large: Files = {}  # what came for a commit, by its SHA-256
        self.stopped = threading.Event()
        for name, folder in (folders or {}).items():
            self.add(name, folder)

    def add(self, name: str, folder: Path, *names: str) -> str:
        """Commit the files of a folder to a repository as `main` (or other names)."""
        files = {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in folder.rglob("*")
            if path.is_file()
        }
        repository = self.repositories.setdefault(name, Repository())
        return repository.commit(files, *(names or ("main",)))

    def files(self, name: str, revision: str = "main") -> Files:
        """The files of a commit."""
        repository = self.repositories[name]
        sha = repository.resolve(revision)
        assert sha
        return repository.commits[sha]

    def asked_for(self, part: str) -> bool:
        """Whether any request had this in its address."""
        return any(part in line for line in self.log)

    def __enter__(self) -> Self:
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Answer, self))
        self.server.daemon_threads = True
        port = self.server.server_address[1]
        self.url = f"http://127.0.0.1:{port}"
        self.storage = f"http://localhost:{port}"  # another host, as far as a client can tell
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,))
        self.thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Be gone: connections are refused from now on."""
        if not self.stopped.is_set():
            self.stopped.set()
            self.server.shutdown()
            self.server.server_close()
            self.thread.join()


class _Answer(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"

    def __init__(self, hub: Hub, *arguments: Any) -> None:
        self.hub = hub
        with suppress(ConnectionError):
            super().__init__(*arguments)

    def do_GET(self) -> None:
        self._answer()

    do_HEAD = do_POST = do_PUT = do_GET  # noqa: N815

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing; `Hub.log` has it."""

    def _answer(self) -> None:
        hub, path = self.hub, urlsplit(self.path).path
        self.body = self._read_body()
        hub.log.append(f"{self.command} {unquote(path)}")
        if hub.stopped.is_set():  # a connection that was kept open
            self.close_connection = True
            return
        while hub.silent and not hub.stopped.is_set():
            time.sleep(0.02)
        match [unquote(part) for part in path.strip("/").split("/")]:
            case _ if hub.status:
                self._refuse(hub.status)
            case _ if hub.page is not None:
                self._send(200, hub.page, {})
            case ["api", "models", owner, name]:
                self._tell(f"{owner}/{name}", "main")
            case ["api", "models", owner, name, "revision", revision]:
                self._tell(f"{owner}/{name}", revision)
            case ["api", "models", owner, name, "tree", revision]:
                self._list(f"{owner}/{name}", revision)
            case [owner, name, "resolve", revision, *file]:
                self._resolve(f"{owner}/{name}", revision, "/".join(file))
            case ["storage", digest]:
                self._store(digest)
            case _ if self._may_write():
                self._publish(path)

    def _read_body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    # -- reading -------------------------------------------------------------------------------

    def _find(self, name: str, revision: str) -> tuple[Repository, str] | None:
        repository = self.hub.repositories.get(name)
        if not repository or (repository.private and not self._token()):
            self._refuse(401, "RepoNotFound", "Repository not found")
        elif not (sha := repository.resolve(revision)):
            self._refuse(404, "RevisionNotFound", f"Invalid rev id: {revision}")
        else:
            return repository, sha
        return None

    def _tell(self, name: str, revision: str) -> None:
        if found := self._find(name, revision):
            repository, sha = found
            sizes = {path: len(data) for path, data in repository.commits[sha].items()}
            self._json(
                {
                    "id": name,
                    "sha": sha,
                    "private": repository.private,
                    "gated": "manual" if name in self.hub.gated else False,
                    "siblings": [
                        {"rfilename": path, "size": size, "blobId": "0" * 40}
                        for path, size in (sizes | self.hub.claimed).items()
                    ],
                }
            )

    def _list(self, name: str, revision: str) -> None:
        if found := self._find(name, revision):
            repository, sha = found
            files = repository.commits[sha].items()
            entries = [
                {"type": "file", "path": path, "size": len(data), "oid": "0" * 40}
                for path, data in files
            ]
            self._send(200, json.dumps(entries).encode(), {"Content-Type": "application/json"})

    def _resolve(self, name: str, revision: str, path: str) -> None:
        found = self._find(name, revision)
        if not found:
            return
        repository, sha = found
        data = repository.commits[sha].get(path)
        if self.hub.file_status:
            self._refuse(self.hub.file_status)
        elif name in self.hub.gated:
            self._refuse(401, "GatedRepo", f"Access to model {name} is restricted.")
        elif data is None:
            self._refuse(404, "EntryNotFound", "Entry not found", {"X-Repo-Commit": sha})
        elif path.endswith(".safetensors"):
            digest = hashlib.sha256(data).hexdigest()
            self.hub.large[digest] = data
            headers = {
                "Location": f"{self.hub.storage}/storage/{digest}",
                "X-Linked-Size": str(len(data)),
                "X-Linked-Etag": f'"{digest}"',
                "X-Repo-Commit": sha,
            }
            self._send(302, b"", headers)
        else:
            etag = hashlib.sha1(data).hexdigest()
            self._send_file(data, {"ETag": f'"{etag}"', "X-Repo-Commit": sha})

    def _send_file(self, data: bytes, headers: dict[str, str]) -> None:
        if self.command == "HEAD":
            self._send(200, data, headers)
            return
        data = data[: int(len(data) * self.hub.announced)]
        self._send(200, data, headers, sent=int(len(data) * self.hub.sent))

    # -- publishing ----------------------------------------------------------------------------

    def _token(self) -> bool:
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        return token in self.hub.tokens

    def _may_write(self) -> bool:
        if not self._token():
            self._refuse(401, None, "Invalid credentials in Authorization header")
        return self._token()

    def _publish(self, path: str) -> None:
        lines = [json.loads(line) for line in self.body.splitlines() if line]
        match path.strip("/").split("/"):
            case ["api", "validate-yaml"]:
                self._json({"errors": [], "warnings": []})
            case ["api", "repos", "create"]:
                self._create(lines[0])
            case ["api", "models", _, _, "preupload", _]:
                self._json({"files": list(_upload_modes(lines[0]["files"]))})
            case [_, _, "info", "lfs", "objects", "batch"]:
                self._json({"transfer": "basic", "objects": list(self._places(lines[0]))})
            case ["api", "models", owner, name, "commit", revision]:
                self._commit(f"{owner}/{name}", revision, lines)
            case _:
                self._refuse(404)

    def _create(self, wish: dict[str, Any]) -> None:
        name = f"{wish['organization']}/{wish['name']}"
        answer = {"url": f"{self.hub.url}/{name}", "name": name}
        if name in self.hub.repositories:
            self._json(answer, 409)
            return
        repository = self.hub.repositories[name] = Repository()
        repository.private = wish.get("visibility") == "private" or wish.get("private", False)
        repository.commit({}, "main")
        self._json(answer)

    def _places(self, wish: dict[str, Any]) -> Iterator[dict[str, Any]]:
        for wanted in wish["objects"]:
            place = {"href": f"{self.hub.url}/storage/{wanted['oid']}"}
            yield wanted | {"actions": {"upload": place}}

    def _store(self, digest: str) -> None:
        if self.command == "PUT":
            assert hashlib.sha256(self.body).hexdigest() == digest
            self.hub.large[digest] = self.body
            self._send(200, b"", {})
        else:
            self._send_file(self.hub.large[digest], {"ETag": f'"{digest}"'})

    def _commit(self, name: str, revision: str, lines: list[dict[str, Any]]) -> None:
        repository = self.hub.repositories[name]
        files = dict(repository.commits[repository.names[revision]])
        for line in lines:
            value = line["value"]
            if line["key"] == "file":
                files[value["path"]] = b64decode(value["content"])
            elif line["key"] == "lfsFile":
                files[value["path"]] = self.hub.large[value["oid"]]
        sha = repository.commit(files, revision)
        self._json({"commitUrl": f"{self.hub.url}/{name}/commit/{sha}", "commitOid": sha})

    # -- HTTP ----------------------------------------------------------------------------------

    def _json(self, content: dict[str, Any], status: int = 200) -> None:
        data = json.dumps(content).encode()
        self._send(status, data, {"Content-Type": "application/json"})

    def _refuse(
        self,
        status: int,
        code: str | None = None,
        message: str = "",
        headers: dict[str, str] | None = None,
    ) -> None:
        said = {"X-Error-Code": code} if code else {}
        said |= {"X-Error-Message": message} if message else {}
        self._send(status, b"", said | (headers or {}))

    def _send(
        self, status: int, data: bytes, headers: dict[str, str], sent: int | None = None
    ) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(data)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data[:sent])
        if sent is not None and sent < len(data):
            self.close_connection = True


def _upload_modes(files: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for file in files:
        mode = "lfs" if file["path"].endswith(".safetensors") else "regular"
        yield {"path": file["path"], "uploadMode": mode, "shouldIgnore": False}
