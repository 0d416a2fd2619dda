import pytest
import torch

from drumlin.models.hearing_network import Ears, HearingNetwork, qualities

pytestmark = pytest.mark.train


def test_several_networks_answer_as_one() -> None:
    members = [HearingNetwork(5, 8).eval() for _ in range(2)]
    view = torch.rand(3, 2, 64, 64)
    said = Ears(members).eval()(view)
    assert said.shape == (3, 2 * 8 + 5)
    shares = torch.stack([torch.softmax(one(view), dim=1) for one in members]).mean(dim=0)
    torch.testing.assert_close(torch.exp(said[:, 16:]), shares, atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(said[:, :8], members[0].embed(view))


def test_qualities_follow_what_a_picture_shows() -> None:
    low, high, short = torch.zeros(3, 2, 64, 64).unbind()
    low[:, :8], high[:, 50:], short[:, 50:, :6] = 1.0, 1.0, 1.0
    dark, bright, brief = qualities(torch.stack([low, high, short])).unbind()
    assert bright[0] > dark[0] + 0.5
    assert brief[1] < bright[1]
    assert ((dark >= 0.0) & (dark <= 1.0)).all()


def test_silence_has_qualities_too() -> None:
    assert torch.isfinite(qualities(torch.zeros(1, 2, 64, 64))).all()
