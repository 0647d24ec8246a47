"""Fields that are not facets: their names, their values and how the values read."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import date
from typing import TypeVar

from propvault.query.tree import Field, FieldName, Node, Rating, Taken

FIELDS: Mapping[str, str] = {
    name: field
    for field, names in {
        "taken": "taken 时间 拍摄时间 日期",
        "place": "place 地点",
        "camera": "camera 相机 机身",
        "lens": "lens 镜头",
        "rating": "rating 评分 星级",
        "in": "in 收藏 画板",
        "is": "is 是 状态",
    }.items()
    for name in names.split()
}
"""Every name of a field to the field."""

LATER: frozenset[str] = frozenset("near like weight 附近 相似 像 权重".split())
"""Fields that a later version will understand; said so instead of "unknown"."""

STATES: Mapping[str, str] = {
    name: state
    for state, names in {
        "keeper": "keeper 保留 精选",
        "any": "any 全部 所有",
        "untagged": "untagged 未标记 无标签",
        "generated": "generated 生成",
        "confirmed": "confirmed 已确认 确认",
    }.items()
    for name in names.split()
}
"""Every name of an ``is:`` value to the value."""

EXPECTED: Mapping[str, str] = {
    "taken": "2026, 2026-01, 2026-01-13, 2025-12..2026-02",
    "rating": "0 … 5, 3.., 2..4",
    "is": "keeper, any, untagged, generated, confirmed",
}
"""What a field's value looks like."""

T = TypeVar("T")

_DAY = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月)?|年)?", re.ASCII)
_STARS = re.compile(r"[0-5]", re.ASCII)


def fold(text: str) -> str:
    """Fold width and case; the default where no folding is passed in."""
    return unicodedata.normalize("NFKC", text).casefold().strip()


def read_field(field: str, value: str, position: int) -> Node:
    """Return the node of a field and its value.

    Raises:
        ValueError: when the value does not read as `EXPECTED` says.
    """
    if field == "taken":
        first, last = _bounds(value, _first_day, _last_day)
        if first is not None and last is not None and first > last:
            raise ValueError(value)
        return Taken(first, last, position)
    if field == "rating":
        low, high = _bounds(value, _stars, _stars)
        low, high = 0 if low is None else low, 5 if high is None else high
        if low > high:
            raise ValueError(value)
        return Rating(low, high, position)
    if field == "is":
        state = STATES.get(fold(value))
        if state is None:
            raise ValueError(value)
        return Field("is", state, position)
    names: dict[str, FieldName] = {"place": "place", "camera": "camera", "lens": "lens", "in": "in"}
    return Field(names[field], value, position)


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


def _first_day(text: str) -> date:
    year, month, day = _numbers(text)
    return date(year, month or 1, day or 1)


def _last_day(text: str) -> date:
    year, month, day = _numbers(text)
    first = date(year, month or 12, 1)
    return first.replace(day=day or monthrange(year, first.month)[1])


def _numbers(text: str) -> tuple[int, int | None, int | None]:
    match = _DAY.fullmatch(text)
    if not match:
        raise ValueError(text)
    year, month, day = (int(part) if part else None for part in match.groups())
    return year or 0, month, day
