"""Sizes and choices of each model family, as plain data: this module needs no torch.

Shapes: T points of a sound, D latent size, d model dimension of the convolutional families.
"""

from dataclasses import dataclass
from typing import Literal, get_args

from ..errors import RecipeError

Activation = Literal["linear", "step", "sigmoid", "tanh", "arctan", "relu", "leaky_relu"]
"""Non-linearities of the study. `step` is 0 or 1; its gradient is that of a steep sigmoid (straight-through)."""

CONV_LAYERS = 5
CONV_STRIDE = 4
CONV_KERNEL = 25
CONV_WINDOW = 16_384
"""Points that the convolutional families see, as in WaveGAN: 16 steps of 4^5 points."""

SPECTRAL_BODY = 1280
"""Length of the body at its low rate: 0.46 s at 2,756 Hz; the tonal part goes on alone."""

SPECTRAL_CONDITION = 256
SPECTRAL_NOISE_BANDS = 64
SPECTRAL_STROKE = 96
SPECTRAL_STROKE_FRAMES, SPECTRAL_BODY_FRAMES = 40, 97
SPECTRAL_CLOCK = 48
"""Sizes of layers that are the same in every spectral autoencoder."""

MOST_LATENT = 512
"""Numbers of a spectral autoencoder's latent: more say nothing."""

CONV_SHRINK: int = CONV_STRIDE**CONV_LAYERS
"""Points of the waveform that become one step before the dense layer."""


@dataclass(frozen=True)
class DenseConfig:
    """A dense autoencoder; the decoder mirrors the encoder and ends in the length of the sounds.

    Args:
        hidden: sizes of the encoder's layers before the latent.
        latent: D.
        activation: on every layer but the decoder's last.
    """

    hidden: tuple[int, ...] = (96, 24)
    latent: int = 2
    activation: Activation = "tanh"

    def __post_init__(self) -> None:
        _check_positive(hidden=min(self.hidden, default=1), latent=self.latent)
        _check_activation(self.activation)


@dataclass(frozen=True)
class ConvConfig:
    """A convolutional autoencoder: five strided convolutions and a dense layer each way.

    Args:
        dim: d; the layers have d, 2d, 4d, 8d and 16d channels. 64 as published for WaveGAN.
        latent: D.
        activation: on every layer but the decoder's last and the latent.
        window: points of a sound, a multiple of 1,024.
    """

    dim: int = 64
    latent: int = 2
    activation: Activation = "leaky_relu"
    window: int = CONV_WINDOW

    def __post_init__(self) -> None:
        _check_conv(self.dim, self.latent, self.window)
        _check_activation(self.activation)


@dataclass(frozen=True)
class VaeConfig:
    """The convolutional autoencoder with a sampling layer.

    Args:
        dim: as in `ConvConfig`.
        latent: D.
        activation: as in `ConvConfig`.
        window: as in `ConvConfig`.
        kl_weight: weight of the KL divergence (nats, summed over the latent) beside the mean squared error.
        kl_ramp: batches over which the weight rises linearly from 0.
    """

    dim: int = 64
    latent: int = 2
    activation: Activation = "leaky_relu"
    window: int = CONV_WINDOW
    kl_weight: float = 0.001
    kl_ramp: int = 30_000

    def __post_init__(self) -> None:
        _check_conv(self.dim, self.latent, self.window)
        _check_activation(self.activation)
        if self.kl_weight < 0 or self.kl_ramp < 0:
            raise RecipeError(f"kl_weight {self.kl_weight}, kl_ramp {self.kl_ramp}: neither may be negative")


@dataclass(frozen=True)
class WaveganConfig:
    """WaveGAN: generator and critic on waveforms.

    Args:
        dim: d, as in `ConvConfig`.
        latent: D, the size of the noise; uniform in [-1, 1].
        activation: of the critic; the generator has ReLU, as published.
        window: points of a sound, a multiple of 1,024.
        phase_shuffle: the critic's layers are shifted by up to so many points at random.
        critic_steps: updates of the critic, a batch each, for one of the generator.
        penalty: weight of the gradient penalty.
    """

    dim: int = 64
    latent: int = 100
    activation: Activation = "leaky_relu"
    window: int = CONV_WINDOW
    phase_shuffle: int = 2
    critic_steps: int = 5
    penalty: float = 10.0

    def __post_init__(self) -> None:
        _check_conv(self.dim, self.latent, self.window)
        _check_activation(self.activation)
        _check_positive(critic_steps=self.critic_steps)


@dataclass(frozen=True)
class SpecganConfig:
    """SpecGAN: generator and critic on log-magnitude spectrograms of 128 bins and 128 frames, inverted to sound.

    Args:
        dim: d; five layers with kernel 5x5 and stride 2x2, the two-dimensional twins of 25 and 4.
        latent: D, the size of the noise; uniform in [-1, 1].
        activation: of the critic; the generator has ReLU, as published.
        critic_steps: updates of the critic, a batch each, for one of the generator.
        penalty: weight of the gradient penalty.
        inversions: rounds of Griffin and Lim inside the decoder.
    """

    dim: int = 64
    latent: int = 100
    activation: Activation = "leaky_relu"
    critic_steps: int = 5
    penalty: float = 10.0
    inversions: int = 16

    def __post_init__(self) -> None:
        _check_conv(self.dim, self.latent, CONV_WINDOW)
        _check_activation(self.activation)
        _check_positive(critic_steps=self.critic_steps)


@dataclass(frozen=True)
class PcaConfig:
    """Principal components of the waveforms: the plain map that every model should beat.

    Args:
        latent: D, how many components are kept.
        most_sounds: at most so many sounds, drawn at random, are analysed.
    """

    latent: int = 2
    most_sounds: int = 4_096

    def __post_init__(self) -> None:
        _check_positive(latent=self.latent, most_sounds=self.most_sounds)


@dataclass(frozen=True)
class SpectralConfig:
    """The spectral autoencoder of the built-in instrument; see docs/models/spectral.md.

    Args:
        latent: D.
        phases: numbers of the latent that describe the low waveform.
        strokes: numbers of the latent that describe the rise of the stroke; the others describe the picture.
        width: H, channels of the decoder's frames.
        n_blocks: decoder blocks.
        n_bands: mel bands of the envelope, which the encoder sees and the decoder fills.
        n_fft: points of a frame.
        jitter: deviation of the noise on the latent while the decoder learns, in deviations of the training sounds.
        augment: how far sounds are changed while it learns: 0 not at all, 1 as far as `augmenting.Ranges` says.
    """

    latent: int = 176
    phases: int = 64
    strokes: int = 16
    width: int = 128
    n_blocks: int = 4
    n_bands: int = 80
    n_fft: int = 1024
    jitter: float = 0.1
    augment: float = 1.0

    def __post_init__(self) -> None:
        _check_positive(latent=self.latent, width=self.width, n_blocks=self.n_blocks, n_bands=self.n_bands)
        if self.n_fft < 256 or self.n_fft & (self.n_fft - 1):
            raise RecipeError(f"n_fft is {self.n_fft}: a power of two from 256 is expected")
        _check_positive(phases=self.phases, strokes=self.strokes)
        if self.colours < 1 or self.latent > MOST_LATENT:
            raise RecipeError(
                f"latent is {self.latent}, of which {self.phases} are phases and {self.strokes} strokes: at most "
                f"{MOST_LATENT} are expected, and some left for the picture"
            )
        if not 0.0 <= self.augment <= 1.0:
            raise RecipeError(f"augment is {self.augment}: 0 to 1 is expected")

    @property
    def hop_length(self) -> int:
        """Points between frames."""
        return self.n_fft // 4

    @property
    def colours(self) -> int:
        """Numbers of the latent that describe the picture: the first ones."""
        return self.latent - self.phases - self.strokes


def envelope_nodes(n_frames: int) -> list[int]:
    """Frames at which the envelope is written: all of the stroke, every third of the body, every eighth of the tail."""
    stroke, body = range(SPECTRAL_STROKE_FRAMES), range(SPECTRAL_STROKE_FRAMES, SPECTRAL_BODY_FRAMES, 3)
    tail = range(SPECTRAL_BODY_FRAMES, n_frames, 8)
    return [frame for part in (stroke, body, tail) for frame in part if frame < n_frames]


ModelConfig = DenseConfig | ConvConfig | VaeConfig | WaveganConfig | SpecganConfig | PcaConfig | SpectralConfig


def _check_positive(**values: int) -> None:
    for name, value in values.items():
        if value < 1:
            raise RecipeError(f"{name} is {value}: at least 1 is expected")


def _check_conv(dim: int, latent: int, window: int) -> None:
    _check_positive(dim=dim, latent=latent)
    if window < CONV_SHRINK or window % CONV_SHRINK:
        raise RecipeError(f"a window of {window} points: a multiple of {CONV_SHRINK} is expected")


def _check_activation(name: str) -> None:
    if name not in get_args(Activation):
        raise RecipeError(f"no activation named {name!r}: there are {', '.join(get_args(Activation))}")
