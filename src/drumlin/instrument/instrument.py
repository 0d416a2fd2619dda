"""A trained model, ready to play: notes in, waveforms out.

Shape letters: B batch, T points, D latent size, K classes, P controls.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import InstrumentError, NoteError
from ..parameters import ParameterRange
from ..units import Array, Waveform, seconds_to_points
from . import voice
from .graphs import Graph
from .manifest import Manifest
from .note import Location, Note, check_controls
from .points import Points
from .votes import Votes

if TYPE_CHECKING:
    from .residual import Residual
    from .variations import Variations

LATTICE, LATTICE_LATENT = 64, 512
"""Places along each side of the lattice; half as many where a latent is larger than this."""


class Instrument:
    """One instrument; `drumlin.load` makes it of a file. Thread-safe, and equal notes give equal bytes.

    Args:
        manifest: what the file says of itself.
        graphs: by name; `map` and `decode` at least.
        points: the training samples.
        sha256: hash of the file.
    """

    def __init__(self, manifest: Manifest, graphs: Mapping[str, Graph], points: Points, sha256: str) -> None:
        self.manifest = manifest
        self.points = points
        self.sha256 = sha256
        self.name = manifest.name
        self.recipe = manifest.recipe
        self.sample_rate = manifest.sample_rate
        self.length = manifest.length
        self.latent_size = manifest.latent_size
        self.classes = manifest.classes
        self.controls: tuple[ParameterRange, ...] = tuple(entry.parameter() for entry in manifest.controls)
        self._graphs = graphs

    @property
    def has_encoder(self) -> bool:
        """Whether `encode` works; `locate` always does."""
        return "encode" in self._graphs

    @property
    def has_seeds(self) -> bool:
        """Whether the model has variations."""
        return "seed" in self._graphs["decode"].inputs

    def play(self, note: Note, residual: "Residual | None" = None) -> Waveform:
        """Return what is heard and written for a note: (T,), from the onset, in the voice that the note asks for.

        The sound is decoded alone on one thread, so its samples depend on nothing but the file and the note. With
        pitch, length and velocity at rest they are the model's own, untouched.

        Args:
            note: what to play.
            residual: what the instrument misses of a dropped sound, mixed back as far as `note` is near it.
        Raises:
            NoteError: a class, control or carry that the instrument does not have.
            InstrumentError: the model fails at this note.
        """
        decode, raw = self._graphs["decode"], self.raw(note)
        if residual is not None:
            raw = residual.mixed(raw, note, voice.level_of(note.velocity) if "velocity" in decode.inputs else 1.0)
        start = seconds_to_points(self.manifest.play_start_s, self.sample_rate)
        sound = raw[start:]
        if self.manifest.alignment.kind == "peak":
            sound = voice.drop_lead(sound, self.sample_rate)
        sound = voice.shift_pitch(sound, note.pitch, self.sample_rate)
        if note.length is not None and "length" not in decode.inputs:
            sound = voice.shorten(sound, note.length, self.sample_rate)
        if "velocity" not in decode.inputs:
            sound = voice.strike(sound, note.velocity)
        return sound

    def raw(self, note: Note) -> Waveform:
        """Return the whole output of the model for a note, (T,), decoded alone and without the voice.

        Raises:
            NoteError: as for `play`.
            InstrumentError: as for `play`.
        """
        feeds = self._feeds(note, self.latent(note))
        waveform: Waveform = np.ascontiguousarray(self._graphs["decode"].run(feeds)[0])
        if not np.isfinite(waveform).all():
            raise InstrumentError(f"{self.name} makes what is no number at {note.x:g}, {note.y:g}: try another place")
        return waveform

    def at(self, x: float, y: float, **voice_and_controls: Any) -> Waveform:
        """Return `play(Note(x, y, ...))`."""
        return self.play(Note(x, y, **voice_and_controls))

    def latent(self, note: Note) -> Array:
        """Return the latent of a note, float32 (D,): what the map has at the place, and the carry.

        Raises:
            NoteError: as for `play`.
        """
        latents = self.map(np.array([[note.x, note.y]], dtype=np.float32), note)
        latent: Array = latents[0]
        return latent

    def map(self, places: Array, note: Note | None = None) -> Array:
        """Return the latents of places, float32 (B, 2) to (B, D); the rest of `note` holds for all of them.

        Raises:
            NoteError: as for `play`.
        """
        note = note or Note()
        graph, count = self._graphs["map"], len(places)
        carry = self._carry(note)[None].repeat(count, axis=0)
        feeds = {"xy": places.astype(np.float32), "carry": carry}
        if "class" in graph.inputs:
            feeds["class"] = self.classes_at(places, note)
        if "controls" in graph.inputs:
            feeds["controls"] = self._controls(note, count)
        latents = graph.run(feeds)
        return latents if "carry" in graph.inputs else latents + carry

    def decode(
        self,
        latents: Array,
        *,
        classes: Array | None = None,
        controls: Array | None = None,
        seeds: Array | None = None,
    ) -> Array:
        """Return the raw output of the model, without the voice: float32 (B, T).

        Args:
            latents: (B, D).
            classes: class weights, (B, K); None: what lies near each latent.
            controls: values in their units, (B, P); None: the defaults.
            seeds: (B,); None: 0.
        Raises:
            NoteError: an array of another shape, or one that holds what is no number.
        """
        latents = self._stacked("latents", latents, self.latent_size)
        graph, count = self._graphs["decode"], len(latents)
        feeds = {name: rest.repeat(count, axis=0) for name, rest in self._at_rest.items() if name in graph.inputs}
        feeds["latent"] = latents
        if classes is not None:
            feeds["class"] = self._stacked("classes", classes, len(self.classes), count)
        elif "class" in graph.inputs:
            feeds["class"] = self.classes_near(latents)
        if controls is not None:
            feeds["controls"] = self._stacked("controls", controls, len(self.controls), count)
        if seeds is not None:
            feeds["seed"] = self._stacked("seeds", np.asarray(seeds)[:, None], 1, count)[:, 0].astype(np.int64)
        return graph.run(feeds)

    def encode(self, waveforms: Array) -> Array:
        """Return the latents of prepared sounds, float32 (B, T) to (B, D).

        Raises:
            InstrumentError: the instrument has no encoder; `locate` finds a place by search.
            NoteError: the waveforms are not (B, T), or hold what is no number.
        """
        if not self.has_encoder:
            raise InstrumentError(f"{self.name} has no encoder (recipe {self.recipe}): use locate, which searches")
        return self._graphs["encode"].run({"waveform": self._stacked("waveforms", waveforms, self.length)})

    def place(self, latents: Array) -> Array:
        """Return where latents lie on the plane, float32 (B, D) to (B, 2), within [-1, 1].

        Without a graph for it, a latent lies where its nearest training sample does.

        Raises:
            InstrumentError: the instrument has neither such a graph nor samples.
        """
        latents = self._stacked("latents", latents, self.latent_size)
        if "place" in self._graphs:
            places = self._graphs["place"].run({"latent": latents})
        elif len(self.points):
            distances = np.linalg.norm(latents[:, None] - self.points.latents[None], axis=2)
            places = self.points.places[distances.argmin(axis=1)]
        else:
            raise InstrumentError(f"{self.name} cannot place latents: it has neither a graph for it nor samples")
        inside: Array = np.clip(np.nan_to_num(places), -1.0, 1.0).astype(np.float32)
        return inside

    def classes_at(self, places: Array, note: Note | None = None) -> Array:
        """Return class weights, (B, 2) to (B, K): those of `note`, or what lies near each place.

        Raises:
            NoteError: a class that the instrument does not have.
        """
        if note is None or not note.classes:
            return np.stack([self._class_votes.at(place) for place in places])
        if unknown := sorted(set(note.classes) - set(self.classes)):
            raise NoteError(f"no class named {unknown[0]!r}: there are {', '.join(self.classes) or 'none'}")
        weights = np.array([note.classes.get(name, 0.0) for name in self.classes], dtype=np.float64)
        return np.tile((weights / weights.sum()).astype(np.float32), (len(places), 1))

    def classes_near(self, latents: Array) -> Array:
        """Return class weights by what lies near each latent, (B, D) to (B, K)."""
        return np.stack([self._latent_votes.at(latent) for latent in latents])

    def label_at(self, x: float, y: float) -> str:
        """Return the label of most training samples near a place, or empty if none there has one."""
        labels = self._labels
        return labels[int(self._label_votes.at(np.array([x, y])).argmax())] if labels else ""

    def locate(self, waveform: Array, sample_rate: int) -> Location:
        """Return where a sound lies in this instrument and how well it fits; see `locating`.

        Raises:
            PreprocessError: the sound is empty, silent or holds what is no number.
        """
        from .locating import locate  # with all that prepares samples: playing needs none of it

        return locate(self, waveform, sample_rate)

    def _feeds(self, note: Note, latent: Array) -> dict[str, Array]:
        feeds = {**self._at_rest, "latent": latent[None], "controls": self._controls(note, 1)}
        feeds["seed"] = np.array([note.seed], dtype=np.int64)
        feeds["velocity"] = np.array([[note.velocity]], dtype=np.float32)
        if note.length is not None:
            feeds["length"] = np.array([[note.length]], dtype=np.float32)
        if self.classes:
            feeds["class"] = self.classes_at(np.array([[note.x, note.y]]), note)
        return feeds

    @cached_property
    def _at_rest(self) -> dict[str, Array]:
        """What a graph is fed for one sound where nothing is asked for, without classes."""
        defaults = [parameter.default for parameter in self.controls]
        return {
            "controls": np.array([defaults], dtype=np.float32),
            "seed": np.zeros(1, dtype=np.int64),
            "velocity": np.ones((1, 1), dtype=np.float32),
            "length": np.array([[self.length / self.sample_rate]], dtype=np.float32),
        }

    def make_ready(self) -> None:
        """Work out now what the first `locate` would: some seconds for a model with seeds."""
        if self.has_encoder and self.has_seeds:
            _ = self.lattice, self.variations

    @cached_property
    def lattice(self) -> tuple[Array, Array]:
        """Places all over the plane, float64 (B, 2), and their latents, (B, D)."""
        side = LATTICE if self.latent_size <= LATTICE_LATENT else LATTICE // 2
        line = np.linspace(-1.0, 1.0, side)
        places = np.stack(np.meshgrid(line, line), axis=-1).reshape(-1, 2)
        return places, self.map(places.astype(np.float32))

    @cached_property
    def variations(self) -> "Variations":
        """What tells the variations of a model with seeds apart; learned when first asked for."""
        from .variations import learn_variations

        return learn_variations(self)

    @cached_property
    def _labels(self) -> tuple[str, ...]:
        return tuple(label for label in self.manifest.labels if label)

    @cached_property
    def _label_votes(self) -> Votes:
        return Votes(self._labels, self.points.labels, self.points.places)

    @cached_property
    def _class_votes(self) -> Votes:
        return Votes(self.classes, self.points.labels, self.points.places)

    @cached_property
    def _latent_votes(self) -> Votes:
        return Votes(self.classes, self.points.labels, self.points.latents)

    def _controls(self, note: Note, count: int) -> Array:
        if not note.controls:
            return self._at_rest["controls"].repeat(count, axis=0)
        values = np.array([check_controls(note.controls, self.controls)], dtype=np.float32)
        return values.repeat(count, axis=0)

    def _carry(self, note: Note) -> Array:
        if not note.carry:
            return np.zeros(self.latent_size, dtype=np.float32)
        if len(note.carry) != self.latent_size:
            raise NoteError(f"a carry of {len(note.carry)} numbers: this instrument's latent has {self.latent_size}")
        return np.array(note.carry, dtype=np.float32)

    def _stacked(self, name: str, array: Array, size: int, count: int | None = None) -> Array:
        array = np.asarray(array, dtype=np.float32)
        fits = array.ndim == 2 and array.shape[1] == size and len(array) > 0 and count in (None, len(array))
        if not fits or not np.isfinite(array).all():
            wanted = f"finite numbers of shape ({'B' if count is None else count}, {size})"
            raise NoteError(f"{name} of shape {array.shape}: {wanted} are expected")
        return array
