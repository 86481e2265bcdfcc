"""Pictures are drawn anew: what is kept holds the pixels that a person saw, and nothing else of the file."""

import threading
import warnings
from io import BytesIO

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageCms, ImageOps

from backend.core.errors import Words
from backend.core.uploads import limits
from backend.core.uploads.kinds import DAMAGED, PICTURES, FileKind, Refused

# Pillow reads the size before the pixels; what is larger is an error at once, and not only a warning.
Image.MAX_IMAGE_PIXELS = limits.PICTURE_PIXELS
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)

_OPTIONS: dict[FileKind, dict[str, int]] = {
    FileKind.JPEG: {"quality": 90},
    FileKind.PNG: {"compress_level": 6},
    FileKind.WEBP: {"quality": 90},
}
_MODES: dict[FileKind, tuple[str, ...]] = {
    FileKind.JPEG: ("L", "RGB"),
    FileKind.PNG: ("L", "RGB", "RGBA", "I;16"),
    FileKind.WEBP: ("RGB", "RGBA"),
}
_PROFILE = 4 * limits.MIB  # bytes of a colour profile worth reading

# Decoded, a picture takes hundreds of megabytes: a process draws one at a time.
_drawing = threading.Lock()

TOO_HEAVY = _("Drawn anew without its hidden data, this picture is too large. Save it as JPEG, or make it smaller.")


def too_many_pixels() -> Words:
    words = _("This picture is too large. At most, in millions of pixels: %(limit)s. Make it smaller.")
    return words % {"limit": limits.PICTURE_PIXELS // 1_000_000}


def redrawn(data: bytes, kind: FileKind) -> bytes:
    """The first picture of the file, upright, in sRGB, at most `PICTURE_SIDE` pixels a side; no metadata, nothing after it.
    Raises Refused.
    """
    try:
        with _drawing, Image.open(BytesIO(data), formats=[PICTURES[kind]]) as opened:
            if opened.width * opened.height > limits.PICTURE_PIXELS:
                raise Refused(too_many_pixels())
            drawn = _encoded(_bare(opened), kind)
    except Refused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refused(too_many_pixels()) from None
    except Exception:  # whatever a decoder says of bytes that somebody made up
        raise Refused(DAMAGED) from None
    if len(drawn) > limits.FILE:
        raise Refused(TOO_HEAVY)
    return drawn


def _bare(opened: Image.Image) -> Image.Image:
    """Its pixels alone."""
    profile = opened.info.get("icc_profile")
    has_mask = "transparency" in opened.info or opened.mode in ("LA", "PA", "La", "RGBa")
    picture = ImageOps.exif_transpose(opened)
    if has_mask and picture.mode not in ("RGBA", "I;16"):
        picture = picture.convert("RGBA")
    elif picture.mode in ("1", "P"):
        picture = picture.convert("RGB" if picture.mode == "P" else "L")
    if profile:
        picture = _in_srgb(picture, profile)
    picture.thumbnail((limits.PICTURE_SIDE, limits.PICTURE_SIDE))
    picture.info = {}
    return picture


def _in_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    """Colours as a screen without the profile shows them; as they are where the profile cannot be followed."""
    if len(profile) > _PROFILE or picture.mode not in ("RGB", "RGBA", "CMYK"):
        return picture
    mode = "RGBA" if picture.mode == "RGBA" else "RGB"
    try:
        source, screen = ImageCms.ImageCmsProfile(BytesIO(profile)), ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(picture, source, screen, outputMode=mode) or picture
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture


def _encoded(picture: Image.Image, kind: FileKind) -> bytes:
    if picture.mode not in _MODES[kind]:
        picture = picture.convert("RGB")
    written = BytesIO()
    picture.save(written, PICTURES[kind], **_OPTIONS[kind])
    return written.getvalue()
