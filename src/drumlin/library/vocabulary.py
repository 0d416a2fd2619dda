"""The tags a new library begins with, and the words by which names say them.

They are data of the library from then on: renamed, joined, given other synonyms or deleted by the user.
"""

from dataclasses import dataclass

ROOT_TAG = "drums"
"""The parent of every drum: `drumlin library sort --by drums`."""


@dataclass(frozen=True)
class Starter:
    """A tag of a new library: its parent, its colour, and other words for it, as phrases of plain words."""

    name: str
    parent: str = ROOT_TAG
    colour: str = ""
    synonyms: tuple[str, ...] = ()


PALETTE = {
    "red": "#dc4e4e",
    "orange": "#c96a1b",
    "amber": "#a87a0c",
    "olive": "#7d8a1f",
    "green": "#3f9142",
    "teal": "#1c8f86",
    "cyan": "#1e8bb0",
    "blue": "#4a7fd6",
    "violet": "#8a6ad6",
    "purple": "#b05cb8",
    "pink": "#d14d86",
    "grey": "#7b8480",
}
"""Colours to choose from: each has a contrast of 3:1 with light and with dark grounds (WCAG 2.2, 1.4.11)."""

STARTERS = (
    Starter(ROOT_TAG, "", "#888888", ("drum",)),
    Starter("kick", colour="#d9534f", synonyms=("kicks", "kik", "kck", "kic", "bd", "bassdrum", "bass drum")),
    Starter("snare", colour="#f0ad4e", synonyms=("snares", "snr", "sd", "sn", "snaredrum")),
    Starter("clap", colour="#f7c97e", synonyms=("claps", "clp", "cp", "handclap", "handclaps", "hand clap")),
    Starter("rim", colour="#c9a26d", synonyms=("rims", "rimshot", "rimshots", "rim shot", "sidestick", "side stick")),
    Starter("hat", colour="#5bc0de", synonyms=("hats", "hh", "hihat", "hihats", "hi hat", "hi hats")),
    Starter("closed hat", "hat", "#5bc0de", ("ch", "chh", "hat closed", "hihat closed", "hi hat closed", "hh closed")),
    Starter("open hat", "hat", "#8fd4e8", ("oh", "ohh", "hat open", "hihat open", "hi hat open", "hh open")),
    Starter("tom", colour="#9b59b6", synonyms=("toms", "lowtom", "hightom", "midtom", "floortom")),
    Starter("cymbal", colour="#5cb85c", synonyms=("cymbals", "cym")),
    Starter("crash", "cymbal", "#5cb85c", ("crashes", "crsh")),
    Starter("ride", "cymbal", "#8ed08e", ("rides",)),
    Starter("percussion", colour="#337ab7", synonyms=("perc", "percs", "prc")),
    Starter("cowbell", "percussion", "#337ab7", ("cowbells", "cow bell")),
    Starter("shaker", "percussion", "#337ab7", ("shakers", "shk", "maraca", "maracas", "cabasa")),
    Starter("tambourine", "percussion", "#337ab7", ("tambourines", "tamb")),
    Starter("conga", "percussion", "#337ab7", ("congas",)),
    Starter("bongo", "percussion", "#337ab7", ("bongos",)),
    Starter("bass", "", "#34495e", ("basses", "sub bass", "subbass")),
    Starter("vocal", "", "#e67e22", ("vocals", "vox", "voice", "voices")),
    Starter("effect", "", "#7f8c8d", ("effects", "fx", "sfx")),
)
"""Two-letter words are as short as drummers write them; `import_confidence` trusts them less."""

NAME_CONFIDENCE, SHORT_CONFIDENCE = 0.9, 0.75
"""How sure a file's own name is of what it says, and where the word has only two letters."""

FOLDER_CONFIDENCE = 0.7
"""A folder says what is mostly in it."""

CHUNK_CONFIDENCE = 0.8
"""What is written in the file, or kept beside it by a host program."""


def import_confidence(source: str, word: str) -> float:
    """Return how sure it is that a sound is what a word found in `source` says.

    These are plain guesses in the right order, not measured frequencies.

    Args:
        source: `name`, `folder`, or what wrote the word.
        word: the phrase that was found.
    """
    base = {"name": NAME_CONFIDENCE, "folder": FOLDER_CONFIDENCE}.get(source, CHUNK_CONFIDENCE)
    return min(base, SHORT_CONFIDENCE) if len(word) <= 2 else base
