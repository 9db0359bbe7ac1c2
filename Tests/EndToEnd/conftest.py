"""What the end-to-end tests share: a real server, real browsers, real peers."""

import pathlib

import pytest
from playwright.sync_api import sync_playwright

from support.server import Server


@pytest.fixture
def server(tmp_path):
    """A server of one's own on free ports."""
    with Server(tmp_path / "data") as running:
        yield running


@pytest.fixture(scope="session")
def playwright():
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def clips(tmp_path_factory) -> pathlib.Path:
    return tmp_path_factory.mktemp("clips")
