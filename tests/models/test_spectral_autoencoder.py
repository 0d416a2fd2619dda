"""The spectral autoencoder: its synthesis, its silent ends, its exact handles."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from tests.drums import kick, snare

from drumlin.features import log_mel_distance_db
from drumlin.models.configs import SpectralConfig
from drumlin.models.model import DataFacts
from drumlin.models.spectral_autoencoder import SpectralAutoencoder
from drumlin.models.spectral_encoder import LowBand, Picture, Projection
from drumlin.models.spectral_handles import HANDLES
from drumlin.models.spectral_losses import envelope_loss, low_waveform_loss, spectral_loss
from drumlin.models.spectral_tables import end_window, mel_filters, mel_to_bins, node_weights

pytestmark = pytest.mark.train

SMALL = SpectralConfig(latent=8, width=16, n_blocks=2, n_bands=16, phases=3, strokes=2)
RATE = 44_100
LENGTH = 48 * 256


@pytest.fixture(scope="module")
def model() -> SpectralAutoencoder:
    torch.manual_seed(3)
    return SpectralAutoencoder(SMALL, DataFacts(LENGTH, RATE, ("kick", "snare"))).eval()


def decode(model: SpectralAutoencoder, seed: int = 0, velocity: float = 1.0, **controls: float) -> np.ndarray:
    latent = torch.linspace(-1.0, 1.0, SMALL.latent)[None]
    values = torch.tensor([[controls.get(handle.name, handle.default) for handle in HANDLES]])
    inputs = latent, torch.tensor([[1.0, 0.0]]), values, torch.tensor([seed]), torch.tensor([[velocity]])
    with torch.no_grad():
        return model.decoder(*inputs)[0].numpy()


def test_a_picture_is_the_log_of_mel_power_at_its_nodes() -> None:
    torch.manual_seed(0)
    wave = torch.randn(1, LENGTH)
    frames = torch.nn.functional.pad(wave, (512, 512)).unfold(1, 1024, 256) * torch.hann_window(1024)
    power = torch.fft.rfft(frames).abs().square()[0, 30] @ mel_filters(RATE, 1024, 16).T
    assert torch.allclose(Picture(SMALL, 48, RATE)(wave)[0, :, 30], power.log(), atol=1e-3)


def test_a_node_of_the_tail_stands_for_two_frames() -> None:
    torch.manual_seed(0)
    wave = torch.randn(1, 120 * 256)
    frames = torch.nn.functional.pad(wave, (512, 512)).unfold(1, 1024, 256) * torch.hann_window(1024)
    power = torch.fft.rfft(frames).abs().square()[0, [105, 109]] @ mel_filters(RATE, 1024, 16).T
    picture = Picture(SMALL, 120, RATE)(wave)[0]  # nodes 0..39, 40, 43, .. 94, then 97, 105, ..
    assert torch.allclose(picture[:, 40 + 19 + 1], power.mean(dim=0).log(), atol=1e-3)


def test_the_product_of_a_picture_is_the_transform() -> None:
    torch.manual_seed(0)
    picture, frames = Picture(SMALL, 48, RATE), torch.randn(1, 3, 1024)
    expected = torch.fft.rfft(frames).abs().square() @ picture.mel.T
    assert torch.allclose(picture.by_product(frames), expected, rtol=1e-3, atol=1e-3)


def test_a_projection_gives_uncorrelated_numbers_of_unit_variance() -> None:
    rows = torch.randn(200, 6, generator=torch.Generator().manual_seed(0)) @ torch.randn(
        6, 6, generator=torch.Generator().manual_seed(1)
    )
    projection = Projection(6, 3)
    projection.fit(rows + 5.0)
    found = projection(rows + 5.0)
    assert torch.allclose(found.mean(dim=0), torch.zeros(3), atol=1e-4)
    assert torch.allclose(found.T @ found / 199, torch.eye(3), atol=1e-3)


def test_a_projection_of_few_sounds_still_gives_numbers() -> None:
    projection = Projection(6, 4)
    projection.fit(torch.randn(2, 6, generator=torch.Generator().manual_seed(0)))
    assert bool(torch.isfinite(projection(torch.randn(3, 6))).all())


def test_the_low_band_keeps_low_tones_and_drops_high_ones() -> None:
    time = torch.arange(LENGTH) / RATE
    low, high = (LowBand()(torch.sin(2 * torch.pi * hertz * time)[None])[0, 50:600] for hertz in (200.0, 4000.0))
    assert float(low.square().mean()) == pytest.approx(0.5, rel=0.02)
    assert float(high.square().mean()) < 1e-4


def test_nodes_are_met_and_a_line_between_them_is_kept() -> None:
    weights = node_weights(120)
    frames = torch.tensor([*range(40), *range(40, 97, 3), *range(97, 120, 8)]).float()
    assert torch.allclose(frames @ weights, torch.arange(120.0).clamp(max=113.0), atol=1e-4)


def test_levels_between_mel_bands_are_interpolated() -> None:
    weights = mel_to_bins(RATE, 1024, 16)
    assert torch.allclose(weights.sum(dim=0), torch.ones(513))
    assert bool((torch.arange(16.0) @ weights).diff().ge(0).all())


def test_the_last_tenth_of_a_hit_is_silent() -> None:
    window = end_window(1000, 1000, 4000)
    assert float(window[900:].abs().max()) == 0.0
    assert float(window[2:700].min()) == 1.0
    assert torch.equal(end_window(800, 1000, 4000), window[:800])


@pytest.fixture(scope="module")
def fitted() -> tuple[SpectralAutoencoder, torch.Tensor]:
    """A model that has computed its projections and learned nothing yet, and the sounds that it saw."""
    torch.manual_seed(0)
    hits = np.stack([np.resize(drum(number), LENGTH) for number in range(8) for drum in (kick, snare)])
    config = replace(SMALL, latent=20, phases=8, strokes=4, augment=0.0)
    model = SpectralAutoencoder(config, DataFacts(LENGTH, RATE, ("kick", "snare"))).eval()
    model.fit(hits, np.tile([0, 1], 8))
    return model, torch.from_numpy(hits) * end_window(LENGTH, LENGTH, RATE)


@pytest.mark.parametrize(("part", "first", "last"), [("picture", 0, 8), ("low", 8, 16), ("stroke", 16, 20)])
def test_the_decoder_reads_each_part_of_the_latent_back(
    fitted: tuple[SpectralAutoencoder, torch.Tensor], part: str, first: int, last: int
) -> None:
    model, sounds = fitted
    with torch.no_grad():
        seen = dict(zip(("picture", "low", "stroke"), model.encoder.analysed(sounds), strict=True))[part].flatten(1)
        given = torch.cat([model.encoder(sounds), torch.zeros(16, 2)], dim=1)
        read = getattr(model.decoder.readers, part)(given)
    centred = (seen - seen.mean(dim=0)).numpy()
    axes = np.linalg.svd(centred, full_matrices=False)[2][: last - first]
    left = centred - centred @ axes.T @ axes
    assert float((read - seen).square().mean()) == pytest.approx(float(np.square(left).mean()), rel=0.02, abs=1e-6)


def test_a_model_that_has_learned_nothing_gives_known_sounds_back_in_colour_level_and_stroke(
    fitted: tuple[SpectralAutoencoder, torch.Tensor],
) -> None:
    model, sounds = fitted
    with torch.no_grad():
        latent, classes = model.encoder(sounds), torch.zeros(16, 2)
        made = model.decoder.parts(latent, classes, torch.zeros(16, dtype=torch.int64), model.n_frames)[0]
    distances = [log_mel_distance_db(a, b, RATE) for a, b in zip(sounds.numpy(), made.numpy(), strict=True)]
    others = [log_mel_distance_db(a, b, RATE) for a, b in zip(sounds.numpy(), made.roll(1, 0).numpy(), strict=True)]
    assert np.median(distances) < 0.6 * np.median(others)


def test_a_hit_starts_and_ends_in_silence(model: SpectralAutoencoder) -> None:
    made = decode(model)
    assert made[0] == 0.0
    assert abs(made[-1]) < 1e-4 * np.abs(made).max()


def test_a_hit_never_exceeds_full_scale(model: SpectralAutoencoder) -> None:
    assert np.abs(decode(model, noisiness=12.0, brightness=6.0, decay=3.0)).max() <= 1.0


def test_another_seed_is_another_noise_and_the_same_seed_the_same_sound(model: SpectralAutoencoder) -> None:
    assert np.array_equal(decode(model, 1), decode(model, 1))
    assert not np.array_equal(decode(model, 1), decode(model, 2))


def test_seeds_come_around_after_all_of_them(model: SpectralAutoencoder) -> None:
    assert np.array_equal(decode(model, 5), decode(model, 5 + 128))


def test_a_softer_stroke_is_softer_by_the_square_of_its_velocity_and_shorter(model: SpectralAutoencoder) -> None:
    hard, soft = decode(model), decode(model, velocity=0.5)
    assert 0.1 < np.abs(soft).max() / np.abs(hard).max() < 0.4
    late, early = slice(LENGTH // 2, None), slice(0, LENGTH // 4)
    shares = [np.square(sound[late]).sum() / np.square(sound[early]).sum() for sound in (hard, soft)]
    assert shares[1] < shares[0]


def test_velocity_1_and_seed_0_leave_the_latent_alone(fitted: tuple[SpectralAutoencoder, torch.Tensor]) -> None:
    model, sounds = fitted
    rows = np.arange(16) // 2 * 2  # each drum twice
    latents = model.encoder(sounds).numpy()
    model.learn_strokes(latents, rows, np.tile([0.0, -12.0], 8))
    latent, classes = torch.from_numpy(latents[:1]), torch.tensor([[1.0, 0.0]])
    controls = torch.tensor([[handle.default for handle in HANDLES]])
    zero, one = torch.zeros(1, dtype=torch.int64), torch.ones(1, 1)
    with torch.no_grad():
        played = model.decoder(latent, classes, controls, zero, one)
        bare = model.decoder.parts(latent, classes, zero, model.n_frames)[0]
    assert torch.allclose(played, bare, atol=1e-5)


def test_rare_classes_weigh_more_and_the_mean_weight_is_one() -> None:
    model = SpectralAutoencoder(SMALL, DataFacts(LENGTH, RATE, ("kick", "snare")))
    labels = np.array([0] * 9 + [1])
    noise = np.random.default_rng(0).standard_normal((10, LENGTH)).astype(np.float32) * 0.1
    model.fit(noise, labels)
    assert float(model.weights[1] / model.weights[0]) == pytest.approx(3.0)
    assert float(model.weights[labels].mean()) == pytest.approx(1.0)


def test_equal_sounds_cost_nothing() -> None:
    sounds = torch.from_numpy(np.stack([kick(0)[:8192], snare(0)[:8192]]))
    losses = [
        spectral_loss(sounds, sounds, 512),
        low_waveform_loss(sounds, sounds, RATE),
        envelope_loss(sounds, sounds),
    ]
    assert [float(loss) for loss in losses] == pytest.approx([0.0, 0.0, 0.0], abs=1e-6)


def test_two_noises_are_nearer_than_a_noise_and_a_tone() -> None:
    generator = torch.Generator().manual_seed(0)
    one, other = torch.randn(2, 1, 16_384, generator=generator) * 0.1
    tone = 0.14 * torch.sin(torch.arange(16_384) * 0.3)[None]
    assert float(spectral_loss(one, other, 512)) < 0.5 * float(spectral_loss(one, tone, 512))


def test_sounds_are_changed_only_while_it_learns_and_only_if_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    changed: list[int] = []

    def silence(waveform: torch.Tensor, *rest: object) -> torch.Tensor:
        changed.append(len(waveform))
        return torch.zeros_like(waveform)

    monkeypatch.setattr("drumlin.models.spectral_autoencoder.augment", silence)
    sounds = torch.from_numpy(np.stack([np.resize(kick(0), LENGTH), np.resize(snare(0), LENGTH)]))
    for strength, training, expected in ((0.0, True, 0), (1.0, False, 0), (0.5, True, 1)):
        config = replace(SMALL, augment=strength)
        model = SpectralAutoencoder(config, DataFacts(LENGTH, RATE, ("kick", "snare"))).train(training)
        model("model", sounds, torch.tensor([0, 1]), 0)
        assert len(changed) == expected


def test_the_latent_is_computed_and_only_the_decoder_learns() -> None:
    model = SpectralAutoencoder(SMALL, DataFacts(LENGTH, RATE, ("kick", "snare"))).train()
    sounds = torch.from_numpy(np.stack([np.resize(kick(0), LENGTH), np.resize(snare(0), LENGTH)]))
    model("model", sounds, torch.tensor([0, 1]), 0)["loss"].backward()
    assert not list(model.encoder.parameters())
    assert all(parameter.grad is not None for parameter in model.decoder.parameters())
