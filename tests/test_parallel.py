import gc
import os
import threading

import numpy as np
import pytest

from matcher.garbage import cycles_kept
from matcher.parallel import beside, chunks, cores, in_processes, one_core, processes_allowed, side_by_side


@pytest.fixture
def two_cores(monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 2)


def test_blocks_come_back_in_order_whoever_works(two_cores):
    table = np.arange(100.0)  # what the work refers to is not sent
    blocks = chunks(np.arange(100), 7)

    def total(block):
        return float(table[block].sum())

    expected = [sum(block.tolist()) for block in blocks]
    assert list(side_by_side(total, blocks)) == expected
    with processes_allowed():
        assert list(in_processes(total, blocks)) == expected


def test_processes_only_where_a_command_allows_them(two_cores):
    def who(_):
        return os.getpid(), threading.get_ident()

    blocks = list(range(20))
    assert {process for process, _ in in_processes(who, blocks)} == {os.getpid()}
    with processes_allowed():
        assert os.getpid() not in {process for process, _ in in_processes(who, blocks)}
        assert {process for process, _ in in_processes(who, blocks[:3])} == {os.getpid()}  # not worth a start
    assert {process for process, _ in in_processes(who, blocks)} == {os.getpid()}


def test_what_went_wrong_in_a_process_is_told(two_cores):
    def fail(block):
        raise ValueError(f"block {block}")

    with processes_allowed(), pytest.raises(ValueError, match="block 0"):
        list(in_processes(fail, list(range(20))))


def test_a_worker_with_others_beside_it_uses_its_own_thread_only(two_cores):
    with one_core():
        assert cores() == 1
        threads = set(side_by_side(lambda block: threading.get_ident(), range(20)))
    assert threads == {threading.get_ident()}
    assert cores() == 2


def test_work_beside_the_block(two_cores):
    table = np.arange(10.0)

    def who():
        return os.getpid(), float(table.sum())

    with beside(who) as result:
        assert result() == (os.getpid(), 45.0)
    with processes_allowed():
        with beside(who, worth=False) as result:
            assert result()[0] == os.getpid()
        with beside(who) as result:
            table[:] = 0.0  # it works with what was there when the block began
            inside = list(in_processes(lambda block: os.getpid(), list(range(20))))  # others may be begun meanwhile
            process, total = result()
        assert process not in {os.getpid(), *inside}
        assert total == 45.0


def test_what_went_wrong_beside_is_told_when_it_is_asked_for(two_cores):
    def fail():
        raise ValueError("no place")

    with processes_allowed(), beside(fail) as result, pytest.raises(ValueError, match="no place"):
        result()


def test_cycles_are_looked_for_again_afterwards():
    with cycles_kept():
        assert not gc.isenabled()
        with cycles_kept():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()
