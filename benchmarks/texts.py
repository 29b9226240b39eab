"""Random texts through every page: does one of them end in a traceback?

``python -m benchmarks.texts --number 10000``. All of Unicode, white space, long words, markup; one
session a page, without a browser. Ends with 1 if there was an exception.
"""

import argparse
import sys
import time
from random import Random

from tests.app.text_boxes import BOXES, Box
from tests.odd_texts import odd_text


def exceptions_of(box: Box, texts: list[str]) -> list[tuple[str, str]]:
    """Of the texts that ended in an exception, which, and what it said."""
    found = []
    at = box.open()
    for text in texts:
        box.put(at, text)
        if at.exception:
            found.append((text, at.exception[0].message))
            at = box.open()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--number", type=int, default=300, help="texts, over all pages")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    random = Random(asked.seed)
    each = -(-asked.number // len(BOXES))
    began, wrong = time.monotonic(), 0
    for box in BOXES:
        start = time.monotonic()
        found = exceptions_of(box, [odd_text(random) for _ in range(each)])
        took = time.monotonic() - start
        print(f"{box.name:28} {each:6,} texts {len(found):4} exceptions {took:7.0f} s", flush=True)
        for text, said in found:
            print(f"    {text[:80]!r} …: {said}")
        wrong += len(found)
    took = time.monotonic() - began
    print(f"{'together':28} {each * len(BOXES):6,} texts {wrong:4} exceptions {took:7.0f} s")
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()
