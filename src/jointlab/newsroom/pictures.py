"""Pictures that people upload: read with suspicion, written anew.

`read` refuses, in one line, whatever is not a sound JPEG, PNG or WebP picture. What it returns holds
no byte of the upload: the pixels are decoded, turned upright, brought to sRGB and encoded again, in
two or three widths, so no place, camera, comment or second file hidden in it is passed on.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePath
from typing import IO

from django.utils.translation import gettext as _
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from jointlab.common.errors import Refusal

MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 40_000_000
MOST_PIXELS_A_SIDE = 20_000
WIDTHS = (480, 960, 1920)
SUFFIXES = {"JPEG": ("jpg", "jpeg", "jpe", "jfif", "mpo"), "PNG": ("png",), "WEBP": ("webp",)}
# A camera's JPEG with smaller pictures behind the first: that one is taken.
SAME = {"MPO": "JPEG"}
TYPES = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp"}
OPTIONS: dict[str, dict[str, int | bool]] = {
    "JPEG": {"quality": 85, "progressive": True, "subsampling": 0},
    "PNG": {"optimize": True},
    "WEBP": {"quality": 85},
}
# What Pillow raises over bytes that are no picture, or only the beginning of one.
UNREADABLE = (
    *(OSError, SyntaxError, ValueError, EOFError, TypeError, LookupError, OverflowError),
    *(struct.error, zlib.error),
)


@dataclass(frozen=True)
class Picture:
    """A picture that is fit to be kept: its encodings by width, the widest last."""

    suffix: str
    width: int
    height: int
    files: dict[int, bytes]

    @property
    def digest(self) -> str:
        """SHA-256 of the widest encoding: what history and the addresses name it by."""
        return hashlib.sha256(self.files[self.width]).hexdigest()

    @property
    def widths(self) -> list[int]:
        """The widths that there are."""
        return list(self.files)


def read_picture(file: IO[bytes], name: str = "") -> Picture:
    """Return the picture in the file; refuse what is none, too large, cut off or wrongly named."""
    data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise Refusal(_("The file is larger than 10 MB. Save the picture smaller, then try again."))
    try:
        with Image.open(BytesIO(data), formats=tuple(SUFFIXES)) as image:
            format = SAME.get(image.format or "", image.format or "")  # noqa: A001
            _check(image, name, format)
            return _encode_anew(image, format)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise Refusal(_too_many_pixels()) from bomb
    except UnidentifiedImageError as unknown:
        raise Refusal(_("This file is no JPEG, PNG or WebP picture.")) from unknown
    except UNREADABLE as broken:
        raise Refusal(
            _("The picture is damaged or cut off. Save it anew, then try again.")
        ) from broken


def _check(image: Image.Image, name: str, format: str) -> None:  # noqa: A002
    """Refuse by the header alone, before a pixel is decoded."""
    if format not in SUFFIXES:
        raise UnidentifiedImageError(format)
    if image.width * image.height > MOST_PIXELS or max(image.size) > MOST_PIXELS_A_SIDE:
        raise Refusal(_too_many_pixels())
    suffix = PurePath(name).suffix.removeprefix(".").lower()
    if name and suffix not in SUFFIXES[format]:
        raise Refusal(
            _(
                "The file is named .%(suffix)s but holds a %(format)s picture. Correct the file extension."
            )
            % {"suffix": suffix, "format": {"WEBP": "WebP"}.get(format, format)}
        )


def _too_many_pixels() -> str:
    return _("The picture has more than 40 megapixels. Save it smaller, then try again.")


def _encode_anew(image: Image.Image, format: str) -> Picture:  # noqa: A002
    upright = _to_srgb(ImageOps.exif_transpose(image))
    widest = min(upright.width, WIDTHS[-1])
    files = {}
    for width in [*(width for width in WIDTHS if width < widest), widest]:
        height = max(1, round(upright.height * width / upright.width))
        scaled = upright.resize((width, height), Image.Resampling.LANCZOS)
        written = BytesIO()
        scaled.save(written, format, **OPTIONS[format])
        files[width] = written.getvalue()
    return Picture(SUFFIXES[format][0], widest, height, files)


def _to_srgb(image: Image.Image) -> Image.Image:
    """Return the pixels alone, in a mode and a colour space that every reader shows alike."""
    profile = image.info.get("icc_profile")
    if image.mode.startswith("I"):  # grey in 16 bits, which convert() would cut off at 255
        image = image.convert("I").point(lambda value: value * (1 / 257)).convert("L")
    elif profile and image.mode in ("RGB", "CMYK", "L"):
        image = _convert_from_profile(profile, image)
    plain = image.convert("RGBA" if image.has_transparency_data else "RGB")
    plain.info = {}
    return plain


def _convert_from_profile(profile: bytes, image: Image.Image) -> Image.Image:
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        srgb = ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(image, source, srgb, outputMode="RGB") or image
    except (ImageCms.PyCMSError, OSError):
        return image  # the profile is nonsense, the pixels may well be right
