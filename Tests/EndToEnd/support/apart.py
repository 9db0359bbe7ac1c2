"""Work that begins an asyncio loop of its own, beside playwright's, which holds the thread of the tests."""

import concurrent.futures


def apart(work):
    """What `work` gives, done in a thread of its own."""
    with concurrent.futures.ThreadPoolExecutor(1) as thread:
        return thread.submit(work).result()
