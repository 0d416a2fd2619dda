import json
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from tests.drums import DRUMS

from drumlin.errors import PackError, TrainingError
from drumlin.hearing.melgram import melgram
from drumlin.hearing.packing import Pack
from drumlin.hearing.tagger import Tagger
from drumlin.progress import Progress
from drumlin.training.hearing_rivals import mfcc_means, nearest_labels
from drumlin.training.tagger import TaggerTraining, TrainedTagger, tagger_outputs, train_tagger
from drumlin.training.tagger_files import train_pack

pytestmark = pytest.mark.train

FRAMES = 40


@pytest.fixture(scope="module")
def pack() -> Pack:
    names = ("hat", "kick")
    drums = [melgram(DRUMS[name](seed)[None], 44100, FRAMES) for seed in range(10) for name in names]
    return Pack(np.stack(drums), np.arange(20) % 2, names)


@pytest.fixture(scope="module")
def written(pack: Pack, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, TrainedTagger]:
    """Return a tagger file and what it was written from; exporting takes seconds, so it is done once."""
    path = tmp_path_factory.mktemp("tagger") / "my.tagger"
    return path, train_pack(pack, path, TaggerTraining(epochs=8, batch_size=5))


def test_kicks_and_hats_are_learned_and_known_from_the_file(pack: Pack, written: tuple[Path, TrainedTagger]) -> None:
    path, trained = written
    assert trained.right == 1.0
    tagger = Tagger(path)
    for name in pack.classes:
        shares = tagger.shares(DRUMS[name](30)[None], 44100)
        assert next(iter(shares)) == name
        np.testing.assert_allclose(sum(shares.values()), 1.0, atol=1e-4)
    assert tagger.facts.trained["sounds"] == 20


def test_the_file_says_what_the_network_says(pack: Pack, written: tuple[Path, TrainedTagger]) -> None:
    path, trained = written
    own = melgram(DRUMS["kick"](3)[None], 44100, FRAMES)
    wanted = torch.softmax(torch.from_numpy(tagger_outputs(trained.net, own[None])), dim=1)[0].numpy()
    shares = Tagger(path).shares(DRUMS["kick"](3)[None], 44100)
    np.testing.assert_allclose([shares[name] for name in pack.classes], wanted, atol=2e-3)
    assert Tagger(path).shares(np.zeros((1, 4410), np.float32), 44100) == {}  # silence is of no class


def test_training_is_repeatable(pack: Pack) -> None:
    said = [
        tagger_outputs(train_tagger(pack.stored, pack.labels, 2, TaggerTraining(epochs=1)).net, pack.stored[:3])
        for _ in range(2)
    ]
    np.testing.assert_array_equal(said[0], said[1])


def test_a_training_that_was_broken_off_goes_on_to_the_same_result(pack: Pack, tmp_path: Path) -> None:
    settings, epochs = TaggerTraining(epochs=3), []

    def break_off(progress: Progress) -> None:
        epochs.append(progress.done)
        if epochs == [1, 2]:
            raise KeyboardInterrupt

    whole = train_tagger(pack.stored, pack.labels, 2, settings)
    with pytest.raises(KeyboardInterrupt):
        train_tagger(pack.stored, pack.labels, 2, settings, break_off, tmp_path)
    parts = train_tagger(pack.stored, pack.labels, 2, settings, break_off, tmp_path)
    assert epochs == [1, 2, 3]
    assert (parts.epoch, parts.loss) == (whole.epoch, whole.loss)
    np.testing.assert_array_equal(tagger_outputs(parts.net, pack.stored), tagger_outputs(whole.net, pack.stored))


def test_what_was_kept_of_other_sounds_is_not_gone_on_with(pack: Pack, tmp_path: Path) -> None:
    settings, epochs = TaggerTraining(epochs=1), []
    for stored in (pack.stored, pack.stored[::-1].copy()):
        train_tagger(stored, pack.labels, 2, settings, lambda progress: epochs.append(progress.done), tmp_path)
    assert epochs == [1, 1]


@pytest.mark.parametrize("labels", [np.arange(100), np.array([0] * 99 + [1])], ids=["many classes", "a lone sound"])
def test_many_classes_and_lone_sounds_can_be_learned(labels: np.ndarray) -> None:
    stored = np.random.default_rng(0).integers(0, 200, (100, 1, 96, 24), np.uint8)
    classes = int(labels.max()) + 1
    trained = train_tagger(stored, labels, classes, TaggerTraining(epochs=1))
    assert tagger_outputs(trained.net, stored[:2]).shape == (2, classes)


def test_too_little_is_refused(pack: Pack) -> None:
    with pytest.raises(TrainingError, match="are needed"):
        train_tagger(pack.stored[:4], pack.labels[:4], 2)
    with pytest.raises(TrainingError, match="are needed"):
        train_tagger(pack.stored[..., :20], pack.labels, 2)


def test_a_network_that_does_more_than_reckon_is_refused(written: tuple[Path, TrainedTagger], tmp_path: Path) -> None:
    import onnx

    def changed(data: bytes) -> bytes:
        model = onnx.load_model_from_string(data)
        model.graph.node.append(onnx.helper.make_node("Loop", ["a", "b"], ["c"]))
        return model.SerializeToString()

    path = Path(shutil.copy(written[0], tmp_path))
    rewrite(path, changed, with_hash=True)
    with pytest.raises(PackError, match="Loop, which is refused"):
        Tagger(path)


def test_a_network_of_another_card_is_refused(written: tuple[Path, TrainedTagger], tmp_path: Path) -> None:
    path = Path(shutil.copy(written[0], tmp_path))
    rewrite(path, lambda data: data + b" ", with_hash=False)
    with pytest.raises(PackError, match="not the one of its card"):
        Tagger(path)


def test_a_pack_is_no_tagger(tmp_path: Path) -> None:
    (tmp_path / "a.tagger").write_bytes(b"text")
    with pytest.raises(PackError, match="cannot be read"):
        Tagger(tmp_path / "a.tagger")


def test_the_nearest_neighbour_knows_what_it_was_shown() -> None:
    known = mfcc_means([DRUMS[name](seed) for name in ("kick", "hat") for seed in range(3)], 44100)
    assert known.shape == (6, 20)
    asked = mfcc_means([DRUMS["hat"](9), DRUMS["kick"](9)], 44100)
    assert nearest_labels(known, np.repeat([0, 1], 3), asked).tolist() == [1, 0]


def rewrite(path: Path, change: object, *, with_hash: bool) -> None:
    from drumlin.provenance import hash_bytes

    with zipfile.ZipFile(path) as archive:
        card, network = json.loads(archive.read("tagger.json")), archive.read("network.onnx")
    network = change(network)  # type: ignore[operator]
    if with_hash:
        card["sha256"] = hash_bytes(network)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("tagger.json", json.dumps(card))
        archive.writestr("network.onnx", network)
