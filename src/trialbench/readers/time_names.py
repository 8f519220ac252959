"""What the time's column is called in other languages than English."""

from __future__ import annotations

from typing import Final

TIME_NAMES: Final = (
    "zeit", "uhrzeit", "datum", "zeitstempel", "temps", "heure", "horodatage", "tiempo", "hora",
    "fecha", "tempo", "ora", "время", "时间", "时间戳", "日期", "日期时间", "時間", "時刻", "日時",
    "시간", "시각", "날짜", "일시",
)  # fmt: skip
"""In lower case."""
