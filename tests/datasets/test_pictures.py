import struct
import zlib

import numpy as np
from tests.drums import hat, kick

from drumlin.datasets.pictures import ONSET_COLOUR, beside, draw_sound, encode_png


def _decode(data: bytes) -> np.ndarray:
    width, height = struct.unpack(">II", data[16:24])
    start = data.index(b"IDAT")
    size = struct.unpack(">I", data[start - 4 : start])[0]
    rows = np.frombuffer(zlib.decompress(data[start + 4 : start + 4 + size]), np.uint8).reshape(height, -1)
    assert not rows[:, 0].any()
    return rows[:, 1:].reshape(height, width, 3)


def test_a_png_holds_its_image() -> None:
    image = np.random.default_rng(0).integers(0, 256, (5, 7, 3), dtype=np.uint8)
    data = encode_png(image)
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    assert np.array_equal(_decode(data), image)


def test_sounds_look_different_where_they_are() -> None:
    low, high = (draw_sound(drum(0), 44100, 0.3, {})[100:].astype(int).sum(axis=(1, 2)) for drum in (kick, hat))
    assert low.argmax() > 80  # the bottom of the picture
    assert high.argmax() < 40


def test_marks_are_drawn_at_their_time() -> None:
    picture = draw_sound(kick(0), 44100, 0.4, {0.1: ONSET_COLOUR})
    assert (picture[:96, 90] == ONSET_COLOUR).all()


def test_pictures_stand_side_by_side() -> None:
    one = draw_sound(kick(0), 44100, 0.4, {})
    assert beside(one, one).shape == (one.shape[0], 2 * one.shape[1] + 12, 3)
