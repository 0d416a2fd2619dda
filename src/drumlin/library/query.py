"""Searches as people type them: `snare bright <0.3s -loop tag:punchy in:"My Kits"`.

words           in names, folders, what files say, and tags with their synonyms and kinds; each must match
"hi hat"        several words as one
-word           must not match
tag:NAME        has the tag (or a kind of it); tag:none has none
in:FOLDER       lies below a folder of that name
is:WORD         loop, one-shot, silent, clipped, mono, stereo, duplicate
<0.3s           shorter; also >1s, 0.1..0.3s
pitch>100hz     facts: length, pitch, tempo, loudness, peak, brightness, noisiness, decay, attack, channels, rate
bright          also dark, short, long, noisy, tonal, loud, quiet: facts in words, if no name or tag says so; beside
                other words or tags, the brightest third of what these name
"""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from ..errors import QueryError
from .words import split_words

FACTS: Mapping[str, str] = {
    "length": "duration_s",
    "duration": "duration_s",
    "pitch": "pitch_hz",
    "tempo": "tempo_bpm",
    "loudness": "loudness_db",
    "peak": "peak_db",
    "brightness": "brightness",
    "noisiness": "noisiness_db",
    "decay": "decay_s",
    "attack": "attack_s",
    "channels": "channels",
    "rate": "sample_rate",
}
"""Facts by the words of a search."""

_UNITS: Mapping[str, tuple[str, float]] = {
    "s": ("_s", 1.0),
    "ms": ("_s", 1e-3),
    "hz": ("_hz", 1.0),
    "khz": ("_hz", 1e3),
    "db": ("_db", 1.0),
    "bpm": ("_bpm", 1.0),
}
"""What a unit fits (the end of a column's name) and its factor; Hz fits the sample rate too."""

FACT_WORDS: Mapping[str, tuple[str, float | None, float | None]] = {
    "bright": ("brightness", 0.7, None),
    "dark": ("brightness", None, -0.8),
    "short": ("duration_s", None, 0.25),
    "long": ("duration_s", 1.0, None),
    "noisy": ("noisiness_db", 5.0, None),
    "tonal": ("noisiness_db", None, -5.0),
    "loud": ("loudness_db", -12.0, None),
    "quiet": ("loudness_db", None, -26.0),
}
"""Facts in words: column, least and most; of 150 real drums about the upper or the lower third passes each. Beside
words that name what is looked for they mean that third of it: a bright snare is darker than a dark hat."""

STATES = ("loop", "one-shot", "silent", "clipped", "mono", "stereo", "duplicate")

TOLERANCE = 0.03
"""`pitch=100hz` and `120bpm` find what is within 3 %."""

_TOKEN = re.compile(r'\s*(-?(?:[a-z]+:)?"[^"]*"?|[^\s"]+)', re.IGNORECASE)
_NUMBER = r"(-?\d+(?:[.,]\d+)?)\s*([a-z]*)"
_COMPARISON = re.compile(rf"([a-z]*)(<=|>=|<|>|=){_NUMBER}", re.IGNORECASE)
_RANGE = re.compile(rf"(?:([a-z]+)=)?{_NUMBER}\.\.{_NUMBER}", re.IGNORECASE)
_TEMPO = re.compile(r"(\d+(?:\.\d+)?)bpm", re.IGNORECASE)


@dataclass(frozen=True)
class Words:
    """Words that all must be there, as one term; `fact` is what they mean besides, of `FACT_WORDS`."""

    words: tuple[str, ...]
    fact: str = ""


@dataclass(frozen=True)
class HasTag:
    """Has a tag, or none at all where the name is empty."""

    name: str


@dataclass(frozen=True)
class InFolder:
    """Lies below a folder whose name holds these words."""

    words: tuple[str, ...]


@dataclass(frozen=True)
class Is:
    """One of `STATES`."""

    state: str


@dataclass(frozen=True)
class Between:
    """A fact's column lies between two values; None is no bound."""

    column: str
    low: float | None = None
    high: float | None = None
    low_open: bool = False
    high_open: bool = False


Condition = Words | HasTag | InFolder | Is | Between


@dataclass(frozen=True)
class Term:
    """A condition, or that it does not hold."""

    condition: Condition
    is_negated: bool = False


def parse_query(text: str) -> tuple[Term, ...]:
    """Return the terms of a search, all of which must hold; none find everything.

    Raises:
        QueryError: a term cannot be read; the message names it and says what is expected.
    """
    terms, position = [], 0
    while match := _TOKEN.match(text, position):
        position = match.end()
        terms.append(_term(match.group(1)))
    return tuple(terms)


def _term(token: str) -> Term:
    is_negated = token.startswith("-") and len(token) > 1 and not re.match(r"-\d", token)
    body = token[1:] if is_negated else token
    if body.count('"') % 2:
        raise QueryError(f"{token}: the quotation mark is not closed")
    return Term(_condition(body), is_negated)


def _condition(token: str) -> Condition:
    if token.startswith('"'):
        return _words(token)
    if match := _RANGE.fullmatch(token):
        name, low, low_unit, high, high_unit = match.groups()
        column, most = _measure(token, name or "", high, high_unit)
        _, least = _measure(token, name or _name_of(column), low, low_unit or high_unit)
        return Between(column, least, most)
    if match := _COMPARISON.fullmatch(token):
        return _comparison(token, *match.groups())
    if match := _TEMPO.fullmatch(token):
        return _near("tempo_bpm", float(match.group(1)))
    if re.search(r"[<>=]", token):
        raise QueryError(f"{token}: a comparison like <0.3s, pitch>100hz or 0.1..0.3s is expected")
    key, colon, value = token.partition(":")
    return _keyed(token, key.lower(), value.strip('"')) if colon else _words(token)


def _words(token: str) -> Words:
    found = split_words(token)
    if not found:
        raise QueryError(f"{token}: a word with letters or digits is expected")
    return Words(found, found[0] if len(found) == 1 and found[0] in FACT_WORDS else "")


def _keyed(token: str, key: str, value: str) -> Condition:
    if key not in ("tag", "in", "is"):
        raise QueryError(f"{token}: {key}: is unknown{_hint(key, ('tag', 'in', 'is'))}; tag:, in: and is: are there")
    if not value.strip():
        raise QueryError(f"{token}: something is expected behind {key}:")
    if key == "tag":
        return HasTag("" if value.lower() == "none" else value)
    if key == "in":
        return InFolder(_words(value).words)
    state = {"oneshot": "one-shot"}.get(value.lower(), value.lower())
    if state not in STATES:
        raise QueryError(f"{token}: {', '.join(STATES)} are there{_hint(state, STATES)}")
    return Is(state)


def _comparison(token: str, name: str, sign: str, number: str, unit: str) -> Between:
    column, value = _measure(token, name, number, unit)
    if sign == "=":
        return _near(column, value)
    if sign.startswith("<"):
        return Between(column, high=value, high_open=sign == "<")
    return Between(column, low=value, low_open=sign == ">")


def _near(column: str, value: float) -> Between:
    if column in ("channels", "sample_rate"):
        return Between(column, value, value)
    reach = max(abs(value) * TOLERANCE, 1e-9)
    return Between(column, value - reach, value + reach)


def _measure(token: str, name: str, number: str, unit: str) -> tuple[str, float]:
    """Return the column that is compared, and with what; a missing name follows from the unit."""
    fits, factor = _UNITS.get(unit.lower(), ("", 1.0))
    if unit and not fits:
        raise QueryError(f"{token}: the unit {unit} is unknown; {', '.join(_UNITS)} are there")
    value = float(number.replace(",", ".")) * factor
    if not name:
        column = {"_s": "duration_s", "_hz": "pitch_hz", "_db": "", "_bpm": "tempo_bpm"}.get(fits, "")
        if not column:
            raise QueryError(f"{token}: of what? name the fact, as in loudness>-20db, or a unit, as in <0.3s")
        return column, value
    if name.lower() not in FACTS:
        raise QueryError(f"{token}: there is no fact {name}{_hint(name.lower(), FACTS)}; {', '.join(FACTS)} are there")
    column = FACTS[name.lower()]
    if fits and not column.endswith(fits) and not (fits == "_hz" and column == "sample_rate"):
        raise QueryError(f"{token}: {name} is not measured in {unit}")
    return column, value


def _name_of(column: str) -> str:
    return next(name for name, other in FACTS.items() if other == column)


def _hint(word: str, known: "Mapping[str, object] | tuple[str, ...]") -> str:
    near = difflib.get_close_matches(word, list(known), 1)
    return f" (did you mean {near[0]}?)" if near else ""
