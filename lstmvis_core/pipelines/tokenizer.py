"""How the embedded pipeline splits a text: as spaCy does, but nearer to the treebank it learns."""

import re
from typing import Any

from spacy.language import Language
from spacy.util import compile_infix_regex, compile_prefix_regex, compile_suffix_regex

# A row of the same sign is one word: "!!!", "....", "-----".
ROW = r"(?P<sign>[!?.,*_=<>~#+-])(?P=sign)+"
NUMBERS = r"\d+(?:[-/.]\d+)+"  # of a telephone, a date


def set_rules(nlp: Language) -> None:
    """Give a pipeline these rules; they are kept in its folder.

    Examples
    --------
    >>> import spacy
    >>> nlp = spacy.blank("en")
    >>> set_rules(nlp)
    >>> [token.text for token in nlp("Call 555-0149 now!!! -----")]
    ['Call', '555-0149', 'now', '!!!', '-----']
    """
    defaults: Any = nlp.Defaults
    tokenizer: Any = nlp.tokenizer
    tokenizer.prefix_search = compile_prefix_regex([ROW, *defaults.prefixes]).search
    tokenizer.suffix_search = compile_suffix_regex([ROW, *defaults.suffixes]).search
    tokenizer.infix_finditer = compile_infix_regex([ROW, *defaults.infixes]).finditer
    tokenizer.token_match = re.compile(NUMBERS).fullmatch
