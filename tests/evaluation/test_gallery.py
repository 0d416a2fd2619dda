import io

import numpy as np
import soundfile
from tests.drums import hat, kick

from drumlin.evaluation.gallery import TILE, draw_spectrogram, draw_tiles, encode_flac
from drumlin.evaluation.window import judged_window


def test_low_sound_is_bright_below_and_high_sound_above() -> None:
    low, high = (draw_spectrogram(judged_window(sound, 44_100), *TILE).sum(axis=2) for sound in (kick(0), hat(0)))
    middle = TILE[1] // 2
    assert low[middle:].sum() > low[:middle].sum()
    assert high[:middle].sum() > high[middle:].sum()


def test_silent_sound_and_missing_tiles_are_dark() -> None:
    picture = draw_tiles(np.zeros((3, 4096), np.float32))
    assert picture.shape == (TILE[1], 4 * TILE[0] + 12, 3)
    assert np.unique(picture.reshape(-1, 3), axis=0).tolist() == [[18, 20, 24]]


def test_picture_has_a_tile_for_each_hit() -> None:
    windows = np.stack([judged_window(kick(seed), 44_100) for seed in range(5)])
    picture = draw_tiles(windows)
    width, height = TILE
    tile = draw_spectrogram(windows[4], width, height)
    np.testing.assert_array_equal(picture[height + 4 : 2 * height + 4, :width], tile)


def test_flac_holds_the_hit_without_its_silence() -> None:
    padded = np.concatenate([kick(0), np.zeros(30_000, np.float32)])
    sound, rate = soundfile.read(io.BytesIO(encode_flac(padded, 44_100)), dtype="float32")
    assert rate == 44_100
    assert len(sound) <= len(kick(0))
    scale = 10 ** (-1 / 20) / np.abs(kick(0)).max()
    np.testing.assert_allclose(sound[:8000], scale * kick(0)[:8000], atol=1e-4)


def test_flac_keeps_a_cut_end() -> None:
    cut = np.sin(np.linspace(0, 200, 9000)).astype(np.float32)
    sound, _ = soundfile.read(io.BytesIO(encode_flac(cut, 44_100)))
    assert len(sound) == 9000
    assert abs(sound[-1]) > 0.5
