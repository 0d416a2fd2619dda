"""How well the library is found by a voice, measured on the user's own imitations.

An imitation is a file that says what it imitates: by the folder it lies in or by its own name, which is a tag (`kick`,
`kick 3.wav`) or the name of a sound of the library (`KSHMR_Snr_07.wav`). Each is searched for, and the place counts at
which the first right sound comes; chance is worked out for the same number of right sounds in a list by luck.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, select

from ..audio.files import AUDIO_SUFFIXES, read_mono
from ..errors import AudioError, LibraryError
from ..imitating import LONGEST_S, best, fits, interpret, voice_model
from .by_voice import Shelf, hear_strokes, stock, traits_of
from .library import Library
from .paths import printable
from .tables import assignments, files
from .tags import find_tag, with_kinds
from .words import phrase, split_words

FIRST = 10
"""How many sounds of a list people look at."""


@dataclass(frozen=True)
class Trial:
    """One imitation.

    Args:
        name: of its file.
        wanted: the tag or the sound that it imitates.
        kind: `tag` or `sound`.
        heard: the class that was heard.
        rank: place of the first right sound, from 1.
        right: sounds that would be right.
        among_first: right ones among the first ten.
        by_chance: mean reciprocal rank, share of a right first sound and of a right one among ten, in a list by luck.
    """

    name: str
    wanted: str
    kind: str
    heard: str
    rank: int
    right: int
    among_first: int
    by_chance: tuple[float, float, float]


@dataclass(frozen=True)
class VoiceScore:
    """What came of all imitations.

    Args:
        trials: each of them.
        refused: files that could not be used, with the reason.
        sounds: how many were searched.
        top_1: share whose first sound is right.
        top_10: share with a right one among ten.
        reciprocal_rank: mean of one over the rank.
        chance_1: `top_1` by luck.
        chance_10: `top_10` by luck.
        chance_reciprocal_rank: by luck.
    """

    trials: tuple[Trial, ...]
    refused: tuple[tuple[str, str], ...]
    sounds: int
    top_1: float
    top_10: float
    reciprocal_rank: float
    chance_1: float
    chance_10: float
    chance_reciprocal_rank: float

    def as_dict(self) -> dict[str, Any]:
        """Return the score for JSON."""
        return asdict(self)


def score_voice(library: Library, folder: Path) -> VoiceScore:
    """Search the library by each imitation of a folder, and return how high the right sounds came.

    Args:
        library: its tags say which sounds are right.
        folder: of imitations, with a subfolder for each tag, or files named after tags or sounds.
    Raises:
        LibraryError: it is no folder, or nothing in it can be used.
    """
    if not folder.is_dir():
        raise LibraryError(f"{printable(str(folder))} is no folder: name one of recordings of your voice")
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in AUDIO_SUFFIXES and path.is_file())
    trials: list[Trial] = []
    refused: list[tuple[str, str]] = []
    with library.catalogue.read() as connection:
        shelf = stock(library, connection, "", voice_model())
        for path in paths:
            try:
                trials.append(_try(connection, shelf, path, folder))
            except (AudioError, LibraryError) as error:
                refused.append((printable(str(path.relative_to(folder))), str(error)))
    if not trials:
        reason = f"; the first: {refused[0][0]}: {refused[0][1]}" if refused else ""
        raise LibraryError(
            f"no imitation in {printable(str(folder))} can be used ({len(paths)} sounds are there){reason}"
        )
    return _score(trials, refused, len(shelf.ids))


def chance_of(right: int, sounds: int) -> tuple[float, float, float]:
    """Return the mean reciprocal rank of the first right sound in a list by luck, and how often it is among 1 and 10.

    Args:
        right: how many are right, at least 1.
        sounds: how many there are.
    """
    ranks = np.arange(1, sounds - right + 2, dtype=np.float64)
    # None of the first r - 1 is right, then one is: a product of shares, taken as sums of logarithms.
    missed = np.concatenate([[0.0], np.cumsum(np.log1p(-right / (sounds - ranks[:-1] + 1)))])
    share = np.exp(missed) * right / (sounds - ranks + 1)
    return float((share / ranks).sum()), float(share[0]), float(share[:FIRST].sum())


def _try(connection: Connection, shelf: Shelf, path: Path, folder: Path) -> Trial:
    kind, wanted, right = _wanted(connection, shelf, path, folder)
    sound = read_mono(path, mix="mean", max_duration_s=LONGEST_S)
    strokes = hear_strokes(sound)
    model = voice_model()
    meant = interpret(traits_of([(one.waveform, sound.sample_rate) for one in strokes]), model)
    order = best(fits(meant, shelf.traits, shelf.classes, model), len(shelf.ids))
    is_right = right[order]
    heard = model.mouth.classes[int(meant.shares.argmax())]
    chance = chance_of(int(right.sum()), len(right))
    name = printable(str(path.relative_to(folder)))
    counts = (int(is_right.argmax()) + 1, int(right.sum()), int(is_right[:FIRST].sum()))
    return Trial(name, wanted, kind, heard, *counts, chance)


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
        right = np.isin(shelf.ids, _sounds_tagged(connection, with_kinds(connection, tag)))
        if not right.any():
            raise LibraryError(f"no sound of the library has the tag {' '.join(words)!r}: tag some, or `library hear`")
        return "tag", " ".join(words), right
    known = " or ".join(repr(name) for name in names)
    raise LibraryError(f"{known} is no tag and no sound of the library: name the file after what it imitates")


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


def _score(trials: list[Trial], refused: list[tuple[str, str]], sounds: int) -> VoiceScore:
    ranks = np.array([one.rank for one in trials])
    chances = np.array([one.by_chance for one in trials]).mean(axis=0)
    return VoiceScore(
        trials=tuple(trials),
        refused=tuple(refused),
        sounds=sounds,
        top_1=round(float((ranks == 1).mean()), 4),
        top_10=round(float((ranks <= FIRST).mean()), 4),
        reciprocal_rank=round(float((1.0 / ranks).mean()), 4),
        chance_1=round(float(chances[1]), 4),
        chance_10=round(float(chances[2]), 4),
        chance_reciprocal_rank=round(float(chances[0]), 4),
    )
