"""What the end-to-end tests share: a real server, real browsers, real peers."""

import pathlib

import pytest
from playwright.sync_api import sync_playwright

from support.server import Server

# The scheduler's tests ask nothing of the machine's time and share no network: ops/test runs some of them at once.
SCHEDULER = {
    "test_a_secretary_books_in_two_minutes", "test_attacks_are_refused", "test_bad_input_gets_a_sentence_scheduler",
    "test_bookings_are_never_lost", "test_calendars_read_by_real_clients", "test_every_page_is_accessible",
    "test_invitations_are_answered", "test_invitations_reach_calendars", "test_invitations_survive_kills",
    "test_mail_goes_out_and_comes_in", "test_mail_survives_kills", "test_nothing_ends_the_server", "test_pages_words",
    "test_recurrence_agrees_with_an_oracle", "test_reports_print_the_week", "test_reports_say_what_was_held",
    "test_rights_of_every_route", "test_sign_in_by_a_provider", "test_the_api_is_as_described",
    "test_the_chain_of_acts_is_checked",
}


def pytest_configure(config):
    config.addinivalue_line("markers", "scheduler: of the scheduler; some run at once")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.stem in SCHEDULER:
            item.add_marker("scheduler")


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
