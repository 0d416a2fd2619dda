"""The dictionary of descriptors: merged from data, read once.

`descriptors/moods.toml` holds the moods, and each other file a genre with its subgenres. An entry is merged in this
order, later values over earlier ones, tables into tables: `base` of the genre, the subgenre, `set` of the mood, the
genre's own `entries."subgenre_mood"`; numbers under `add` of the mood are added at last. What follows from valence
and arousal alone is worked out here, so that it need not be said twice: the modes, the place in the range of tempi,
the registers.
"""

import math
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from pydantic import ValidationError

from ..errors import DescriptorError
from ..provenance import hash_content
from .checking import explain
from .descriptor import Descriptor
from .scales import MODES

SILENCE = "silence"
"""In place of a descriptor: nothing is played."""

_MODE_WIDTH = 0.42  # spread of brightness around the valence: two neighbouring modes stay likely
_MODE_LEAST = 0.06  # share below which a mode is left out
_TEMPO_SHARE = 0.16  # of the subgenre's range, to both sides of the place that arousal points to


@cache
def load_dictionary() -> Mapping[str, Descriptor]:
    """Return all descriptors by id, in the order of their files.

    Raises:
        DescriptorError: an entry is broken.
    """
    folder = resources.files(__package__) / "descriptors"
    texts = {file.name: file.read_text(encoding="utf-8") for file in folder.iterdir() if file.name.endswith(".toml")}
    moods = tomllib.loads(texts.pop("moods.toml"))
    return merge_dictionary(moods, [tomllib.loads(texts[name]) for name in sorted(texts)])


def find_descriptor(name: str) -> Descriptor:
    """Return a descriptor by id.

    Raises:
        DescriptorError: there is none of that name; the message names the nearest ones.
    """
    dictionary = load_dictionary()
    if name not in dictionary:
        raise DescriptorError(f"descriptor is {name!r}: {nearest_ids(name)}")
    return dictionary[name]


def nearest_ids(name: str) -> str:
    """Return a phrase that names descriptors like `name`."""
    import difflib

    near = difflib.get_close_matches(name, load_dictionary(), n=3, cutoff=0.4)
    hint = f"did you mean {', '.join(near)}? " if near else ""
    return f"{hint}`drumlin descriptors` lists all {len(load_dictionary())}"


def dictionary_hash() -> str:
    """Return the identity of the dictionary, in hex: another one composes other music from the same timeline."""
    return hash_content({name: one.model_dump(mode="json") for name, one in load_dictionary().items()})


def merge_dictionary(moods: Mapping[str, Any], genres: list[dict[str, Any]]) -> dict[str, Descriptor]:
    """Return the entries that moods and genres make.

    Raises:
        DescriptorError: an entry is broken, named twice, or has a mood that is not there.
    """
    entries: dict[str, Descriptor] = {}
    for genre in genres:
        for subgenre, table in genre["subgenres"].items():
            for mood in table["moods"]:
                name = f"{genre['genre']}_{subgenre}_{mood}"
                if mood not in moods or name in entries:
                    raise DescriptorError(f"{name}: its mood is unknown, or it is there twice")
                entries[name] = _entry(name, genre, subgenre, moods[mood])
    return entries


def _entry(name: str, genre: Mapping[str, Any], subgenre: str, mood: Mapping[str, Any]) -> Descriptor:
    table = genre["subgenres"][subgenre]
    mood_name = name.rpartition("_")[2]
    own = genre.get("entries", {}).get(f"{subgenre}_{mood_name}", {})
    merged: dict[str, Any] = {"id": name, "genre": genre["genre"], "subgenre": subgenre, "mood": mood_name}
    for layer in (genre.get("base", {}), table, mood.get("set", {}), own):
        merged = _merge(merged, layer)
    merged = _kept_in_range(_add(merged, mood.get("add", {})))
    del merged["moods"]
    try:
        return Descriptor.model_validate(_follow(merged, mood))
    except ValidationError as error:
        raise DescriptorError(f"{name}: {explain(error)}") from error
    except KeyError as error:
        raise DescriptorError(f"{name}: there is no {error}") from error


def _merge(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        both = isinstance(value, Mapping) and isinstance(merged.get(key), Mapping)
        # A table of weights is a choice: the upper one replaces it.
        merged[key] = _merge(merged[key], value) if both and key not in _WEIGHTS else value
    return merged


_WEIGHTS = frozenset({"meters", "modes", "tonics", "patches", "bars_per_chord", "colours"})


def _add(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    added = dict(below)
    for key, value in above.items():
        added[key] = _add(below.get(key, {}), value) if isinstance(value, Mapping) else below.get(key, 0.0) + value
    return added


def _kept_in_range(merged: dict[str, Any]) -> dict[str, Any]:
    """Return the entry with shares, to which a mood has added, up to 1, and levels of effects not below none."""
    sound, dynamics = dict(merged.get("sound", {})), dict(merged.get("dynamics", {}))
    for table, name in ((sound, "width"), (dynamics, "floor"), (dynamics, "peak")):
        if name in table:
            table[name] = min(max(table[name], 0.0), 1.0)
    for name in ("room_s", "drive_db"):
        sound[name] = max(sound.get(name, 0.0), 0.0)
    return merged | {"sound": {name: round(value, 4) for name, value in sound.items()}, "dynamics": dynamics}


def _follow(merged: dict[str, Any], mood: Mapping[str, Any]) -> dict[str, Any]:
    """Work out what follows from valence and arousal."""
    valence = _clip(mood["valence"] + merged.pop("valence_lean", 0.0))
    arousal = _clip(mood["arousal"] + merged.pop("arousal_lean", 0.0))
    parts = {
        name: part | {"role": part.get("role", name)} for name, part in merged["parts"].items() if not part.get("off")
    }
    for part in parts.values():
        shift = round(3.0 * valence) if part["role"] in ("keys", "pluck", "lead", "pad") else 0
        part["low"], part["high"] = part.get("low", 48) + shift, part.get("high", 72) + shift
    return merged | {
        "valence": valence,
        "arousal": arousal,
        "tempo": _narrow(merged["tempo"], arousal),
        "modes": _choose_modes(merged["modes"], valence),
        "parts": parts,
    }


def _clip(value: float) -> float:
    return round(min(max(value, -1.0), 1.0), 4)


def _narrow(tempo: Mapping[str, float], arousal: float) -> dict[str, float]:
    low, high = tempo["min_bpm"], tempo["max_bpm"]
    reach = _TEMPO_SHARE * (high - low)
    centre = low + reach + (high - low - 2.0 * reach) * (arousal + 1.0) / 2.0
    return {"min_bpm": round(centre - reach, 1), "max_bpm": round(centre + reach, 1)}


def _choose_modes(allowed: Mapping[str, float], valence: float) -> dict[str, float]:
    near = {
        name: weight * math.exp(-(((MODES[name].brightness - valence) / _MODE_WIDTH) ** 2))
        for name, weight in allowed.items()
    }
    total = sum(near.values())
    return {name: round(weight / total, 4) for name, weight in near.items() if weight / total > _MODE_LEAST}
