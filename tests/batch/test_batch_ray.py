"""A real Ray cluster of several nodes on this machine."""

from collections import Counter

import pytest
import ray
from clusters import started
from matcher.service.batch.events import find_events
from matcher.service.batch.running import run_batch
from matcher.service.batch.storage import Place
from matcher.service.batch.tasks import Batch
from seasons import results

from matcher.errors import MatcherError

NODE = {"num_cpus": 1, "memory": 8 << 30, "object_store_memory": 80 << 20}
# Ray leaves its own sockets and log files to the garbage collector when it stops, which Python calls a ResourceWarning.
pytestmark = [
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture
def cluster():
    found = started(**{**NODE, "num_cpus": 0})
    yield found
    ray.shutdown()
    found.shutdown()


def test_a_node_killed_in_the_middle_loses_nothing_and_the_bytes_are_the_same(season, expected, tmp_path, cluster):
    from matcher.service.batch.ray_engine import RayEngine

    nodes = [cluster.add_node(**NODE), cluster.add_node(**NODE)]
    cluster.wait_for_nodes()
    engine = RayEngine(cluster.address)
    assert engine.room() == 3  # two nodes, and one task ahead
    killed = []

    class Watched:
        """Kills one node as soon as a task has ended while others run."""

        room, submit, close = engine.room, engine.submit, engine.close

        def ended(self):
            found = engine.ended()
            if found and not killed and engine._running:
                killed.append(nodes.pop())
                cluster.remove_node(killed[0], allow_graceful=False)
            return found

    try:
        batch = Batch(Place.of(str(tmp_path)), block=20, people=5, split_above=1)
        outcomes = run_batch(batch, find_events(str(season)), Watched(), retries=3)
    finally:
        engine.close()
    assert killed
    assert Counter(each.status for each in outcomes) == {"done": 3, "failed": 1}
    assert results(tmp_path) == expected


def test_a_cluster_that_is_not_there_is_told():
    from matcher.service.batch.ray_engine import RayEngine

    with pytest.raises(MatcherError, match="no Ray cluster at 'nonsense'"):
        RayEngine("nonsense")
