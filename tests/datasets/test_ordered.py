import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from drumlin.datasets.ordered import map_in_order


def test_results_come_in_order_though_the_first_is_slow() -> None:
    def work(number: int) -> int:
        time.sleep(0.05 if number == 0 else 0)
        return number

    with ThreadPoolExecutor(4) as pool:
        assert list(map_in_order(pool, work, range(50), ahead=8)) == list(range(50))


def test_no_more_items_are_taken_than_may_be_under_way() -> None:
    taken: list[int] = []

    def items() -> object:
        for number in range(100):
            taken.append(number)
            yield number

    with ThreadPoolExecutor(2) as pool:
        results = map_in_order(pool, lambda number: number, items(), ahead=5)
        next(results)
        assert len(taken) == 5
        results.close()


def test_an_error_of_the_work_is_raised() -> None:
    with ThreadPoolExecutor(1) as pool, pytest.raises(ZeroDivisionError):
        list(map_in_order(pool, lambda number: 1 // number, [1, 0], ahead=2))
