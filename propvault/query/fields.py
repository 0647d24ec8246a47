"""Fields that are not facets: their names, their values and how the values read."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import partial
from typing import TypeVar

from propvault.query.tree import Colour, Field, FieldName, Iso, Like, Near, Node, Rating, Taken

FIELDS: Mapping[str, str] = {
    name: field
    for field, names in {
        "taken": "taken 时间 拍摄时间 日期",
        "place": "place 地点",
        "camera": "camera 相机 机身",
        "lens": "lens 镜头",
        "rating": "rating 评分 星级",
        "iso": "iso 感光度",
        "near": "near 附近",
        "like": "like 相似 像",
        "in": "in 收藏 画板",
        "is": "is 是 状态",
    }.items()
    for name in names.split()
}
"""Every name of a field to the field."""

STATES: Mapping[str, str] = {
    name: state
    for state, names in {
        "keeper": "keeper 保留 精选",
        "any": "any 全部 所有",
        "untagged": "untagged 未标记 无标签",
        "generated": "generated 生成",
        "confirmed": "confirmed 已确认 确认",
        "exported": "exported 已导出 导出过",
    }.items()
    for name in names.split()
}
"""Every name of an ``is:`` value to the value."""

EXPECTED: Mapping[str, str] = {
    "taken": "2026, 2026-01, 2026-01-13, 2025-12..2026-02, today, last week",
    "rating": "0 … 5, 3.., 2..4",
    "iso": "400, 1600.., 100..400",
    "near": "5.41,100.33,500m",
    "colour": "#7a5c3a, #7a5c3a~10, or a name such as red",
    "like": "IMG_2041, a path",
    "place": '槟城, "George Town"',
    "camera": "x100",
    "lens": "23mm",
    "in": '"lane at dusk"',
    "is": "keeper, any, untagged, generated, confirmed, exported",
}
"""What a field's value looks like."""

T = TypeVar("T")

_DAY = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月)?|年)?", re.ASCII)
_STARS = re.compile(r"[0-5]", re.ASCII)
_SPEED = re.compile(r"\d{1,7}", re.ASCII)
_POINT = re.compile(
    r"([-+]?\d{1,2}(?:\.\d+)?) *, *([-+]?\d{1,3}(?:\.\d+)?)"
    r"(?: *, *(\d{1,5}(?:\.\d+)?) *(m|km|米|公里)?)?",
    re.ASCII,
)
_COLOUR = re.compile(r"#([0-9a-f]{3}|[0-9a-f]{6})(?:~(\d{1,3}(?:\.\d+)?))?", re.ASCII)
_METRES = {"km": 1000.0, "公里": 1000.0}
_NEARBY = 1000.0
"""Metres, where a point is given without a distance."""

_SPANS: Mapping[str, str] = {
    name: span
    for span, names in {
        "today": "today,今天",
        "yesterday": "yesterday,昨天",
        "this week": "this week,本周,这周",
        "last week": "last week,上周",
        "this month": "this month,本月,这个月",
        "last month": "last month,上月,上个月",
        "this year": "this year,今年",
        "last year": "last year,去年",
    }.items()
    for name in names.split(",")
}
"""Every name of a span of days that depends on today to the span."""


def fold(text: str) -> str:
    """Fold width and case; the default where no folding is passed in."""
    return unicodedata.normalize("NFKC", text).casefold().strip()


def is_span(text: str) -> bool:
    """Return whether a text names days by today, such as ``last week`` or 上周."""
    return fold(text) in _SPANS


def read_field(field: str, value: str, position: int, *, today: date) -> Node:
    """Return the node of a field and its value; weeks start on Monday (ISO 8601).

    Raises:
        ValueError: when the value does not read as `EXPECTED` says.
    """
    if field == "taken":
        first, last = _bounds(value, partial(_first_day, today), partial(_last_day, today))
        if first is not None and last is not None and first > last:
            raise ValueError(value)
        return Taken(first, last, position)
    if field == "rating":
        low, high = _bounds(value, _stars, _stars)
        low, high = 0 if low is None else low, 5 if high is None else high
        if low > high:
            raise ValueError(value)
        return Rating(low, high, position)
    if field == "iso":
        least, most = _bounds(value, _speed, _speed)
        if least is not None and most is not None and least > most:
            raise ValueError(value)
        return Iso(least, most, position)
    if field == "near":
        return Near(*_circle(value), position)
    if field == "like":
        return Like(value, position=position)
    if field == "is":
        state = STATES.get(fold(value))
        if state is None:
            raise ValueError(value)
        return Field("is", state, position)
    names: dict[str, FieldName] = {"place": "place", "camera": "camera", "lens": "lens", "in": "in"}
    return Field(names[field], value, position)


def read_colour(value: str, position: int) -> Colour:
    """Read ``#rgb`` or ``#rrggbb``, sRGB in hex digits, with ``~distance`` behind it or not.

    Raises:
        ValueError: when the value does not read so.
    """
    match = _COLOUR.fullmatch(fold(value))
    if not match:
        raise ValueError(value)
    digits = match[1] if len(match[1]) == 6 else "".join(digit * 2 for digit in match[1])
    distance = float(match[2]) if match[2] else None
    if distance == 0:
        raise ValueError(value)
    red, green, blue = bytes.fromhex(digits)
    return Colour(red, green, blue, distance, position)


def _bounds(
    value: str, low: Callable[[str], T], high: Callable[[str], T]
) -> tuple[T | None, T | None]:
    """Read ``a``, ``a..b``, ``a..`` or ``..b``."""
    value = fold(value)
    first, dots, last = (part.strip() for part in value.partition(".."))
    if not dots:
        return low(first), high(first)
    if not first and not last:
        raise ValueError(value)
    return low(first) if first else None, high(last) if last else None


def _stars(text: str) -> int:
    if not _STARS.fullmatch(text):
        raise ValueError(text)
    return int(text)


def _speed(text: str) -> int:
    if not _SPEED.fullmatch(text):
        raise ValueError(text)
    return int(text)


def _circle(text: str) -> tuple[float, float, float]:
    """Read ``latitude,longitude[,distance]``: degrees and metres."""
    match = _POINT.fullmatch(fold(text))
    if not match:
        raise ValueError(text)
    latitude, longitude = float(match[1]), float(match[2])
    metres = float(match[3]) * _METRES.get(match[4], 1.0) if match[3] else _NEARBY
    if abs(latitude) > 90 or abs(longitude) > 180 or metres <= 0:
        raise ValueError(text)
    return latitude, longitude, metres


def _span(name: str, today: date) -> tuple[date, date]:
    """Return the first and last day of a span."""
    back = name.startswith("last")
    if name in ("today", "yesterday"):
        day = today - timedelta(days=name == "yesterday")
        return day, day
    if name.endswith("week"):
        monday = today - timedelta(days=today.weekday() + 7 * back)
        return monday, monday + timedelta(days=6)
    if name.endswith("month"):
        first = today.replace(day=1)
        first = (first - timedelta(days=1)).replace(day=1) if back else first
        return first, first.replace(day=monthrange(first.year, first.month)[1])
    return date(today.year - back, 1, 1), date(today.year - back, 12, 31)


def _first_day(today: date, text: str) -> date:
    if text in _SPANS:
        return _span(_SPANS[text], today)[0]
    year, month, day = _numbers(text)
    return date(year, month or 1, day or 1)


def _last_day(today: date, text: str) -> date:
    if text in _SPANS:
        return _span(_SPANS[text], today)[1]
    year, month, day = _numbers(text)
    first = date(year, month or 12, 1)
    return first.replace(day=day or monthrange(year, first.month)[1])


def _numbers(text: str) -> tuple[int, int | None, int | None]:
    match = _DAY.fullmatch(text)
    if not match:
        raise ValueError(text)
    year, month, day = (int(part) if part else None for part in match.groups())
    return year or 0, month, day
