"""Texts that nobody should have to expect: all of Unicode, white space, long words, markup."""

import sys
from collections.abc import Callable
from random import Random

MARKUP = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</div></code><style>*{display:none}</style>",
    "<!--",
    "]]>&lt;b&gt;&#x0;",
    "$E = mc^2$",
    "$$\\frac{1}{0",
    "[y](http://a.example)",
    "![x](http://a.example/b.png)",
    ":material/delete:",
    ":red[z] :smile:",
    "**bold** _it_ `code` ~~no~~",
    "# head\n- list\n1. one\n> quote\n\n---\n| a | b |\n|---|---|",
    "{{ x }} %s %(a)s {0} ${a} \\n",
    "datum['x']; toString __proto__ constructor",
    "=1+1\t@SUM(A1)",
    "null None NaN undefined -0 1e999 0x1F",
)
# Zero width, joiners, directions, variation, tags, line and paragraph ends, byte order, nothing.
INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f\u061c\u200e\u200f\u202a\u202e\u2066\u2069"
INVISIBLE += "\ufe0f\U000e0041\U000e007f\u2028\u2029\x85\ufffd\uffff\U0010ffff"
BLANKS = " \t\n\r\v\f\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2003\u2028\u2029\u202f\u205f\u3000"
BLOCKS = (
    (0x0300, 0x036F),  # combining marks
    (0x0590, 0x05FF),  # Hebrew
    (0x0600, 0x06FF),  # Arabic
    (0x0900, 0x097F),  # Devanagari
    (0x0E00, 0x0E7F),  # Thai
    (0x1100, 0x11FF),  # Hangul, in parts
    (0x2150, 0x218F),  # fractions and Roman numerals: numbers that are no digits
    (0x3040, 0x30FF),  # Kana
    (0x4E00, 0x9FFF),  # Chinese
    (0x1D400, 0x1D7FF),  # letters and digits of mathematics
    (0x1F300, 0x1FAFF),  # emoji
)
WORDS = (
    "(1",
    "(2",
    "(3",
    "4)",
    '"Go,"',
    "he",
    "said.",
    "can't",
    "12",
    "G",
    "Am",
    "ACGT",
    "def f(x):",
)
LONGEST = 2_600  # characters: more than a page reads


def odd_text(random: Random) -> str:
    """One of them: some pieces of different kinds, now and then none."""
    return "".join(random.choice(_KINDS)(random) for _ in range(random.randint(0, 3)))


def _anything(random: Random) -> str:
    """Any code points but surrogates, which no browser sends."""
    points = (random.randint(0, sys.maxunicode - 0x800) for _ in range(random.randint(1, 40)))
    return "".join(chr(point if point < 0xD800 else point + 0x800) for point in points)


def _of_a_block(random: Random) -> str:
    first, last = random.choice(BLOCKS)
    return "".join(chr(random.randint(first, last)) for _ in range(random.randint(1, 30)))


def _of(letters: str) -> Callable[[Random], str]:
    return lambda random: "".join(random.choices(letters, k=random.randint(1, 20)))


def _long(random: Random) -> str:
    """A word without an end."""
    return random.choice(("a", "(", "e\u0301", "👩‍🚀", "𝕏", '"', "<")) * random.randint(50, LONGEST)


def _marked(random: Random) -> str:
    """Letters under a tower of marks."""
    tower = "".join(chr(random.randint(0x300, 0x36F)) for _ in range(random.randint(1, 60)))
    return random.choice(WORDS) + tower


def _words(random: Random) -> str:
    return " ".join(random.choices(WORDS, k=random.randint(1, 12)))


_KINDS: tuple[Callable[[Random], str], ...] = (
    _anything,
    _of_a_block,
    _of("".join(map(chr, range(0x20))) + "\x7f" + "".join(map(chr, range(0x80, 0xA0)))),
    _of(INVISIBLE),
    _of(BLANKS),
    _long,
    _marked,
    _words,
    lambda random: random.choice(MARKUP),
)
