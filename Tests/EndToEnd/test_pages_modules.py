"""The modules of the pages, by their text: what they import exists, and every sign that they show is drawn."""

import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
SERVED = {"/assets/": ROOT / "media" / "client", "/app/": ROOT / "scheduler" / "pages"}
MODULES = sorted(path for folder in SERVED.values() for path in folder.glob("js/**/*.js"))
PAGES = sorted(path for folder in SERVED.values() for path in folder.glob("*.html"))
IMPORT = re.compile(r"^import (?:\{([^}]*)\} from )?'([^']+)';|\bimport\('([^']+)'\)", re.MULTILINE)
EXPORT = re.compile(r"^export (?:async )?(?:function\*?|const|let|class) (\w+)", re.MULTILINE)
SIGN = re.compile(r"\b(?:icon|sign): '([a-z-]+)'|\bicon\('([a-z-]+)'")


def file_of(address: str, module: pathlib.Path) -> pathlib.Path:
    for prefix, folder in SERVED.items():
        if address.startswith(prefix):
            return folder / address.removeprefix(prefix)
    return (module.parent / address).resolve()


def test_every_import_names_a_module_and_what_it_exports():
    wrong = []
    for module in MODULES:
        for names, address, late in IMPORT.findall(module.read_text(encoding="utf-8")):
            file = file_of(address or late, module)
            if not file.is_file():
                wrong.append(f"{module.name}: {address or late}")
                continue
            exported = set(EXPORT.findall(file.read_text(encoding="utf-8")))
            asked = {name.split(" as ")[0].strip() for name in names.split(",") if name.strip()}
            wrong += [f"{module.name}: {address} has no {name}" for name in sorted(asked - exported)]
    assert not wrong, wrong


def test_every_page_loads_files_that_exist():
    wrong = []
    for page in PAGES:
        for address in re.findall(r'(?:href|src)="(/(?:assets|app)/[^"]+)"', page.read_text(encoding="utf-8")):
            if not file_of(address, page).is_file():
                wrong.append(f"{page.name}: {address}")
    assert not wrong, wrong


def test_every_sign_is_drawn():
    drawn = set(re.findall(r"^    '?([a-z-]+)'?: '", (SERVED["/assets/"] / "js/icons.js").read_text(encoding="utf-8"), re.MULTILINE))
    asked = {next(filter(None, found)) for path in MODULES for found in SIGN.findall(path.read_text(encoding="utf-8"))}
    for page in PAGES:
        asked.update(re.findall(r'data-icon="([a-z-]+)"', page.read_text(encoding="utf-8")))
    assert asked <= drawn, asked - drawn
