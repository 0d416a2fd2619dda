"""How well the library is found by a voice, measured on the user's own imitations, and learned from them if asked to.

Each imitation is searched for, and the place counts at which the first right sound comes: as it comes, by the mouths
that the table was learned from; and tuned to this voice by all the other imitations, so that none is judged by what
was learned from it. Chance is worked out for the same number of right sounds in a list by luck.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..audio.files import MonoSound
from ..imitating import best, fits, interpret, own_offset, voice_model
from ..units import Array
from .by_voice import Shelf, hear_strokes, stock, traits_of
from .imitations import Imitation, imitation_of, read_imitations
from .library import Library
from .own_voice import write_own_voice

FIRST = 10
"""How many sounds of a list people look at."""


@dataclass(frozen=True)
class Trial:
    """One imitation.

    Args:
        name: of its file.
        wanted: the tag or the sound that it imitates.
        kind: `tag` or `sound`.
        heard: the class that was heard, as it comes.
        right: sounds that would be right.
        rank: place of the first right sound, from 1, as it comes.
        tuned_rank: tuned by the other imitations.
    """

    name: str
    wanted: str
    kind: str
    heard: str
    right: int
    rank: int
    tuned_rank: int


@dataclass(frozen=True)
class Figures:
    """Over all imitations: share whose first sound is right, share with a right one among ten, mean of 1 / rank."""

    top_1: float
    top_10: float
    reciprocal_rank: float


@dataclass(frozen=True)
class VoiceScore:
    """What came of all imitations.

    Args:
        trials: each of them.
        refused: files that could not be used, with the reason.
        sounds: how many were searched.
        as_it_comes: by the mouths that the table was learned from.
        tuned: each by what is learned from the others.
        chance: by luck.
        learned: whether this voice is kept from now on.
    """

    trials: tuple[Trial, ...]
    refused: tuple[tuple[str, str], ...]
    sounds: int
    as_it_comes: Figures
    tuned: Figures
    chance: Figures
    learned: bool

    def as_dict(self) -> dict[str, Any]:
        """Return the score for JSON."""
        return asdict(self)


def score_voice(library: Library, folder: Path, *, learn: bool = False) -> VoiceScore:
    """Search the library by each imitation of a folder, and return how high the right sounds came.

    Args:
        library: its tags say which sounds are right.
        folder: of imitations, with a subfolder for each tag, or files named after tags or sounds.
        learn: whether to keep what is learned from all of them, for later searches.
    Raises:
        LibraryError: it is no folder, or nothing in it can be used.
    """
    with library.catalogue.read() as connection:
        shelf = stock(library, connection, "", voice_model())
        imitations, refused = read_imitations(connection, shelf, folder)
    return _score(library, shelf, imitations, refused, learn)


def score_said(library: Library, said: Sequence[tuple[str, Array]], *, learn: bool = False) -> VoiceScore:
    """Score imitations of which nothing is left but their traits, as `score_voice` does those of a folder.

    Args:
        library: its tags say which sounds are right.
        said: of each the tag and the traits of its strokes, (S, F), at least one.
        learn: whether to keep what is learned from all of them, for later searches.
    Raises:
        MissingError: there is no such tag.
        LibraryError: no sound has it.
    """
    numbers: Counter[str] = Counter()
    imitations: list[Imitation] = []
    with library.catalogue.read() as connection:
        shelf = stock(library, connection, "", voice_model())
        for tag, traits in said:
            numbers[tag] += 1
            imitations.append(imitation_of(connection, shelf, f"{tag} {numbers[tag]}", tag, traits))
    return _score(library, shelf, imitations, [], learn)


def hear_said(library: Library, tag: str, sound: MonoSound) -> tuple[Trial, Array]:
    """Return how one imitation of a tag is heard as it comes, and the traits of its strokes, (S, F).

    Raises:
        PreprocessError: nothing strikes in it, or it is too long.
        MissingError: there is no such tag.
        LibraryError: no sound has it.
    """
    traits = traits_of([(one.waveform, sound.sample_rate) for one in hear_strokes(sound)])
    with library.catalogue.read() as connection:
        shelf = stock(library, connection, "", voice_model())
        one = imitation_of(connection, shelf, tag, tag, traits)
    return _try(shelf, [one], 0), traits


def _score(
    library: Library,
    shelf: Shelf,
    imitations: Sequence[Imitation],
    refused: Sequence[tuple[str, str]],
    learn: bool,
) -> VoiceScore:
    trials = tuple(_try(shelf, imitations, place) for place in range(len(imitations)))
    if learn:
        write_own_voice(library.folder, _offset(imitations), len(imitations))
    chances = np.array([chance_of(one.right, len(shelf.ids)) for one in trials]).mean(axis=0)
    return VoiceScore(
        trials=trials,
        refused=tuple(refused),
        sounds=len(shelf.ids),
        as_it_comes=_figures([one.rank for one in trials]),
        tuned=_figures([one.tuned_rank for one in trials]),
        chance=Figures(*(round(float(one), 4) for one in chances)),
        learned=learn,
    )


def chance_of(right: int, sounds: int) -> tuple[float, float, float]:
    """Return how often the first right sound is among 1 and 10 of a list by luck, and its mean reciprocal rank.

    Args:
        right: how many are right, at least 1.
        sounds: how many there are.
    """
    ranks = np.arange(1, sounds - right + 2, dtype=np.float64)
    # None of the first r - 1 is right, then one is: a product of shares, taken as sums of logarithms.
    missed = np.concatenate([[0.0], np.cumsum(np.log1p(-right / (sounds - ranks[:-1] + 1)))])
    share = np.exp(missed) * right / (sounds - ranks + 1)
    return float(share[0]), float(share[:FIRST].sum()), float((share / ranks).sum())


def _try(shelf: Shelf, imitations: Sequence[Imitation], place: int) -> Trial:
    one = imitations[place]
    others = [*imitations[:place], *imitations[place + 1 :]]
    heard, rank = _search(shelf, one, np.zeros(one.traits.shape[1]))
    _, tuned = _search(shelf, one, _offset(others))
    return Trial(one.name, one.wanted, one.kind, heard, int(one.right.sum()), rank, tuned)


def _search(shelf: Shelf, one: Imitation, offset: Array) -> tuple[str, int]:
    """Return the class that is heard, and the rank of the first right sound."""
    model = voice_model()
    meant = interpret(one.traits - offset, model)
    order = best(fits(meant, shelf.traits, shelf.classes, model), len(shelf.ids))
    return model.mouth.classes[int(meant.shares.argmax())], int(one.right[order].argmax()) + 1


def _offset(imitations: Sequence[Imitation]) -> Array:
    model = voice_model()
    usable = [one for one in imitations if one.meant >= 0]
    if not usable:
        return np.zeros(model.mouth.means.shape[1])
    traits = np.stack([one.traits.mean(axis=0) for one in usable])
    return own_offset(traits, np.array([one.meant for one in usable]), model.mouth)


def _figures(ranks: Sequence[int]) -> Figures:
    places = np.array(ranks)
    shares = (places == 1).mean(), (places <= FIRST).mean(), (1.0 / places).mean()
    return Figures(*(round(float(one), 4) for one in shares))
