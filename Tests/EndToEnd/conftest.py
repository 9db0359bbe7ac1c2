"""What the end-to-end tests share: a real server, real browsers, real peers."""

import pathlib

import pytest
from playwright.sync_api import sync_playwright

from support.browsers import CHROMIUM_FLAGS
from support.office import Office
from support.server import Server

# The scheduler's tests ask nothing of the machine's time and share no network: ops/test runs some of them at once, a file
# at a time. They begin in this order, those that take longest first, so that none is left over at the end.
SCHEDULER = [
    "test_a_briefing_from_opening_to_minutes", "test_papers_become_pages",
    "test_sites_are_ready", "test_letters_wait_for_their_relay", "test_every_page_is_accessible", "test_recurrence_agrees_with_an_oracle",
    "test_nothing_ends_the_server", "test_mail_survives_kills", "test_invitations_are_answered",
    "test_invitations_survive_kills", "test_invitations_reach_calendars", "test_attacks_are_refused",
    "test_typed_text_stays_text", "test_sign_in_by_a_provider", "test_reports_say_what_was_held",
    "test_rights_of_every_route", "test_bad_input_gets_a_sentence_scheduler", "test_bookings_are_never_lost",
    "test_calendars_read_by_real_clients", "test_a_secretary_books_in_two_minutes", "test_mail_goes_out_and_comes_in",
    "test_the_api_is_as_described", "test_caldav_refuses_by_name", "test_pages_words", "test_reports_print_the_week",
    "test_rights_beyond_a_table", "test_the_chain_of_acts_is_checked", "test_uploaded_files_do_nothing",
    "test_a_briefing_is_conducted", "test_an_emergency_rings", "test_minutes",
    "test_the_console_by_keyboard", "test_a_page_that_did_not_come_whole", "test_a_pc_is_set_up_as_a_kiosk",
    "test_pages_modules", "test_papers_are_signed", "test_no_byte_of_a_secret_paper", "test_uploads_survive_kills",
    "test_papers_are_approved_and_signed", "test_papers_are_approved_in_pages", "test_papers_on_the_page",
    "test_search", "test_the_dossier", "test_a_recording_is_composed", "test_recordings_are_watched", "test_a_recorded_briefing_is_watched",
    "test_a_passage_is_cut", "test_every_journal_is_composed", "test_recordings_are_kept", "test_recordings_go_to_a_store",
]
ORDER = {name: number for number, name in enumerate(SCHEDULER)}


def pytest_configure(config):
    config.addinivalue_line("markers", "scheduler: of the scheduler; some run at once")
    # pytest-xdist would begin with the files of the most tests.
    config.option.loadscopereorder = False


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.stem in ORDER:
            item.add_marker("scheduler")
    items.sort(key=lambda item: ORDER.get(item.path.stem, len(ORDER)))


def pytest_terminal_summary(terminalreporter):
    """What was measured once more (support/measuring.py) says what it had missed."""
    for report in terminalreporter.stats.get("rerun", []):
        crash = getattr(report.longrepr, "reprcrash", None)
        terminalreporter.line(f"missed at first: {report.nodeid}: {crash.message if crash else report.longrepr}")


@pytest.fixture
def server(tmp_path):
    """A server of one's own on free ports."""
    with Server(tmp_path / "data") as running:
        yield running


@pytest.fixture
def province(tmp_path):
    """The demo province, of one's own."""
    with Server(tmp_path / "data", extra=["--demo"]) as running:
        yield running


@pytest.fixture(scope="module")
def province_for_all(tmp_path_factory):
    """The demo province, for all tests of a file."""
    with Server(tmp_path_factory.mktemp("province") / "data", extra=["--demo"]) as running:
        yield running


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """The demo province with a person of every role, for all tests of a file; none of them may end it."""
    with Office(tmp_path_factory.mktemp("office")) as running:
        yield running
        assert running.is_the_same_process()


@pytest.fixture(scope="module")
def browser(playwright):
    running = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM_FLAGS)
    yield running
    running.close()


@pytest.fixture(scope="session")
def playwright():
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def clips(tmp_path_factory) -> pathlib.Path:
    return tmp_path_factory.mktemp("clips")
