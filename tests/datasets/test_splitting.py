from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from drumlin.datasets.samples import Split
from drumlin.datasets.splitting import split_rows

_rows = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 30)), min_size=1, max_size=120)


def _hashes(clusters: list[int]) -> list[str]:
    return [f"{cluster}-{row}" for row, cluster in enumerate(clusters)]


def _dense(numbers: list[int]) -> list[int]:
    order = list(dict.fromkeys(numbers))
    return [order.index(number) for number in numbers]


@given(_rows)
def test_no_cluster_straddles_and_train_is_never_empty(rows: list[tuple[int, int]]) -> None:
    clusters = _dense([cluster for _, cluster in rows])
    result = split_rows([f"kit{kit}" for kit, _ in rows], clusters, _hashes(clusters), [None] * len(rows))
    where = {
        cluster: {result.splits[row] for row, own in enumerate(clusters) if own == cluster} for cluster in clusters
    }
    assert all(len(found) == 1 for found in where.values())
    assert not result.straddling
    assert "train" in result.splits


@given(st.lists(st.integers(0, 9), min_size=30, max_size=100))
def test_kits_stay_whole_and_order_does_not_matter(kits: list[int]) -> None:
    names, rows = [f"kit{kit}" for kit in kits], list(range(len(kits)))
    first = split_rows(names, rows, _hashes(rows), [None] * len(rows))
    backwards = split_rows(names[::-1], rows, _hashes(rows)[::-1], [None] * len(rows))
    assert backwards.splits == first.splits[::-1]
    if first.method == "kit":
        assert len(set(zip(first.splits, kits, strict=True))) == len(set(kits))


def test_ten_kits_of_one_size_give_eight_one_and_one() -> None:
    kits = [f"kit{number % 10}" for number in range(200)]
    rows = list(range(200))
    result = split_rows(kits, rows, _hashes(rows), [None] * 200)
    assert Counter(result.splits) == {"train": 160, "valid": 20, "test": 20}
    assert result.method == "kit"


def test_a_giant_kit_is_learned_from() -> None:
    kits = ["giant"] * 90 + [f"kit{number}" for number in range(10)]
    rows = list(range(100))
    assert set(split_rows(kits, rows, _hashes(rows), [None] * 100).splits[:90]) == {"train"}


def test_fewer_than_three_kits_are_split_by_cluster() -> None:
    rows = list(range(100))
    result = split_rows(["a", "b"] * 50, rows, _hashes(rows), [None] * 100)
    assert result.method == "cluster"
    assert 5 <= Counter(result.splits)["test"] <= 15


def test_one_sound_is_learned_from() -> None:
    assert split_rows([""], [0], ["x"], [None]).splits == ["train"]


def test_splits_of_a_manifest_are_kept_and_straddling_clusters_are_told() -> None:
    given_: list[Split | None] = ["test", "train", "valid"]
    result = split_rows(["a", "a", "b"], [0, 1, 1], ["x", "y", "z"], given_)
    assert (result.splits, result.method, result.straddling) == (given_, "manifest", [1])


def test_rows_without_a_split_are_given_one_beside_those_that_have_it() -> None:
    given_: list[Split | None] = ["test", None, "valid", None]
    result = split_rows(["a", "b", "c", "d"], [0, 1, 2, 3], ["w", "x", "y", "z"], given_)
    assert (result.splits[0], result.splits[2]) == ("test", "valid")
    assert "train" in result.splits
    assert result.method.startswith("kit")
