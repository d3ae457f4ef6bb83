"""What went wrong, in one line: with its words where nobody's are in it, else with its kind and place alone."""

from __future__ import annotations

import os
import traceback

from storage.home import home_folder


def describe(error: BaseException) -> str:
    """Return kind and words of what went wrong without any customer; paths from the home folder on."""
    lines = str(error).replace(f"{home_folder()}{os.sep}", "").strip().splitlines()
    return f"{type(error).__name__}: {lines[0]}"[:300] if lines else type(error).__name__


def place_of(error: BaseException) -> str:
    """Return kind and place of what went wrong in a turn; its words may be a customer's."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" ({os.path.basename(frames[-1].filename)}:{frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}{where}"
