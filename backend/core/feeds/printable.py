"""What people wrote, fit for formats that hold no control characters."""

import re

# XML 1.0 has no way to write them, and RFC 5545 forbids them; the tab and the ends of lines stay.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


def printable(text: object) -> str:
    """The text without characters that nobody sees and some readers fall over."""
    return _UNPRINTABLE.sub("", str(text))
