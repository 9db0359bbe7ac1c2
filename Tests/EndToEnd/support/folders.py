"""Folders in which a server writes, renames and removes while one looks: what was on its way is looked for anew."""

import os
import pathlib
import stat


def paths_under(folder: pathlib.Path) -> list[pathlib.Path]:
    """Everything, folders too; nothing where there is no such folder."""
    def gone(error: OSError):
        raise error

    while folder.exists():
        try:
            return [pathlib.Path(parent) / name
                    for parent, folders, files in os.walk(folder, onerror=gone) for name in folders + files]
        except FileNotFoundError:
            continue
    return []


def files_under(folder: pathlib.Path) -> list[tuple[pathlib.Path, bytes]]:
    """Each file with what is in it: none is passed over that only got another name."""
    while True:
        try:
            return [(path, path.read_bytes()) for path in paths_under(folder) if stat.S_ISREG(path.lstat().st_mode)]
        except FileNotFoundError:
            continue
