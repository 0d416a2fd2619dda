"""The training samples of an instrument, as dots on its plane, and the pair that loading must reproduce.

Both are stored as safetensors: arrays without code. Shape letters: M samples, D latent size.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..errors import InstrumentError
from ..units import Array
from .manifest import Manifest

CHECK_OPTIONAL = ("class", "controls", "seed", "velocity", "length", "encoded")


@dataclass(frozen=True)
class Points:
    """The training samples of an instrument.

    Args:
        latents: float32, (M, D).
        places: float32, (M, 2), within [-1, 1].
        labels: one per sample; empty for an unlabelled one.
        names: one per sample, or None where the instrument does not tell.
    """

    latents: Array
    places: Array
    labels: tuple[str, ...]
    names: tuple[str, ...] | None = None

    def __len__(self) -> int:
        return len(self.labels)

    def places_of(self, labels: Sequence[str]) -> Array:
        """Return the places (M', 2) of the samples that have one of these labels."""
        return self.places[[label in labels for label in self.labels]]


def pack_points(points: Points, labels: Sequence[str]) -> bytes:
    """Return the safetensors of the points; `labels` is the manifest's table that they point into."""
    from safetensors.numpy import save

    table = {label: index for index, label in enumerate(labels)}
    indices = np.array([table[label] for label in points.labels], dtype=np.int32)
    return bytes(save({"latents": points.latents, "places": points.places, "labels": indices}))


def unpack_points(data: bytes, manifest: Manifest) -> Points:
    """Return the points that `data` holds.

    Raises:
        InstrumentError: an array is missing, of another shape or type, or holds what is no number.
    """
    count = manifest.points
    expected = {"latents": (count, manifest.latent_size), "places": (count, 2), "labels": (count,)}
    arrays = unpack_arrays(data, expected, "points.safetensors")
    if count and np.abs(arrays["places"]).max() > 1.0 + 1e-6:
        raise InstrumentError("points.safetensors: a place lies outside [-1, 1]")
    indices = arrays["labels"]
    if count and not (indices.min() >= 0 and indices.max() < len(manifest.labels)):
        raise InstrumentError("points.safetensors: a label that the manifest does not list")
    labels = tuple(manifest.labels[index] for index in indices)
    return Points(arrays["latents"], arrays["places"], labels, manifest.names)


def pack_arrays(arrays: Mapping[str, Array]) -> bytes:
    """Return the safetensors of `arrays`."""
    from safetensors.numpy import save

    return bytes(save({name: np.ascontiguousarray(value) for name, value in arrays.items()}))


def unpack_check(data: bytes, manifest: Manifest) -> dict[str, Array]:
    """Return the check pair: inputs of one sound by name, (1, ...), and its waveform.

    Raises:
        InstrumentError: as for `unpack_points`.
    """
    sizes = {"latent": manifest.latent_size, "waveform": manifest.length, "encoded": manifest.latent_size}
    sizes |= {"class": len(manifest.classes), "controls": len(manifest.controls), "velocity": 1, "length": 1}
    expected: dict[str, tuple[int, ...]] = {name: (1, size) for name, size in sizes.items()}
    return unpack_arrays(data, expected | {"seed": (1,)}, "check.safetensors", CHECK_OPTIONAL)


def unpack_arrays(
    data: bytes, expected: Mapping[str, tuple[int, ...]], member: str, optional: Sequence[str] = ()
) -> dict[str, Array]:
    """Return the arrays of a safetensors member whose names and shapes are known.

    Raises:
        InstrumentError: an array is missing, unknown, of another shape or type, or holds what is no number.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        arrays = load(data)
    except (SafetensorError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InstrumentError(f"{member} is damaged: {error}") from error
    if missing := set(expected) - set(arrays) - set(optional):
        raise InstrumentError(f"{member}: {', '.join(sorted(missing))} missing")
    for name, array in arrays.items():
        if name not in expected:
            raise InstrumentError(f"{member}: an array named {name[:80]!r}, there is none in version 1")
        kinds = {"labels": np.int32, "seed": np.int64}
        if array.dtype != kinds.get(name, np.float32) or array.shape != expected[name]:
            found = f"{array.dtype} {array.shape}"
            raise InstrumentError(f"{member}: {name} is {found}, {expected[name]} is expected")
        if not np.isfinite(array).all():
            raise InstrumentError(f"{member}: {name} holds what is no number")
    return arrays
