"""What each file is, by its content, and that what is kept can do no harm."""

from io import BytesIO
from typing import Any

import pytest
from django.core.files.base import ContentFile, File
from PIL import Image, ImageCms

from backend.core.uploads import limits
from backend.core.uploads.inspection import Inspected, inspected
from backend.core.uploads.kinds import FileKind, Refused
from backend.core.uploads.pictures import redrawn
from tests.factories.files import CSV, PDF, TEXT, office, opendocument, picture
from tests.issues.uploads.hostile import CASES, SCRIPT, Case, located, scripted_png


def look(name: str, data: bytes) -> Inspected:
    return inspected(ContentFile(data), name)


def opened(kept: Inspected) -> Image.Image:
    with Image.open(BytesIO(kept.data)) as found:
        found.load()
        return found


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.what)
def test_each_gets_what_it_must(case: Case) -> None:
    if case.taken:
        assert look(case.name, case.make()).kind == case.gets
        return
    with pytest.raises(Refused) as caught:
        look(case.name, case.make())
    assert case.gets in str(caught.value.words)


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("act.pdf", PDF, "pdf"), ("act.pdf", b"\n" + PDF, "pdf"), ("a.docx", office("docx"), "docx"),
        ("a.xlsx", office("xlsx"), "xlsx"), ("a.pptx", office("pptx"), "pptx"), ("a.odt", opendocument(), "odt"),
        ("a.ods", opendocument("spreadsheet"), "ods"), ("a.txt", TEXT, "txt"), ("a.csv", CSV, "csv"),
        ("a.txt", b"\xef\xbb\xbf" + TEXT, "txt"), ("without", TEXT, "txt"), ("a.txt", b"1 < 2 and 3 > 2", "txt"),
    ],
)  # fmt: skip
def test_honest_files_are_kept_byte_by_byte(name: str, data: bytes, kind: str) -> None:
    kept = look(name, data)
    assert (kept.kind, kept.data) == (kind, data)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_drawn_anew_and_looks_the_same(form: str) -> None:
    kept = look("a", picture(form))
    assert kept.kind.name == form
    left, right = (opened(kept).convert("RGB").getpixel(at) for at in ((10, 20), (50, 20)))
    assert isinstance(left, tuple)
    assert isinstance(right, tuple)
    assert (left[0] > 240, left[2] < 15, right[0] < 15, right[2] > 240) == (True,) * 4


def test_the_place_and_the_camera_of_a_photograph_are_gone_and_it_stands_upright() -> None:
    before, kept = located(), look("IMG_0001.jpg", located())
    assert (b"SecretCamera" in before, b"taken at home" in before) == (True, True)
    assert (b"SecretCamera" in kept.data, b"taken at home" in kept.data, b"Exif" in kept.data) == (False, False, False)
    upright = opened(kept)
    assert upright.size == (40, 60)
    assert not upright.getexif()
    top = upright.getpixel((20, 5))
    assert isinstance(top, tuple)
    assert top[0] > 200  # its red half was on the left, and is on top now


def test_script_in_a_pictures_texts_and_what_stands_behind_it_are_gone() -> None:
    before, kept = scripted_png(), look("chart.png", scripted_png())
    assert (SCRIPT.encode() in before, b"Steal.class" in before) == (True, True)
    assert (SCRIPT.encode() in kept.data, b"Steal" in kept.data, b"tEXt" in kept.data) == (False, False, False)
    assert kept.data.endswith(b"IEND\xaeB\x60\x82")


def test_of_several_pictures_in_one_file_the_first_is_kept() -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    written = BytesIO()
    frames[0].save(written, "WEBP", save_all=True, append_images=frames[1:])
    kept = opened(look("a.webp", written.getvalue()))
    assert getattr(kept, "n_frames", 1) == 1
    first = kept.convert("RGB").getpixel((4, 4))
    assert isinstance(first, tuple)
    assert first[0] > 200


def test_a_large_picture_is_made_smaller_at_its_own_proportions() -> None:
    assert opened(look("a.jpg", picture("JPEG", (6000, 3000)))).size == (4000, 2000)


def test_a_colour_profile_is_followed_and_left_out() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    for form in ("JPEG", "PNG", "WEBP"):
        kept = look("a", picture(form, icc_profile=profile))
        assert "icc_profile" not in opened(kept).info
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert opened(look("a.png", picture("PNG", icc_profile=srgb))).getpixel((10, 20)) == (255, 0, 0)


@pytest.mark.parametrize(
    ("form", "mode", "options", "kept_mode"),
    [
        ("PNG", "L", {}, "L"), ("PNG", "1", {}, "L"), ("PNG", "LA", {}, "RGBA"), ("PNG", "P", {}, "RGB"),
        ("PNG", "P", {"transparency": 0}, "RGBA"), ("PNG", "RGBA", {}, "RGBA"), ("PNG", "I;16", {}, "I;16"),
        ("JPEG", "L", {}, "L"), ("JPEG", "CMYK", {}, "RGB"), ("WEBP", "RGBA", {}, "RGBA"),
    ],
)  # fmt: skip
def test_pictures_of_every_mode_are_taken(form: str, mode: str, options: dict[str, Any], kept_mode: str) -> None:
    drawn = Image.new(mode, (60, 40))
    if mode == "RGBA":
        drawn.paste((255, 0, 0, 100), (0, 0, 30, 40))  # without any transparency WebP keeps no mask
    written = BytesIO()
    drawn.save(written, form, **options)
    kept = opened(look("a", written.getvalue()))
    assert (kept.mode, kept.size) == (kept_mode, (60, 40))


def test_a_picture_that_grows_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    data = picture("PNG", (300, 300))
    monkeypatch.setattr(limits, "FILE", len(data) // 2)
    with pytest.raises(Refused, match="Save it as JPEG"):
        redrawn(data, FileKind.PNG)


def test_no_more_than_the_limit_is_read() -> None:
    class Endless(File):  # type: ignore[type-arg]
        def read(self, size: int = -1) -> bytes:
            assert 0 < size <= limits.FILE + 1
            return b"a" * size

    with pytest.raises(Refused, match="too large"):
        inspected(Endless(BytesIO()), "a.txt")
