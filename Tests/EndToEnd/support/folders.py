"""Folders in which a server writes and removes while one looks: what has gone meanwhile is not there."""

import os
import pathlib
from collections.abc import Iterable, Iterator


def paths_under(folder: pathlib.Path) -> list[pathlib.Path]:
    """Everything, folders too. (pathlib's own walk ends with an error at a folder that has just gone.)"""
    return [pathlib.Path(parent) / name for parent, folders, files in os.walk(folder) for name in folders + files]


def contents(paths: Iterable[pathlib.Path]) -> Iterator[tuple[pathlib.Path, bytes]]:
    """Those that are files, with what is in them."""
    for path in paths:
        try:
            if path.is_file():
                yield path, path.read_bytes()
        except FileNotFoundError:
            pass


def files_under(folder: pathlib.Path) -> Iterator[tuple[pathlib.Path, bytes]]:
    """Each file with what is in it."""
    return contents(paths_under(folder))
