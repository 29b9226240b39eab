"""A participle that can be graded is an adjective: *a very marked improvement*."""

from typing import Any

from spacy.language import Language

# The training and development parts of English EWT have no verb between one of these and its noun.
DEGREES = ("very", "more", "less", "extremely", "pretty", "quite", "rather", "fairly", "too")


def add_rule(nlp: Language) -> None:
    """Add the rule to a pipeline that has parts of speech and dependencies.

    Examples
    --------
    >>> import spacy
    >>> from spacy.tokens import Doc
    >>> nlp = spacy.blank("en")
    >>> add_rule(nlp)
    >>> doc = Doc(nlp.vocab, ["very", "marked", "change"], pos=["ADV", "VERB", "NOUN"],
    ...           deps=["advmod", "amod", "ROOT"], heads=[1, 2, 2])
    >>> [token.pos_ for token in nlp(doc)]
    ['ADV', 'ADJ', 'NOUN']
    """
    ruler: Any = nlp.add_pipe("attribute_ruler")
    graded = [
        {"LOWER": {"IN": list(DEGREES)}, "DEP": "advmod"},
        {"POS": "VERB", "DEP": "amod"},
    ]
    ruler.add([graded], {"POS": "ADJ"}, index=1)
