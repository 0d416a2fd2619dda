import pytest

from drumlin.library.vocabulary import PALETTE

GROUNDS = ("#fbfaf6", "#ffffff", "#e4efe9", "#f3f1ea", "#1a2125", "#232c31", "#22363a", "#12171a")
"""What marks lie on in the page, light and dark."""


def luminance(colour: str) -> float:
    """Return the relative luminance that WCAG 2.2 defines."""
    shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("name", PALETTE)
def test_each_colour_is_told_from_every_ground(name: str) -> None:
    for ground in GROUNDS:
        low, high = sorted((luminance(PALETTE[name]), luminance(ground)))
        assert (high + 0.05) / (low + 0.05) >= 3.0, ground
