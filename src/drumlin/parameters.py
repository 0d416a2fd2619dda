"""Knobs and actions, each defined once and shown alike by command line, page, MIDI and OSC.

A `ParameterRange` is a knob: its name, unit, range, curve and default. An `Action` is something that happens:
start the loop, next sound. A `Registry` holds both under unique names.
Source of the idea: the ControlSpec of monome norns.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from .errors import UsageError

Curve = Literal["linear", "exponential"]


@dataclass(frozen=True)
class ParameterRange:
    """A knob.

    Args:
        name: the word used everywhere, lower case.
        unit: `semitones`, `dB`, `s`, `bpm`, ... or empty for a bare number.
        minimum: lowest value, in `unit`.
        maximum: highest value, in `unit`.
        default: the value at rest, in `unit`.
        curve: how the knob's travel [0, 1] spreads over the range; exponential needs minimum > 0.
        label: the words on the screen; the name with a capital if empty.
        help: one sentence for a tooltip.
    Raises:
        ValueError: the range is empty, the default outside it, or the curve does not fit.
    """

    name: str
    unit: str
    minimum: float
    maximum: float
    default: float
    curve: Curve = "linear"
    label: str = ""
    help: str = ""

    def __post_init__(self) -> None:
        if not self.minimum < self.maximum:
            raise ValueError(f"{self.name}: empty range {self.minimum}..{self.maximum}")
        if not self.minimum <= self.default <= self.maximum:
            raise ValueError(f"{self.name}: default {self.default} outside the range")
        if self.curve == "exponential" and self.minimum <= 0:
            raise ValueError(f"{self.name}: an exponential curve needs a minimum above 0")

    def clip(self, value: float) -> float:
        """Return `value` moved into the range.

        Raises:
            UsageError: the value is no number.
        """
        if not math.isfinite(value):
            raise UsageError(f"{self.name} is {value}: a number from {self.minimum} to {self.maximum} is expected")
        return min(max(value, self.minimum), self.maximum)

    def to_unit(self, value: float) -> float:
        """Return the knob's travel in [0, 1] that stands for `value`."""
        value = self.clip(value)
        if self.curve == "exponential":
            return math.log(value / self.minimum) / math.log(self.maximum / self.minimum)
        return (value - self.minimum) / (self.maximum - self.minimum)

    def from_unit(self, travel: float) -> float:
        """Return the value, in `unit`, at a travel in [0, 1]; travel outside is moved inside."""
        travel = min(max(travel, 0.0), 1.0)
        if self.curve == "exponential":
            return self.clip(self.minimum * (self.maximum / self.minimum) ** travel)
        return self.clip(self.minimum + travel * (self.maximum - self.minimum))


View = Literal["", "play", "piece", "library"]
"""Where an action is at home: everywhere, on the pad, at a piece, or in the library."""


@dataclass(frozen=True)
class Action:
    """Something that happens when asked for.

    Args:
        name: the word used everywhere.
        label: the words on the screen.
        key: its default key on the page, empty if none; several that mean the same with spaces between.
        help: one sentence.
        view: where the key means it.
    """

    name: str
    label: str
    key: str = ""
    help: str = ""
    view: View = ""


@dataclass
class Registry:
    """All knobs and actions of a place, under unique names."""

    _parameters: dict[str, ParameterRange] = field(default_factory=dict)
    _actions: dict[str, Action] = field(default_factory=dict)

    def add(self, item: ParameterRange | Action) -> None:
        """Register a knob or an action.

        Raises:
            ValueError: the name is taken.
        """
        if item.name in self._parameters or item.name in self._actions:
            raise ValueError(f"{item.name} is registered already")
        if isinstance(item, ParameterRange):
            self._parameters[item.name] = item
        else:
            self._actions[item.name] = item

    def parameter(self, name: str) -> ParameterRange:
        """Return a knob by name.

        Raises:
            UsageError: there is none of that name.
        """
        if name not in self._parameters:
            raise UsageError(f"no control named {name!r}: there are {', '.join(self._parameters) or 'none'}")
        return self._parameters[name]

    def action(self, name: str) -> Action:
        """Return an action by name.

        Raises:
            UsageError: there is none of that name.
        """
        if name not in self._actions:
            raise UsageError(f"no action named {name!r}: there are {', '.join(self._actions) or 'none'}")
        return self._actions[name]

    def parameters(self) -> Iterator[ParameterRange]:
        """Yield the knobs in the order in which they were registered."""
        return iter(self._parameters.values())

    def actions(self) -> Iterator[Action]:
        """Yield the actions in the order in which they were registered."""
        return iter(self._actions.values())


VOICE_PARAMETERS = (
    ParameterRange("pitch", "semitones", -24.0, 24.0, 0.0, help="Higher or lower, without changing the place"),
    ParameterRange("length", "s", 0.02, 2.0, 2.0, curve="exponential", help="Fades the sound out by then"),
    ParameterRange("velocity", "", 0.0, 1.0, 1.0, help="How hard the drum is struck"),
)
"""Knobs that every instrument has, whatever its model: they shape the decoded sound."""

TRANSPORT_PARAMETERS = (
    ParameterRange("tempo", "bpm", 40.0, 240.0, 120.0, help="Tempo of the loop"),
    ParameterRange("volume", "dB", -60.0, 6.0, 0.0, help="Loudness of the page; never written into a file"),
)
"""Knobs of the page that change no sound that is kept."""

CLASS_PARAMETERS = (
    ParameterRange("class_mix", "%", 0.0, 100.0, 50.0, label="Mix", help="How much of the second class there is"),
)
"""Knobs that a sound has only while two classes are mixed by hand."""

DROP_PARAMETERS = (
    ParameterRange(
        "residual",
        "%",
        0.0,
        100.0,
        0.0,
        label="Like the original",
        help="Mixes back what the instrument misses of the dropped sound: all of it at its place, less away from it",
    ),
)
"""Knobs that a sound has only while it comes from one that was dropped."""

STUDIO_ACTIONS: tuple[Action, ...] = (
    Action("toggle_loop", "Loop", "Space", "Start or stop the loop", view="play"),
    Action("play", "Play", "Enter", "Play the sound once", view="play"),
    Action("stop", "Stop", "Escape", "Stop everything now"),
    Action("random_near", "Nearby", "r", "A small random step", view="play"),
    Action("random", "Anywhere", "Shift+r", "A random place", view="play"),
    Action("next_sample", "Next sound", "]", "Go to the next training sound", view="play"),
    Action("previous_sample", "Previous sound", "[", "Go to the previous training sound", view="play"),
    Action("keep", "Keep", "k", "Write the sound into the crate", view="play"),
    Action("next_instrument", "Next instrument", "i", "Play the next instrument at the same spot", view="play"),
    Action("next_class", "Next class", "n", "Choose a class by hand, or let the place choose", view="play"),
    Action("previous_class", "Previous class", "Shift+n", "The same the other way round", view="play"),
    Action("compare", "Compare", "c", "Play the compared instruments at the same spot", view="play"),
    Action("original", "Original", "x", "Play the dropped sound and the instrument's version in turn", view="play"),
    Action(
        "like_original",
        "Like the original",
        "o",
        "Mix all of what is missed of the dropped sound back, or none",
        view="play",
    ),
    Action("morph", "Morph", "m", "Move between four sounds instead of on the plane, and back", view="play"),
    Action("corner_a", "Corner A", "1", "Put the sound that plays into the upper left corner", view="play"),
    Action("corner_b", "Corner B", "2", "Put the sound that plays into the upper right corner", view="play"),
    Action("corner_c", "Corner C", "3", "Put the sound that plays into the lower left corner", view="play"),
    Action("corner_d", "Corner D", "4", "Put the sound that plays into the lower right corner", view="play"),
    Action("spectrogram", "Spectrogram", "g", "Draw the spectrogram or the waveform", view="play"),
    Action("attack", "Attack", "z", "Look at the first 30 ms or at the whole sound", view="play"),
    Action("pad_library", "Like this", "p", "Find the sounds of the library most like this place", view="play"),
    Action("undo", "Undo", "Control+z", "Take the last change back"),
    Action("redo", "Redo", "Control+Shift+z", "Do it again"),
    Action("learn", "Learn a folder", "l", "Make an instrument of a folder of sounds"),
    Action("crate", "Crate", "b", "Show the kept sounds"),
    Action("history", "History", "h", "Show the last sounds", view="play"),
    Action("settings", "Settings", ",", "Theme, volume and loudness"),
    Action("help", "Keys", "?", "Show all keys"),
    Action("other_view", "Next view", "v", "Go from the pad to a piece, to the library, and back"),
    Action("piece_play", "Play", "Space", "Play or stop where you are", view="piece"),
    Action("piece_side", "Track or piece", "x", "Hear the track or the piece, at the same spot", view="piece"),
    Action("piece_loop", "Loop part", "o", "Play the selected part again and again", view="piece"),
    Action("piece_next", "Next part", "]", "Select the next part", view="piece"),
    Action("piece_previous", "Previous part", "[", "Select the part before", view="piece"),
    Action("piece_split", "Divide", "d", "Divide the part where you listen", view="piece"),
    Action("piece_join", "Join", "j", "Let the part before go on", view="piece"),
    Action("piece_take", "Another take", "t", "Compose the selected part anew", view="piece"),
    Action("piece_vary", "Variation", "Shift+r", "The whole piece by other chances", view="piece"),
    Action("piece_render", "Render", "r", "Make the sound of the piece", view="piece"),
    Action("piece_keep", "Keep", "k", "Write the piece into the crate", view="piece"),
    Action("library_next", "Next sound", "ArrowDown", "Hear the next sound", view="library"),
    Action("library_previous", "Previous sound", "ArrowUp", "Hear the sound before", view="library"),
    Action("library_keep", "Keep", "ArrowRight k", "Keep the sound and hear the next", view="library"),
    Action("library_reject", "Reject", "ArrowLeft x", "Reject the sound and hear the next", view="library"),
    Action("library_play", "Play", "Space Enter", "Hear the sound again", view="library"),
    Action("library_more", "Select down", "Shift+ArrowDown", "Select the next sound as well", view="library"),
    Action("library_less", "Select up", "Shift+ArrowUp", "Select the sound before as well", view="library"),
    Action("library_all", "Select all", "Control+a", "Select everything that was found", view="library"),
    Action("library_search", "Search", "/", "Type what to look for", view="library"),
    Action("library_tag", "Tag", "t", "Type a tag for the selected sounds", view="library"),
    *(
        Action(f"library_tag_{number}", f"Tag {number}", str(number), "Give or take a pinned tag", view="library")
        for number in range(1, 10)
    ),
    Action("library_like", "Like this", "s", "Find the sounds most like this one", view="library"),
    Action("library_pad", "Like the pad", "p", "Find the sounds most like what the pad plays", view="library"),
    Action("library_voice", "Say it", "r", "Hold and say boom or ts, to find sounds (experimental)", view="library"),
    Action("library_where", "Place", "g", "Find this sound's place on the pad, and go there", view="library"),
    Action("library_teach", "Teach", "e", "What you teach, and what is suggested", view="library"),
    Action("library_ask", "Ask me", "q", "Answer questions about the sounds that teach most", view="library"),
    Action("library_yes", "Yes", "y", "Accept the suggestion, or answer yes, and hear the next", view="library"),
    Action("library_no", "No", "n", "Refuse the suggestion, or answer no, and hear the next", view="library"),
    Action("library_skip", "Unsure", "u", "Leave the question open and hear the next", view="library"),
    Action("library_why", "Why", "w", "Say why a tag is suggested, with your own examples", view="library"),
    Action("library_tags", "Tags", "Shift+t", "Make, name, colour, join and remove tags", view="library"),
    Action("library_map", "Map", "m", "Look at the map or at the list", view="library"),
    Action("library_sort", "Sort", "o", "Sort files into folders by tag", view="library"),
    Action("library_folders", "Folders", "f", "The folders of the library", view="library"),
)
"""Everything the page does at the press of a key."""


def studio_registry() -> Registry:
    """Return the registry that page, MIDI and OSC share."""
    registry = Registry()
    items: tuple[ParameterRange | Action, ...] = (
        *VOICE_PARAMETERS,
        *TRANSPORT_PARAMETERS,
        *CLASS_PARAMETERS,
        *DROP_PARAMETERS,
        *STUDIO_ACTIONS,
    )
    for item in items:
        registry.add(item)
    return registry
