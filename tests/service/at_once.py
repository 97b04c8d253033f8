"""Several at the same moment."""

import threading


def at_once(count, do):
    """Does something in several threads at the same moment and gives what each returned or raised."""
    barrier, out = threading.Barrier(count), []

    def one():
        barrier.wait()
        try:
            out.append(do())
        except Exception as error:
            out.append(error)

    threads = [threading.Thread(target=one, daemon=True) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return out
