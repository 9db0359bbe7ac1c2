"""What axe finds on a page (WCAG 2.1 AA and best practice), and whether it is wider than its window."""

from axe_playwright_python.sync_playwright import Axe

AXE = Axe()
# What is well is not asked for: of a list of all sites it is megabytes.
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]},
         "resultTypes": ["violations"]}


def findings(page, where: str) -> list[str]:
    """What axe calls serious or critical, and what is to be scrolled sideways."""
    found = AXE.run(page, options=RULES).response["violations"]
    wide = page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
    return [
        f"{where}: {one['id']} ({one['impact']}): " + "; ".join(node["html"][:200] for node in one["nodes"][:3])
        for one in found if one["impact"] in ("serious", "critical")
    ] + ([f"{where}: {wide} px too wide"] if wide > 0 else [])
