"""The routes of the API: as the sources name them, and as scheduler/openapi.json does."""

import json
import re

from support.server import ROOT

# Calendar addresses carry their own secret, and CalDAV its own password: test_calendar_feeds holds their rights.
ELSEWHERE = re.compile(r"/(calendar|dav|\.well-known)(/|$)")


def routes_of_the_server() -> set[tuple[str, str]]:
    """As the sources name them, so that a new one without a row is found."""
    found = set()
    for file in (ROOT / "Sources" / "Web").rglob("*.swift"):
        text = file.read_text(encoding="utf-8")
        named = re.findall(r'APIRoute\(\s*\.(\w+),\s*"([^"]+)"', text)
        named += re.findall(r'\bgroup\.(get|post|put|patch|delete)\(\s*"([^"]+)"', text)
        # `{vote}.pdf` is how a part of a name is written.
        found |= {(method.upper(), re.sub(r"\{(\w+)\}", r":\1", path)) for method, path in named
                  if not ELSEWHERE.match(path)}
    return found


def routes_of_the_description() -> set[tuple[str, str]]:
    paths = json.loads((ROOT / "scheduler" / "openapi.json").read_text(encoding="utf-8"))["paths"]
    return {
        (method.upper(), re.sub(r"\{(\w+)\}", r":\1", path)) for path, methods in paths.items() for method in methods
        if method in ("get", "post", "put", "patch", "delete") and not ELSEWHERE.match(path)
    }
