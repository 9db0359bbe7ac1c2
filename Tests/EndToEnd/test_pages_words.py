"""The words of the scheduler's pages: both languages say everything, and every key that a page asks for exists."""

import json
import pathlib
import re

PAGES = pathlib.Path(__file__).resolve().parents[2] / "scheduler" / "pages"
WORDS = {name: json.loads((PAGES / "locales" / f"{name}.json").read_text(encoding="utf-8")) for name in ("vi", "en")}
SOURCES = {path: path.read_text(encoding="utf-8") for path in [*PAGES.glob("js/**/*.js"), *PAGES.glob("*.html")]}

# Keys that are put together from a value of the API: the values that the contract names.
FAMILIES = {
    "approval.add": ["comment", "approve", "sign"],
    "approval.ask": ["agree", "return", "delegate", "skip", "withdraw", "submit", "issue"],
    "approval.did": ["submit", "agree", "sign", "return", "delegate", "skip", "withdraw", "issue"],
    "approval.do": ["agree", "sign", "return", "delegate", "skip", "withdraw", "submit", "issue"],
    "approval.kind": ["comment", "approve", "sign"],
    "approval.part": ["waiting", "done", "skipped"],
    "approval.state": ["draft", "comment", "approve", "sign", "ready", "issued", "withdrawn"],
    "answer": ["none", "accept", "decline", "delegate"],
    "answer.do": ["accept", "decline", "delegate"],
    "answered": ["accept", "decline", "delegate"],
    "archive": ["series", "unit"],
    "attendance": ["none", "online", "in-person", "late", "absent"],
    "cal.view": ["week", "list"],
    "check.part": ["devices", "speaker", "wait", "line", "send"],
    "check.wait": ["queue", "line"],
    "clock": ["invitation", "conclusions"],
    "confirm": ["decline", "delegate"],
    "dossier.part": ["meeting", "minutes", "conclusions", "votes", "papers", "roll", "invitees", "letters", "acts"],
    "emergency.column": ["site", "state", "when", "phone"],
    "emergency.message": ["storm", "flood", "landslide", "fire"],
    "emergency.phrase": ["storm", "flood", "landslide", "fire"],
    "emergency.state": ["rung", "acknowledged", "joined"],
    "emergency.title": ["storm", "flood", "landslide", "fire"],
    "film.form": ["film", "low", "sound"],
    "film.key": ["play", "back", "on", "chapter", "chapters", "pages", "speed", "mute", "full", "passage", "help"],
    "form": ["online", "in-person", "mixed"],
    "half": ["morning", "afternoon", "evening"],
    "holiday": ["holiday", "day-in-lieu", "working"],
    "holidays": ["keep", "next-working-day", "skip"],
    "keeping.do": ["hold", "release", "keep", "propose", "confirm", "refuse"],
    "keeping.done": ["hold", "release", "keep", "propose", "confirm", "refuse"],
    "keeping.kind": ["periodic", "single", "emergency"],
    "keeping.standing": ["waiting", "due", "proposed", "held", "kept", "destroyed"],
    "kind": ["committee", "party", "department", "district", "commune", "person", "other"],
    "device": ["pc", "room", "kiosk"],
    "mail": ["waiting", "sent", "failed", "withdrawn", "no-address"],
    "minutes.how": ["button", "device", "hand"],
    "minutes.kind": ["open", "roll", "secret"],
    "minutes.mark": ["expected", "present", "late", "dropped", "absent", "delegated"],
    "minutes.roll": ["none", "open", "closed"],
    "minutes.state": ["planned", "open", "ended"],
    "minutes.tab": ["decisions", "notes", "roll", "votes"],
    "nth": ["1", "2", "3", "4", "5", "last"],
    "paper": ["waiting", "converting"],
    "papers.state": ["waiting", "converting", "failed"],
    "part": ["what", "when", "who", "where", "agenda", "papers", "more"],
    "signin.failed": ["unreachable", "bad-answer", "cancelled", "refused", "expired", "busy", "unknown-account"],
    "period": ["month", "last-month", "quarter", "year", "own"],
    "readiness.camera": ["ok", "dark", "frozen", "none"],
    "readiness.speaker": ["ok", "silent", "unknown"],
    "readiness.state": ["red", "amber", "green", "none"],
    "role": ["administrator", "secretary", "chair", "technician", "delegate", "auditor"],
    "rule.unit": ["none", "daily", "weekly", "month", "yearly", "other"],
    "scope.all": ["edit", "cancel"],
    "scope.following": ["edit", "cancel"],
    "scope.this": ["edit", "cancel"],
    "search.kind": ["page", "paper", "agenda", "minutes", "meeting"],
    "settings": ["province", "mailFrom", "siteCap", "officeDown", "officeUp", "invitationDays", "conclusionsDays",
                 "reservedToSite", "reservedFromSite", "reminderDays", "mailName"],
    "storing": ["local", "sending", "both", "stored"],
    "state": ["planned", "cancelled", "skipped", "held"],
    "sheet": ["day", "half", "time", "what", "chair", "place"],
    "weekday": [str(day) for day in range(7)],
    "weekday.short": [str(day) for day in range(7)],
}
# A dotted word in quotes that begins like a key is one, wherever it stands (tables of columns, of links …).
QUOTED = re.compile(r"'([a-z][a-zA-Z-]*(?:\.[a-zA-Z0-9-]+)+)'")
ASKED = re.compile(r"\bt\(\s*'([^']+)'|data-i18n(?:-label|-placeholder)?=\"([^\"]+)\"")
CHOSEN = re.compile(r"\? '([a-z][^']*)' : '([a-z][^']*)'")
# What /api/me grants, not words.
RIGHTS = {"series.create", "directory.edit", "reports.read", "audit.read", "settings.edit", "people.edit", "mail.read",
          "emergency.raise", "records.keep"}
BUILT = re.compile(r"\bt\([^)]*?`([a-z][a-z.-]*)\.\$\{")


def asked():
    heads = {key.split(".")[0] for key in WORDS["vi"]}
    keys = {f"{family}.{value}" for family, values in FAMILIES.items() for value in values}
    for text in SOURCES.values():
        keys.update(next(filter(None, found.groups())) for found in ASKED.finditer(text))
        keys.update(key for found in CHOSEN.finditer(text) for key in found.groups() if key in WORDS["vi"])
        keys.update(key for key in QUOTED.findall(text) if key.split(".")[0] in heads and not key.endswith((".js", ".json", ".csv", ".pdf", ".mp4", ".vtt")))
    return keys - (RIGHTS - set(WORDS["vi"]))


def test_both_languages_have_the_same_keys():
    assert set(WORDS["vi"]) == set(WORDS["en"])


def test_no_word_is_empty_and_both_take_the_same_values():
    for key, vi in WORDS["vi"].items():
        en = WORDS["en"][key]
        assert vi.strip() and en.strip(), key
        assert set(re.findall(r"\{\w+\}", vi)) == set(re.findall(r"\{\w+\}", en)), key


def test_every_key_that_a_page_asks_for_exists():
    missing = sorted(key for key in asked() if key not in WORDS["vi"])
    assert not missing, missing


def test_every_built_key_belongs_to_a_known_family():
    built = {family for text in SOURCES.values() for family in BUILT.findall(text)}
    assert built <= set(FAMILIES), built - set(FAMILIES)


def test_no_word_is_left_over():
    left = sorted(set(WORDS["vi"]) - asked() - {"kind.company"})
    # Acts are named by the server: `actWords` shows one that is not here by its name.
    left = [key for key in left if not key.startswith("act.")]
    assert not left, left
