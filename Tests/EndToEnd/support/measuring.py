"""Tests that measure, on a machine that does other things besides."""

import pytest

measured = pytest.mark.flaky(reruns=1, only_rerun=["AssertionError"])
"""What else a machine does looks to a page like a worse line or a slower server, never like a better one: what is missed is
measured once more, from the beginning."""
