"""Every error that Drumlin raises on purpose.

    DrumlinError
    ├── UsageError               a wrong argument, flag or combination of them
    ├── AudioError               a sound that cannot be used
    │   ├── AudioReadError         the file cannot be decoded
    │   └── PreprocessError        decoded, but empty, silent or not a number
    ├── DatasetError             a folder that is no data set, or a broken one
    │   └── EmptyDatasetError      nothing could be prepared
    ├── InstrumentError          a file that is no instrument
    │   ├── InstrumentVersionError a format version this release does not know
    │   ├── InstrumentUnsafeError  refused before anything in it was run
    │   └── InstrumentCheckError   the stored input/output pair is not reproduced
    ├── NoteError                a note that the instrument cannot play
    ├── RecipeError              an unknown recipe, or one that does not fit the data
    ├── TrainingError            a training that cannot go on
    │   ├── CheckpointError        a checkpoint of something else, or damaged
    │   └── LearningMissingError   torch is not installed
    ├── JudgeError               a network of the judge that is missing, or not the frozen one
    ├── HearingError             the starter ear's network is missing, or not the one of its card
    ├── PackError                a pack of spectrograms, or a tagger, that cannot be made or used
    │   └── ServiceAwayError       the training service does not answer
    ├── ComposeError             music that cannot be composed
    │   ├── DescriptorError        an unknown descriptor, or a broken entry of the dictionary
    │   └── TimelineError          a timeline that contradicts itself or the dictionary; says where in the document
    ├── MissingError             something that was asked for by name and is not there
    ├── JobError                 a job that cannot be started or resumed
    ├── JournalError             a file operation that cannot be done or undone
    ├── LibraryError             a library that cannot be opened or used
    │   ├── LibraryBusyError       another process is changing it
    │   ├── LibraryVersionError    made by a later release
    │   ├── NothingTaughtError     the user has said nothing from which tags could be learned
    │   ├── QueryError             a search that cannot be read; says which part of it
    │   └── SortError              a plan that cannot be made or applied
    └── ServerError              the studio cannot start (port, page, permission)

A message says what was got, what was expected and what to do. The command line turns the tree into exit
codes, the server into HTTP statuses: each in one place.
"""


class DrumlinError(Exception):
    """Anything that Drumlin refuses or cannot do."""


class UsageError(DrumlinError):
    """A wrong argument, flag or combination of them."""


class AudioError(DrumlinError):
    """A sound that cannot be used."""


class AudioReadError(AudioError):
    """The file cannot be decoded."""


class PreprocessError(AudioError):
    """The sound was decoded, but is empty, silent or holds values that are no numbers."""


class DatasetError(DrumlinError):
    """A folder that is no data set, or a broken one."""


class EmptyDatasetError(DatasetError):
    """Nothing could be prepared."""


class InstrumentError(DrumlinError):
    """A file that is no instrument."""


class InstrumentVersionError(InstrumentError):
    """A format version that this release does not know."""


class InstrumentUnsafeError(InstrumentError):
    """Refused before anything in it was run."""


class InstrumentCheckError(InstrumentError):
    """The stored input/output pair is not reproduced."""


class NoteError(DrumlinError):
    """A note that the instrument cannot play."""


class RecipeError(DrumlinError):
    """An unknown recipe, or one that does not fit the data."""


class TrainingError(DrumlinError):
    """A training that cannot go on."""


class CheckpointError(TrainingError):
    """A checkpoint of something else, or a damaged one."""


class LearningMissingError(TrainingError):
    """Torch is not installed: `drumlin add-learning` installs it."""


class JudgeError(DrumlinError):
    """A network of the judge that is missing, or not the one that was frozen."""


class ComposeError(DrumlinError):
    """Music that cannot be composed."""


class DescriptorError(ComposeError):
    """An unknown descriptor, or a broken entry of the dictionary."""


class TimelineError(ComposeError):
    """A timeline that contradicts itself or the dictionary; the message begins with the path in the document."""


class MissingError(DrumlinError):
    """Something that was asked for by name and is not there."""


class JobError(DrumlinError):
    """A job that cannot be started or resumed."""


class JournalError(DrumlinError):
    """A file operation that cannot be done or undone."""


class HearingError(DrumlinError):
    """The starter ear's network is missing, or not the one of its card."""


class PackError(DrumlinError):
    """A pack of spectrograms, or a tagger trained on one, that cannot be made or used."""


class ServiceAwayError(PackError):
    """A training service that does not answer; it may do so later."""


class LibraryError(DrumlinError):
    """A library that cannot be opened or used."""


class LibraryBusyError(LibraryError):
    """Another process is changing the library."""


class LibraryVersionError(LibraryError):
    """A library that was made by a later release."""


class NothingTaughtError(LibraryError):
    """The user has said nothing, or too little, from which tags could be learned."""


class QueryError(LibraryError):
    """A search that cannot be read; the message names the part of it."""


class SortError(LibraryError):
    """A plan of sorting that cannot be made or applied."""


class ServerError(DrumlinError):
    """The studio cannot start: a taken port, a missing page, a missing permission."""
