"""Kills a server again and again while writers write to it, as a power cut would, and starts it again.

A writer has `act()`, which does one thing and raises where the server is gone, `client`, by which it does so, `acts`, how
many were acknowledged, and `wrong`, the answers that were not as they should be.
"""

import http.client
import threading

from support.waiting import wait_for


def write_until_gone(writer):
    try:
        while True:
            writer.act()
    except (OSError, http.client.HTTPException):
        writer.client.close()


def killed_while_written_to(server, writers, kills, choose, most_acts, seconds=60):
    """The number of each kill from 0 on, each time that the server is there again and nobody writes.

    `most_acts` are acknowledged at most between a start and its kill, drawn from `choose`; within `seconds`.
    """
    for kill in range(kills):
        threads = [threading.Thread(target=write_until_gone, args=(writer,)) for writer in writers]
        for thread in threads:
            thread.start()
        last = sum(writer.acts for writer in writers) + choose.randint(1, most_acts)
        wait_for("acts to be acknowledged", lambda: sum(writer.acts for writer in writers) >= last, seconds, 0.002)
        server.kill()
        for thread in threads:
            thread.join()
        server.log.close()
        server.start()
        for writer in writers:
            assert writer.wrong == []
        yield kill
