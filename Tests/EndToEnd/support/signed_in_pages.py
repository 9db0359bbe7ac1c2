"""Pages of the scheduler that people of an office have opened, signed in, in browsers of their own."""

import contextlib

from support.api import PASSWORD


@contextlib.contextmanager
def opened_pages(office, browser):
    """What opens a path as somebody of a role; `before` runs in the page before anything else. `errors` of a page are what it threw."""
    contexts = []

    def open(path: str, role: str = "secretary", before: str = ""):
        context = browser.new_context(
            ignore_https_errors=True, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh", viewport={"width": 1366, "height": 768})
        contexts.append(context)
        answer = context.request.post(
            f"{office.server.url}/api/session", data={"email": office.email(role), "password": PASSWORD})
        assert answer.status == 200
        if before:
            context.add_init_script(before)
        page = context.new_page()
        page.errors = []
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        page.goto(office.server.url + path)
        return page

    yield open
    for context in contexts:
        context.close()
