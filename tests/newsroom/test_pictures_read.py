"""What becomes of an uploaded file: refused in one line, or written anew."""

from __future__ import annotations

import struct
import zlib
from contextlib import suppress
from io import BytesIO

import pytest
from PIL import Image, ImageCms

from jointlab.common.errors import Refusal
from jointlab.newsroom import pictures
from tests.newsroom.make import image, make_picture

GPS = 0x8825
ORIENTATION = 0x0112


def opened(picture: pictures.Picture, width: int = 0) -> Image.Image:
    return Image.open(BytesIO(picture.files[width or picture.width]))


def huge_png(width: int, height: int) -> bytes:
    """Return a PNG whose header promises more than its few bytes hold."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        checked = kind + data
        return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(10_000))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


def with_gps() -> bytes:
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif.get_ifd(GPS)[1] = "N"
    exif.get_ifd(GPS)[2] = (29.0, 31.0, 47.0)
    return image(size=(64, 48), exif=exif.tobytes(), comment=b"a camera's number")


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", "empty.jpg"),
        (b"hello", "text.png"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "drawing.svg"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "renamed.png"),
        (b"%PDF-1.7\n", "paper.jpg"),
        (b"GIF89a" + bytes(40), "moving.gif"),
        (b"PK\x03\x04" + bytes(40), "archive.webp"),
        (b"\x7fELF" + bytes(100), "program.jpg"),
    ],
)
def test_what_is_no_picture_is_refused_in_one_line(data: bytes, name: str) -> None:
    with pytest.raises(Refusal, match=r"^This file is no JPEG, PNG or WebP picture\.$"):
        pictures.read_picture(BytesIO(data), name)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("part", [0.3, 0.6, 0.95])
def test_a_picture_that_was_cut_off_is_refused(kind: str, part: float) -> None:
    whole = BytesIO()
    Image.effect_noise((300, 200), 60).convert("RGB").save(whole, kind)
    data = whole.getvalue()
    with pytest.raises(Refusal, match=r"damaged or cut off|is no JPEG"):
        pictures.read_picture(BytesIO(data[: int(len(data) * part)]))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_any_damaged_byte_gives_a_picture_or_one_line(kind: str) -> None:
    data = image(kind)
    for at in range(0, len(data), 3):
        damaged = data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]
        with suppress(Refusal):
            assert pictures.read_picture(BytesIO(damaged)).files


@pytest.mark.parametrize("size", [(8_001, 5_000), (12_000, 12_000), (60_000, 60_000), (30_000, 10)])
def test_more_than_forty_megapixels_are_refused_before_they_are_decoded(
    size: tuple[int, int],
) -> None:
    with pytest.raises(Refusal, match="more than 40 megapixels"):
        pictures.read_picture(BytesIO(huge_png(*size)))


def test_a_file_of_more_than_ten_megabytes_is_refused() -> None:
    with pytest.raises(Refusal, match="larger than 10 MB"):
        pictures.read_picture(BytesIO(image() + bytes(pictures.MOST_BYTES)))


@pytest.mark.parametrize(
    ("kind", "name", "said"),
    [("JPEG", "photo.png", "JPEG"), ("PNG", "photo.jpg", "PNG"), ("WEBP", "photo", "WebP")],
)
def test_a_wrong_name_is_refused(kind: str, name: str, said: str) -> None:
    with pytest.raises(Refusal, match=f"but holds a {said} picture"):
        pictures.read_picture(BytesIO(image(kind)), name)


@pytest.mark.parametrize("name", ["a.jpg", "a.JPEG", "照片.jpe", "사진.jfif"])
def test_the_usual_names_of_a_jpeg_are_taken(name: str) -> None:
    assert make_picture(image(), name).suffix == "jpg"


@pytest.mark.parametrize("name", ["DSC_0001.JPG", "DSC_0001.MPO", ""])
def test_of_a_cameras_picture_with_others_behind_it_the_first_is_taken(name: str) -> None:
    first, second = Image.new("RGB", (64, 48), "red"), Image.new("RGB", (32, 24), "blue")
    written = BytesIO()
    first.save(written, "MPO", save_all=True, append_images=[second])
    assert Image.open(BytesIO(written.getvalue())).format == "MPO"
    picture = make_picture(written.getvalue(), name)
    assert (picture.suffix, picture.width, picture.height) == ("jpg", 64, 48)
    shown = opened(picture)
    assert shown.format == "JPEG"
    assert shown.convert("RGB").getpixel((30, 20))[0] > 200  # type: ignore[index]


def test_a_format_that_nobody_has_thought_of_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "SAME", {"JPEG": "JPEG2"})
    with pytest.raises(Refusal, match="no JPEG, PNG or WebP"):
        make_picture(image())


def test_place_camera_and_comment_are_not_kept_and_the_picture_stands_upright() -> None:
    picture = make_picture(with_gps())
    assert (picture.width, picture.height) == (48, 64)
    for data in picture.files.values():
        kept = Image.open(BytesIO(data))
        assert not kept.getexif()
        assert b"camera" not in data
        assert b"Exif" not in data


def test_a_second_file_behind_the_picture_is_not_kept() -> None:
    hidden = b"<?php system($_GET['c']); ?>PK\x03\x04"
    picture = make_picture(image() + hidden)
    assert not any(b"php" in data for data in picture.files.values())


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_texts_and_profiles_in_other_formats_are_not_kept(kind: str) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    exif = Image.Exif()
    exif.get_ifd(GPS)[1] = "N"
    picture = make_picture(image(kind, icc_profile=profile, exif=exif.tobytes()))
    assert not opened(picture).getexif()
    assert "icc_profile" not in opened(picture).info


def test_a_large_picture_is_kept_in_three_widths_and_none_is_enlarged() -> None:
    large, middle, small = (
        make_picture(image(size=size)) for size in ((2400, 1600), (700, 300), (40, 30))
    )
    assert large.widths == [480, 960, 1920]
    assert (large.width, large.height) == (1920, 1280)
    assert middle.widths == [480, 700]
    assert small.widths == [40]
    assert opened(large, 960).size == (960, 640)


@pytest.mark.parametrize(
    ("kind", "mode", "kept"),
    [
        ("PNG", "RGBA", "RGBA"),
        ("WEBP", "RGBA", "RGBA"),
        ("PNG", "P", "RGB"),
        ("PNG", "L", "RGB"),
        ("PNG", "I;16", "RGB"),
        ("JPEG", "CMYK", "RGB"),
        ("JPEG", "L", "RGB"),
    ],
)
def test_every_mode_becomes_one_that_all_readers_show(kind: str, mode: str, kept: str) -> None:
    assert opened(make_picture(image(kind, mode=mode))).mode == kept


def test_sixteen_bits_of_grey_stay_grey() -> None:
    pixel = opened(make_picture(image("PNG", mode="I;16"))).getpixel((1, 1))
    assert pixel == (117, 117, 117)


def test_the_same_picture_has_the_same_name() -> None:
    assert make_picture().digest == make_picture().digest
    assert make_picture().digest != make_picture(image(size=(65, 48))).digest
