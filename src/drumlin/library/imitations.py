"""Imitations that the user has recorded: files that say what they imitate.

By the folder a file lies in or by its own name, which is a tag (`kick`, `kick 3.wav`) or the name of a sound of the
library (`KSHMR_Snr_07.wav`). Shape letters: `M` sounds of the library, `S` strokes, `F` traits.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, select

from ..audio.files import AUDIO_SUFFIXES, read_mono
from ..errors import AudioError, LibraryError
from ..imitating import LONGEST_S, OTHER, voice_model
from ..units import Array
from .by_voice import Shelf, hear_strokes, traits_of
from .paths import printable
from .tables import assignments, files
from .tags import find_tag, need_tag, with_kinds
from .words import phrase, split_words


@dataclass(frozen=True)
class Imitation:
    """One recording.

    Args:
        name: of its file.
        wanted: the tag or the sound that it imitates.
        kind: `tag` or `sound`.
        right: which sounds of the library would be right, (M,).
        traits: of its strokes, (S, F).
        meant: place of the class of the right sounds among those of the mouth; -1 if they are of another.
    """

    name: str
    wanted: str
    kind: str
    right: NDArray[np.bool_]
    traits: Array
    meant: int


def read_imitations(
    connection: Connection, shelf: Shelf, folder: Path
) -> tuple[list[Imitation], list[tuple[str, str]]]:
    """Return the imitations of a folder, and the files that cannot be used, with the reason.

    Raises:
        LibraryError: it is no folder, or nothing in it can be used.
    """
    if not folder.is_dir():
        raise LibraryError(f"{printable(str(folder))} is no folder: name one of recordings of your voice")
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in AUDIO_SUFFIXES and path.is_file())
    found: list[Imitation] = []
    refused: list[tuple[str, str]] = []
    for path in paths:
        try:
            found.append(_read(connection, shelf, path, folder))
        except (AudioError, LibraryError) as error:
            refused.append((printable(str(path.relative_to(folder))), str(error)))
    if not found:
        reason = f"; the first: {refused[0][0]}: {refused[0][1]}" if refused else ""
        raise LibraryError(
            f"no imitation in {printable(str(folder))} can be used ({len(paths)} sounds are there){reason}"
        )
    return found, refused


def _read(connection: Connection, shelf: Shelf, path: Path, folder: Path) -> Imitation:
    kind, wanted, right = _wanted(connection, shelf, path, folder)
    sound = read_mono(path, mix="mean", max_duration_s=LONGEST_S)
    traits = traits_of([(one.waveform, sound.sample_rate) for one in hear_strokes(sound)])
    return Imitation(printable(str(path.relative_to(folder))), wanted, kind, right, traits, _class(shelf, right))


def imitation_of(connection: Connection, shelf: Shelf, name: str, tag: str, traits: Array) -> Imitation:
    """Return what somebody said for a tag.

    Args:
        connection: to the catalogue.
        shelf: the sounds that are searched.
        name: by which it is told from others.
        tag: that it imitates.
        traits: of its strokes, (S, F).
    Raises:
        MissingError: there is no such tag.
        LibraryError: no sound has it.
    """
    right = _tagged(connection, shelf, need_tag(connection, tag), tag)
    return Imitation(name, tag, "tag", right, traits, _class(shelf, right))


def _class(shelf: Shelf, right: NDArray[np.bool_]) -> int:
    """Return the class of most of the right sounds."""
    model = voice_model()
    name = model.drums.classes[int(shelf.classes[right].sum(axis=0).argmax())]
    return -1 if name == OTHER else model.mouth.classes.index(name)


def _wanted(connection: Connection, shelf: Shelf, path: Path, folder: Path) -> tuple[str, str, NDArray[np.bool_]]:
    """Return what an imitation imitates, and which of the sounds would be right.

    Raises:
        LibraryError: nothing in the library is called so.
    """
    numbers = _sounds_called(connection, path.stem)
    if (right := np.isin(shelf.ids, numbers)).any():
        return "sound", path.stem, right
    names = [path.stem, *(path.parent.name for _ in [0] if path.parent != folder)]
    for name in reversed(names):
        words = [word for word in split_words(name) if not word.isdigit()]
        tag = find_tag(connection, phrase(" ".join(words))) if words else None
        if tag is None:
            continue
        return "tag", " ".join(words), _tagged(connection, shelf, tag, " ".join(words))
    known = " or ".join(repr(name) for name in names)
    raise LibraryError(f"{known} is no tag and no sound of the library: name the file after what it imitates")


def _tagged(connection: Connection, shelf: Shelf, tag: int, name: str) -> NDArray[np.bool_]:
    """Return which sounds have a tag or a kind of it, (M,).

    Raises:
        LibraryError: none has.
    """
    right = np.isin(shelf.ids, _sounds_tagged(connection, with_kinds(connection, tag)))
    if not right.any():
        raise LibraryError(f"no sound of the library has the tag {name!r}: tag some, or `library hear`")
    return right


def _sounds_called(connection: Connection, stem: str) -> Sequence[int]:
    rows = connection.execute(select(files.c.sample_id, files.c.path).where(~files.c.is_missing))
    wanted = printable(stem).casefold()
    return [number for number, path in rows if number is not None and Path(path).stem.casefold() == wanted]


def _sounds_tagged(connection: Connection, tags: set[int]) -> Sequence[int]:
    """Return the sounds that have one of some tags, also as suggested, but for what the user denies."""
    query = select(assignments.c.sample_id, assignments.c.origin, assignments.c.confidence)
    rows = list(connection.execute(query.where(assignments.c.tag_id.in_(sorted(tags)))))
    denied = {number for number, origin, confidence in rows if origin == "user" and confidence <= 0}
    return [number for number, _, confidence in rows if confidence > 0 and number not in denied]
