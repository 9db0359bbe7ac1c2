"""Waits for what becomes true, instead of for a time."""

import time


def wait_for(what, condition, seconds=15, every=0.1):
    """What `condition` gives once that is true; `what` names it where it does not come within `seconds`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(every)
    raise AssertionError(f"waited {seconds} s in vain for {what}")


def next_second_of_the_clock():
    """What the server keeps by the second (DTSTAMP, an answer's time) is told apart from all that was before."""
    now = int(time.time())
    wait_for("the next second", lambda: int(time.time()) > now, 2, 0.01)
