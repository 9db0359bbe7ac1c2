"""Who takes part in a scripted briefing of the demo province, each in a page of a real browser."""

import pathlib

from playwright.sync_api import Error, Page

from support.api import PASSWORD, Caller
from support.browsers import visit
from support.conduct import device_token, end_demonstration
from support.server import Server
from support.waiting import wait_for

SIZE = {"width": 1366, "height": 768}
# The machine draws six pages at once: their fake cameras give few pictures.
FEW_PICTURES = "--use-fake-device-for-media-stream=fps=5"
DEPUTY, OTHER_SITE = "trieuducminh@backan.example", "nongthiha@backan.example"
LONGEST = 40
"""Seconds that anything may take on a busy machine; what conducts a briefing takes one."""


class Cast:
    """People beside those of the demo: a deputy chair, and a delegate of Na Rì; callers by what they are."""

    def __init__(self, server: Server):
        self.server = server
        self.administrator = Caller(server.port).sign_in("quantri@backan.example")
        self.by_code = {unit["code"]: unit for unit in self.administrator.get("/api/units").body["units"]}
        top = self.by_code["ubnd-tinh"]["id"]
        self._add("Triệu Đức Minh", DEPUTY, "Phó Chủ tịch UBND tỉnh", top)
        self._add("Nông Thị Hà", OTHER_SITE, "Chánh Văn phòng UBND huyện Na Rì", self.by_code["na-ri"]["id"], "delegate")
        accounts = {"chair": "chutich@backan.example", "secretary": "thuky@backan.example", "ba-be": "babe@backan.example",
                    "na-ri": OTHER_SITE, "deputy": DEPUTY}
        self.signed_in = {role: Caller(server.port).sign_in(email) for role, email in accounts.items()}
        end_demonstration(self.signed_in["secretary"])

    def _add(self, name, email, title, unit, role=None):
        answer = self.administrator.call("POST", "/api/people", {
            "name": name, "email": email, "title": title, "phone": "", "unit": unit, "password": PASSWORD,
            "roles": [{"role": role, "unit": unit}] if role else []})
        assert answer.status == 201, answer.text

    def site(self, code: str) -> int:
        return self.by_code[code]["sites"][0]["id"]

    def number(self, role: str) -> int:
        """Of a person."""
        return self.signed_in[role].me["person"]["id"]

    def device(self, code: str) -> str:
        return device_token(self.administrator, self.site(code))

    def book(self, start, *, title: str, sites: list[int], people=(), agenda=(), recorded=False) -> int:
        """A meeting of the province that begins at a time of the province's clock. Returns its number."""
        secretary = self.signed_in["secretary"]
        answer = secretary.call("POST", "/api/series", {
            "title": title, "organiser": secretary.me["person"]["unit"]["id"], "chair": self.number("chair"),
            "start": start.isoformat(timespec="minutes"), "minutes": 60, "rule": None, "holidays": "keep", "form": "online",
            "periodic": False, "venue": None, "sites": sites, "people": list(people), "agenda": list(agenda), "notes": "",
            "recorded": recorded})
        assert answer.status == 201, answer.text
        return answer.body["occurrence"]

    def conduct(self, role: str, occurrence: int) -> dict:
        """What the server tells somebody of the meeting, without a page."""
        answer = self.signed_in[role].get(f"/api/occurrences/{occurrence}/conduct")
        assert answer.status == 200, answer.text
        return answer.body["set"]


class Participant:
    """One page of one role. What is done here is done with the page's own buttons and keys."""

    def __init__(self, browser, cast: Cast, role: str, language="vi"):
        self.cast, self.role = cast, role
        self.context = browser.new_context(
            ignore_https_errors=True, viewport=SIZE, locale="vi-VN", reduced_motion="reduce", accept_downloads=True)
        self.context.add_init_script(f"localStorage.setItem('giaoban.language', '{language}')")
        caller = cast.signed_in.get(role)
        if caller:
            name, value = caller.cookie.split("=", 1)
            self.context.add_cookies([
                {"name": name, "value": value, "url": cast.server.url, "secure": True, "httpOnly": True}])
        self.failures: list[str] = []
        self.page: Page = self.context.new_page()
        self.page.on("pageerror", lambda error: self.failures.append(str(error)))

    def visit(self, path: str) -> "Participant":
        visit(self.page, self.cast.server.url + path)
        return self

    def way_in(self, occurrence: int) -> str:
        """The path of the room with this person's token."""
        answer = self.cast.signed_in[self.role].call("POST", f"/api/occurrences/{occurrence}/join", {})
        assert answer.status == 200, answer.text
        return answer.body["url"]

    def close(self):
        self.context.close()

    # What is pressed.

    def press(self, name: str, within: str = "body", exact=True):
        """The button of that name; waits until it is there."""
        self.page.locator(within).get_by_role("button", name=name, exact=exact).first.click(timeout=LONGEST * 1000)

    def key(self, *keys: str):
        for key in keys:
            self.page.keyboard.press(key)

    def tab(self, name: str):
        self.page.locator(f"#ctab-{name}").click(timeout=LONGEST * 1000)

    def dialog(self, yes: str, **values):
        """Fills a dialog's fields by their labels and says yes to it."""
        for label, value in values.items():
            field = self.page.locator("dialog[open]").get_by_label(label, exact=True)
            if field.evaluate("(one) => one.matches('select')"):
                field.select_option(label=value)
            else:
                field.fill(value)
        self.press(yes, "dialog[open]")

    def until(self, what: str, script: str, argument=None):
        """Until a script in the page gives something."""
        def value():
            try:
                return self.page.evaluate(script, argument)
            except Error:
                return None  # The page is just being changed for another.
        try:
            return wait_for(f"{self.role}: {what}", value, LONGEST)
        except AssertionError as error:
            raise AssertionError(f"{error}; {self.situation()}") from None

    def sees(self, selector: str, words: str = ""):
        """Until something with those words is to be seen."""
        self.until(f"{words or selector}", """([selector, words]) => [...document.querySelectorAll(selector)]
            .some((one) => one.checkVisibility() && one.textContent.includes(words))""", [selector, words])

    def told(self, key: str):
        """What the server has told this page."""
        return self.page.evaluate("(key) => window.giaoban?.conduct?.get(key) ?? null", key)

    def until_told(self, what: str, key: str, test: str):
        """Until `test`, a function of the value of a key, holds of what the server has told this page."""
        return self.until(what, f"(key) => ({test})(window.giaoban?.conduct?.get(key))", key)

    def until_in_the_call(self):
        self.until("in the call", "() => window.giaoban?.phase === 'live' && !giaoban.broken && giaoban.conduct?.link === 'open'")
        return self

    def situation(self) -> str:
        try:
            return self.page.evaluate("""() => JSON.stringify({at: location.pathname, phase: window.giaoban?.phase,
                link: window.giaoban?.conduct?.link, you: window.giaoban?.conduct?.you, floor: window.giaoban?.conduct?.get('floor'),
                door: document.querySelector('#door')?.innerText, toast: document.querySelector('#toast')?.innerText,
                dialog: document.querySelector('dialog[open]')?.innerText.slice(0, 300), focus: document.activeElement?.cloneNode().outerHTML,
                paper: document.querySelector('#papers')?.cloneNode().outerHTML, page: document.querySelector('.page-sheet')?.cloneNode().outerHTML,
                field: [document.querySelector('.page-scroll')].map((one) => one && [one.scrollLeft, one.scrollTop, one.scrollWidth, one.clientWidth])[0]})""") + f"; {self.failures}"
        except Error as error:
            return str(error)

    def shoot(self, path: pathlib.Path):
        path.parent.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=path, timeout=2 * LONGEST * 1000)

    def until_card(self, kind: str):
        """Until a card of that kind asks something, and takes keys: those that were on their way when it came are not for it."""
        self.until(f"the card {kind}", """(kind) => {
            const card = document.querySelector(`.ask[data-kind="${kind}"]`);
            if (!card?.checkVisibility()) return false;
            // Each card has a heading of its own.
            const heading = card.querySelector('h2');
            heading.seenAt ??= performance.now();
            return performance.now() - heading.seenAt > 500;
        }""", kind)

    def tab_to(self, name: str, most=80):
        """Presses Tab until the control of that name has the focus; it must be seen to have it."""
        for _ in range(most):
            self.key("Tab")
            found = self.page.evaluate("""(name) => {
                const at = document.activeElement;
                if ((at?.getAttribute('aria-label') || at?.innerText || '').trim() !== name) return '';
                const style = getComputedStyle(at);
                return style.outlineStyle !== 'none' || style.boxShadow !== 'none' ? 'seen' : 'unseen';
            }""", name)
            if found:
                assert found == "seen", f"the focus on {name} is not seen"
                return
        raise AssertionError(f"Tab does not reach {name}; {self.situation()}")

    def command(self, text: str, finds: str):
        """Types a command into the palette; `finds` is what must stand first."""
        self.key("Control+k")
        self.sees("dialog.palette[open]")
        self.page.keyboard.type(text)
        self.sees("dialog.palette .command[aria-selected=true]", finds)
        self.key("Enter")
