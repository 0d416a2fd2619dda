"""What a descriptor says: everything that the composer has to know to write in its style.

An entry of the dictionary is merged from a genre, a subgenre and a mood (`dictionary.py`); this is the result, checked.
"""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from .forms import USUAL_FORM, Form, check_form
from .ingredients import Drums, Dynamics, Groove, Harmony, Mix, PartSpec, Record, Signed, TempoRange, Weight
from .labels import Sentiment, momentum_of, sentiment_of, valence_level_of
from .meters import METERS, Meter
from .scales import MODES, pitch_class


class Descriptor(Record):
    """An entry of the dictionary.

    Args:
        id: `genre_subgenre_mood`.
        valence: -1 dark to 1 bright.
        arousal: -1 at rest to 1 driven.
        tempo: of this entry.
        meters: weights by name.
        swing: how late every second step comes: 0 even, 0.66 in triplets.
        swing_step: the steps that swing, 8 or 16 to a whole note.
        modes: weights by name.
        tonics: weights by name; empty: all alike.
        phrase_bars: length of a phrase.
        form: its sections.
        parts: by name, in no order.
    """

    id: str
    genre: str
    subgenre: str
    mood: str
    valence: Signed
    arousal: Signed
    tempo: TempoRange
    meters: dict[str, Weight] = Field(min_length=1)
    swing: Annotated[float, Field(ge=0.0, le=0.66)] = 0.0
    swing_step: Literal[8, 16] = 16
    modes: dict[str, Weight] = Field(min_length=1)
    tonics: dict[str, Weight] = Field(default_factory=dict)
    phrase_bars: Literal[2, 4, 8] = 4
    form: Form = USUAL_FORM
    harmony: Harmony
    drums: Drums = Drums()
    parts: dict[str, PartSpec] = Field(min_length=3)
    dynamics: Dynamics = Dynamics()
    sound: Mix = Mix()

    @model_validator(mode="after")
    def _is_whole(self) -> "Descriptor":
        for name in self.meters:
            if name not in METERS:
                raise ValueError(f"meter is {name!r}: {', '.join(METERS)} are there")
        for name in self.modes:
            if name not in MODES:
                raise ValueError(f"mode is {name!r}: {', '.join(MODES)} are there")
        for name in self.tonics:
            pitch_class(name)
        check_form(self.form)
        if any(part.role == "drums" for part in self.parts.values()) != bool(self.drums.grooves):
            raise ValueError("drums need grooves, and grooves a part of role drums")
        return self

    @property
    def sentiment(self) -> Sentiment:
        """Third of the valence."""
        return sentiment_of(self.valence)

    @property
    def valence_level(self) -> int:
        """0 to 2 within the sentiment."""
        return valence_level_of(self.valence)

    @property
    def momentum(self) -> int:
        """0 to 4."""
        return momentum_of(self.arousal)

    @property
    def energy(self) -> float:
        """Arousal from 0 to 1: how busy everything is."""
        return (self.arousal + 1.0) / 2.0

    def grooves_in(self, meter: Meter) -> tuple[Groove, ...]:
        """Return the grooves in a meter; all of them, to be cut or repeated, if there is none."""
        fitting = tuple(groove for groove in self.drums.grooves if groove.meter == meter.name)
        return fitting or self.drums.grooves
