"""spaCy pipelines: the embedded one, spaCy's own; how the embedded one is trained and measured."""
