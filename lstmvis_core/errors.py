"""The one exception tree. A message says what came, what is allowed and what to do.

HiddenStatesError
├── TextError           a text that cannot be read (empty, too long, ...)
├── SelectionError      a selection, threshold or range outside what is defined
├── StatesError         arrays of states that do not fit together
├── CorpusError         a corpus that is missing or malformed
├── ProjectError        a project of LSTMVis that cannot be read or written
├── ClusterError        a cluster that cannot be used, or that lost work for good
├── LessonError         a lesson that cannot be read
└── ModelError          a model that cannot be used
    ├── UnknownModelError     no model of this name
    ├── ModelFolderError      a folder with a missing, truncated or mismatched file
    └── HubError              a repository of the Hub that cannot be had
"""


class HiddenStatesError(Exception):
    """Base of every error that `lstmvis_core` raises on purpose."""


class TextError(HiddenStatesError):
    """A text that cannot be read."""


class SelectionError(HiddenStatesError):
    """A selection, threshold, layer or kind of state outside what is defined."""


class StatesError(HiddenStatesError):
    """Arrays of states that do not fit together."""


class CorpusError(HiddenStatesError):
    """A corpus that is missing or malformed."""


class TrackError(HiddenStatesError):
    """A track that does not exist or cannot be made: a wrong pattern, no such pipeline."""


class ProjectError(HiddenStatesError):
    """A project of LSTMVis that cannot be read or written."""


class ClusterError(HiddenStatesError):
    """A cluster that cannot be used, or that lost work for good."""


class LessonError(HiddenStatesError):
    """A lesson that cannot be read: a missing field, a page or a setting that does not exist."""


class ModelError(HiddenStatesError):
    """A model that cannot be used."""


class UnknownModelError(ModelError):
    """No model of this name."""


class ModelFolderError(ModelError):
    """A model folder with a missing, truncated or mismatched file."""


class HubError(ModelError):
    """A repository of the Hugging Face Hub that cannot be had."""
