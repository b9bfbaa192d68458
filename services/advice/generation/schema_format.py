"""Values of `format` that are enforced: what is generated for them, and how a finished text is checked.

What the grammar engine's own formats let through though it is wrong (29 February of any year, hosts of any length) is
written here more narrowly: every text of a format is valid, though not every valid text is generated.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, time
from urllib.parse import urlsplit

from jsonschema import FormatChecker

_YEAR = "(?:[0-9]{3}[1-9]|[0-9]{2}[1-9]0|[0-9][1-9]00|[1-9]000)"
_LEAP_YEAR = "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:0[48]|[2468][048]|[13579][26])00)"
_DAYS = (
    "(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])",
    "(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)",
    "02-(?:0[1-9]|1[0-9]|2[0-8])",
)
_DATE = f"(?:{_YEAR}-(?:{'|'.join(_DAYS)})|{_LEAP_YEAR}-02-29)"
_CLOCK = "(?:[01][0-9]|2[0-3]):[0-5][0-9]"
_TIME = f"{_CLOCK}:[0-5][0-9](?:\\.[0-9]{{1,9}})?(?:Z|[+\\x{{2d}}]{_CLOCK})"
_LABELS = "[0-9A-Za-z]+(?:-[0-9A-Za-z]+)*(?:\\.[0-9A-Za-z]+(?:-[0-9A-Za-z]+)*)*"
_LABEL_SIZES = "[^.]{1,63}(?:\\.[^.]{1,63})*"
_ATOMS = "[0-9A-Za-z!#$%&'*+/=?^_`{|}~\\x{2d}]+(?:\\.[0-9A-Za-z!#$%&'*+/=?^_`{|}~\\x{2d}]+)*"

PATTERNS: Mapping[str, tuple[str, ...]] = {
    "date": (f"^{_DATE}$",),
    "time": (f"^{_TIME}$",),
    "date-time": (f"^{_DATE}T{_TIME}$",),
    "hostname": (f"^{_LABELS}$", f"^{_LABEL_SIZES}$", "^.{1,253}$"),
    "email": (f"^{_ATOMS}@{_LABELS}$", f"^[^@]{{1,64}}@{_LABEL_SIZES}$", "^[^@]+@.{1,253}$"),
}
"""Patterns, all of which a text must match, by formats that the engine itself would enforce less than exactly."""

NATIVE = frozenset({"duration", "ipv4", "ipv6", "uri", "uuid"})
"""Formats that the engine enforces itself."""

FORMATS = frozenset(PATTERNS) | NATIVE

CHECKER = FormatChecker(("date", "ipv4", "ipv6", "uuid"))
"""Checks finished texts, by other means than those that generate them."""

_HOST = r"(?=.{1,253}$)(?!-)[0-9A-Za-z-]{1,63}(?<!-)(\.(?!-)[0-9A-Za-z-]{1,63}(?<!-))*"
_SHAPES = {
    "date-time": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII),
    "duration": re.compile(r"P(?!$)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+S)?)?", re.ASCII),
    "email": re.compile(rf"[^@\s]{{1,64}}@{_HOST}"),
    "hostname": re.compile(_HOST),
    "time": re.compile(r"\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII),
    "uri": re.compile(r"[A-Za-z][0-9A-Za-z+.-]*:([\w.~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*", re.ASCII),
}
_READERS: Mapping[str, Callable[[str], object]] = {
    "date-time": datetime.fromisoformat,
    "time": time.fromisoformat,
    "uri": urlsplit,
}
"""What reads a text of a format, and raises ValueError if it cannot."""


def _checks(name: str) -> Callable[[object], bool]:
    def check(value: object) -> bool:
        if not isinstance(value, str):
            return True
        if name in _READERS:
            _READERS[name](value)
        return _SHAPES[name].fullmatch(value) is not None

    return check


for _name in _SHAPES:
    CHECKER.checks(_name, ValueError)(_checks(_name))
