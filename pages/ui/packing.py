"""Text packed into few characters that a link may carry."""

import base64
import zlib

from pages.ui.parameters import PACKED


def packed(text: str) -> str:
    """A text as characters of a link.

    >>> unpacked(packed("a lesson"), 100)
    'a lesson'
    """
    content = zlib.compress(text.encode("utf-8", "surrogatepass"), 9)
    return PACKED + base64.urlsafe_b64encode(content).decode("ascii").rstrip("=")


def unpacked(raw: str, most: int) -> str:
    """The text again.

    Raises
    ------
    ValueError
        It was not packed so, or is longer than `most` bytes: nothing larger is ever made of it.
    """
    body = raw.removeprefix(PACKED)
    try:
        content = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
        reader = zlib.decompressobj()
        text = reader.decompress(content, most)
        if not reader.eof:
            raise ValueError("it is too long, or a part of it is missing")
        return text.decode("utf-8", "surrogatepass")
    except (zlib.error, UnicodeDecodeError) as error:
        raise ValueError("a part of it is missing") from error
