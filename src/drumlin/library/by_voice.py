"""Finding by voice: what is said is cut into strokes, and each kind of stroke gets a list of sounds. Experimental.

Nothing but what a scan has kept is looked at, so no file is read. Shape letters: `M` sounds, `F` traits, `K` classes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, select

from ..audio.files import MonoSound
from ..errors import PreprocessError
from ..imitating import (
    FACTS,
    Beat,
    Meant,
    Stroke,
    VoiceModel,
    best,
    cut_strokes,
    fits,
    group_alike,
    interpret,
    known_classes,
    measure_traits,
    read_pattern,
    voice_model,
)
from ..units import Array, Waveform
from .facts import measure
from .finding import Found, describe, find_ids
from .library import Library
from .own_voice import read_own_voice
from .picture import SIZES, WHOLE, draw
from .query import parse_query
from .reading import embedder_name
from .tables import assignments, samples, tags

SHOWN = 20
"""Sounds of a list if no other number is said."""

CLASS_TAGS: dict[str, tuple[str, ...]] = {
    "kick": ("kick",),
    "tom": ("tom", "conga", "bongo"),
    "snare": ("snare", "clap"),
    "closed hat": ("closed hat",),
    "open hat": ("open hat", "cymbal", "crash", "ride"),
    "rim": ("rim",),
    "other": ("percussion", "cowbell", "shaker", "tambourine", "bass", "vocal", "effect"),
}
"""Tags that say of which class a sound is, as far as a mouth tells classes apart."""

_ORIGINS = ("user", "imported", "suggested")  # whose word counts first
_MOST_SURE = 0.97


@dataclass(frozen=True)
class VoiceList:
    """The sounds for one kind of stroke.

    Args:
        called: the class that is most probably meant.
        confidence: its probability.
        found: sounds, best first.
        fits: how well each fits, 0 to 1.
    """

    called: str
    confidence: float
    found: tuple[Found, ...]
    fits: tuple[float, ...]


@dataclass(frozen=True)
class Spoken:
    """What was said: a list for each kind of stroke, in order of the first such stroke, and the rhythm."""

    lists: tuple[VoiceList, ...]
    pattern: tuple[Beat, ...]


@dataclass(frozen=True)
class Shelf:
    """What is known of the sounds that may be found: their numbers (M,), traits (M, F), classes (M, K)."""

    ids: NDArray[np.int64]
    traits: Array
    classes: Array


def find_by_voice(library: Library, sound: MonoSound, text: str = "", count: int = SHOWN) -> Spoken:
    """Return the sounds that are meant by what somebody says, and the rhythm in which they are said.

    Args:
        library: loops and silences in it are left out.
        sound: a recording: "boom", or "boom ts ka ts".
        text: a search in words that they must match besides.
        count: how many sounds for each kind of stroke.
    Raises:
        PreprocessError: nothing strikes in it, or it is too long.
        QueryError: the search cannot be read.
    """
    strokes = hear_strokes(sound)
    model = voice_model()
    traits = traits_of([(one.waveform, sound.sample_rate) for one in strokes]) - read_own_voice(library.folder)
    groups = group_alike(traits, model.mouth)
    with library.catalogue.read() as connection:
        shelf = stock(library, connection, text, model)
        members = [np.flatnonzero(np.array(groups) == number) for number in range(max(groups) + 1)]
        lists = [_list(connection, shelf, interpret(traits[rows], model), model, count) for rows in members]
    return Spoken(tuple(lists), read_pattern(strokes, groups))


def hear_strokes(sound: MonoSound) -> tuple[Stroke, ...]:
    """Return the strokes of a recording.

    Raises:
        PreprocessError: there are none, or it is too long.
    """
    strokes = cut_strokes(sound.waveform, sound.sample_rate)
    if not strokes:
        raise PreprocessError('no stroke is heard in it: say "boom" or "ts" close to the microphone, after a moment')
    return strokes


def traits_of(sounds: Sequence[tuple[Waveform, int]]) -> Array:
    """Return the traits of some sounds with their rates, (M, F), as they are measured of a library."""
    rows: list[tuple[Any, ...]] = []
    shapes: list[tuple[Array, Array]] = []
    for waveform, sample_rate in sounds:
        facts = measure(waveform, sample_rate, 1)
        vectors = draw(waveform, sample_rate, facts)
        rows.append(tuple(getattr(facts, name) for name in FACTS))
        shapes.append((vectors["spectrum"], vectors["envelope"]))
    return measure_traits(_columns(rows), *(np.stack(part) for part in zip(*shapes, strict=True)))


def stock(library: Library, connection: Connection, text: str, model: VoiceModel) -> Shelf:
    """Return the one-shots that a search in words finds, with what is known of them.

    Raises:
        QueryError: it cannot be read.
    """
    query = select(samples.c.id, *(samples.c[name] for name in FACTS))
    query = query.where(~samples.c.is_missing, ~samples.c.is_loop, ~samples.c.is_silent)
    known = {row[0]: tuple(row[1:]) for row in connection.execute(query).all()}
    if text.strip():
        known = {one: known[one] for one in find_ids(connection, parse_query(text)) if one in known}
    wanted = np.array(sorted(known), np.int64)
    ids, spectrum = _vectors(library, connection, "spectrum", wanted)
    _, envelope = _vectors(library, connection, "envelope", wanted)
    traits = measure_traits(_columns([known[one] for one in ids.tolist()]), spectrum, envelope)
    shares = _shares(library, connection, ids, traits, model)
    said = _said(connection, {number: row for row, number in enumerate(ids.tolist())})
    return Shelf(ids, traits, known_classes(shares, said, model.drums.classes))


def _list(connection: Connection, shelf: Shelf, meant: Meant, model: VoiceModel, count: int) -> VoiceList:
    scores = fits(meant, shelf.traits, shelf.classes, model)
    rows = best(scores, count)
    found = tuple(describe(connection, shelf.ids[rows].tolist()))
    place = int(meant.shares.argmax())
    shown = tuple(round(float(one), 4) for one in scores[rows])
    return VoiceList(model.mouth.classes[place], round(float(meant.shares[place]), 4), found, shown)


def _shares(
    library: Library, connection: Connection, ids: NDArray[np.int64], traits: Array, model: VoiceModel
) -> Array:
    """Return the classes of sounds: by the ear, where it is the one that the table knows, else by their traits."""
    if embedder_name(library.embedder) != model.ear_name or not len(ids):
        return model.drums.discriminant.shares(traits)
    known, vectors = _vectors(library, connection, WHOLE, ids)
    return model.ear.shares(vectors) if len(known) == len(ids) else model.drums.discriminant.shares(traits)


def _columns(rows: Sequence[tuple[Any, ...]]) -> dict[str, Array]:
    table = np.array(rows, np.float64).reshape(len(rows), len(FACTS))  # None becomes no number
    return {name: table[:, column] for column, name in enumerate(FACTS)}


def _vectors(
    library: Library, connection: Connection, name: str, wanted: NDArray[np.int64]
) -> tuple[NDArray[np.int64], Array]:
    """Return ids and vectors of those of some samples that have one, in order of their ids."""
    kept = [
        (ids[which], block[which])
        for ids, block in library.vectors.blocks(connection, name)
        if (which := np.isin(ids, wanted)).any()
    ]
    if not kept:
        return wanted[:0], np.zeros((0, SIZES[name]), np.float32)
    return np.concatenate([ids for ids, _ in kept]), np.concatenate([block for _, block in kept])


def _said(connection: Connection, rows: dict[int, int]) -> list[tuple[int, str, float]]:
    """Return what tags say of the classes of some samples: their rows, by the most trusted that says anything."""
    class_of = {tag: name for name, names in CLASS_TAGS.items() for tag in names}
    query = select(assignments.c.sample_id, tags.c.name, assignments.c.origin, assignments.c.confidence)
    query = query.join(tags, tags.c.id == assignments.c.tag_id).where(tags.c.name.in_([*class_of, "hat"]))
    told: dict[int, dict[str, dict[str, float]]] = {}
    refused: set[tuple[int, str]] = set()
    for number, tag, origin, confidence in connection.execute(query):
        if confidence <= 0:
            refused.add((number, tag))
        elif number in rows:
            told.setdefault(number, {}).setdefault(origin, {})[tag] = confidence
    said = []
    for number, by_origin in told.items():
        origin = next(one for one in _ORIGINS if one in by_origin)
        for tag, confidence in by_origin[origin].items():
            if (number, tag) not in refused:
                said += [(rows[number], name, min(confidence, _MOST_SURE)) for name in _classes(tag, class_of)]
    return said


def _classes(tag: str, class_of: dict[str, str]) -> tuple[str, ...]:
    return ("closed hat", "open hat") if tag == "hat" else (class_of[tag],)
