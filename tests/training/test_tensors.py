import pytest
import torch
from safetensors.torch import load as library_load
from safetensors.torch import save as library_save

from drumlin.training.tensors import DTYPES, load, save

pytestmark = pytest.mark.train

TENSORS = {
    "weights": torch.randn(3, 5),
    "step": torch.tensor(7.0),
    "random": torch.arange(11, dtype=torch.uint8),
    "turned": torch.arange(6.0).reshape(2, 3).T,
    "empty": torch.zeros(0, 4, dtype=torch.int64),
    **{f"of {name}": torch.tensor([1, 0, 3]).to(dtype) for name, dtype in DTYPES.items()},
}


def alike(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> bool:
    same = (torch.equal(one[name], other[name]) and one[name].dtype == other[name].dtype for name in one)
    return one.keys() == other.keys() and all(same)


def test_the_library_reads_what_is_written() -> None:
    assert alike(library_load(save(TENSORS, {"drumlin": '{"a": 1}'})), TENSORS)


def test_what_the_library_writes_is_read() -> None:
    plain = {name: value.contiguous() for name, value in TENSORS.items()}
    tensors, texts = load(library_save(plain, {"drumlin": "ä"}))
    assert alike(tensors, plain)
    assert texts == {"drumlin": "ä"}


def test_every_tensor_begins_at_a_multiple_of_its_width() -> None:
    import json

    data = save(TENSORS, {})
    head = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
    for name, value in TENSORS.items():
        assert head[name]["data_offsets"][0] % value.element_size() == 0


@pytest.mark.parametrize("kept", [0, 7, 8, 100, -1])
def test_a_file_that_was_cut_off_is_an_error(kept: int) -> None:
    with pytest.raises(ValueError, match="bytes"):
        load(save({"a": torch.ones(100), "b": torch.ones(3)}, {})[:kept])


def test_a_head_that_leaves_a_gap_is_an_error() -> None:
    data = save({"a": torch.ones(2), "b": torch.ones(2)}, {})
    with pytest.raises(ValueError, match="bytes 12 to 20"):
        load(data.replace(b"[8, 16]", b"[12,20]"))
