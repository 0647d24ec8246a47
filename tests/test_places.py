"""Names of positions, offline, in both languages and scripts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from propvault.places import NEAR_METRES, gazetteer, place_key


@pytest.mark.parametrize(
    ("position", "names"),
    [
        (
            (5.41496, 100.33575),
            ["乔治市 喬治市 George Town", "槟城 檳城 Penang", "马来西亚 馬來西亞 Malaysia"],
        ),
        ((30.0024, 120.5786), ["绍兴 紹興 Shaoxing", "浙江 浙江 Zhejiang", "中国 中國 China"]),
        ((24.883, 121.287), ["大溪 大溪 Daxi", "桃园 桃園 Taoyuan", "台湾 台灣 Taiwan"]),
        ((48.8566, 2.3522), ["巴黎 巴黎 Paris", "法兰西岛 法蘭西島 Île-de-France",
                             "法国 法國 France"]),
        ((30.6598, 104.0633), ["成都 成都 Chengdu", "四川 四川 Sichuan", "中国 中國 China"]),
        ((22.5455, 114.0683), ["深圳 深圳 Shenzhen", "广东 廣東 Guangdong", "中国 中國 China"]),
        ((-6.2146, 106.8451), ["雅加达 雅加達 Jakarta", "印度尼西亚 印尼 Indonesia"]),
        ((40.7143, -74.006), ["纽约 紐約 New York City", "纽约州 紐約州 New York State",
                              "美国 美國 United States"]),
        ((48.1374, 11.5755), ["慕尼黑 慕尼黑 Munich", "巴伐利亚 巴伐利亞 Bavaria",
                              "德国 德國 Germany"]),
        ((35.0116, 135.7681), ["京都 京都 Kyoto", "日本 日本 Japan"]),
    ],
)  # fmt: skip
def test_names(position: tuple[float, float], names: list[str]) -> None:
    found = gazetteer().find(*position)
    assert found is not None
    place, metres = found
    told = [f"{part.zh} {part.hant} {part.en}" for part in place.parts]
    assert told == names
    assert metres < 3000


def test_a_village_has_its_city_too() -> None:
    found = gazetteer().find(30.09, 120.49)
    assert found is not None
    assert [part.zh for part in found[0].parts] == ["华舍", "绍兴", "浙江", "中国"]


@pytest.mark.parametrize("position", [(0.0, -30.0), (-75.0, 0.0), (90.0, 0.0), (-90.0, 180.0)])
def test_where_nothing_is_near(position: tuple[float, float]) -> None:
    assert gazetteer().find(*position) is None


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_a_place_is_near_and_named(latitude: float, longitude: float) -> None:
    found = gazetteer().find(latitude, longitude)
    if found is not None:
        place, metres = found
        assert 0 <= metres <= NEAR_METRES
        assert place.parts[0].en and place.parts[-1].en
        assert all(place_key(part.en) for part in place.parts)


def test_the_date_line_is_no_border() -> None:
    # Taveuni, Fiji, lies on it.
    east, west = gazetteer().find(-16.85, 179.999), gazetteer().find(-16.85, -179.999)
    assert (east is None) == (west is None)


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("George  Town", "george town"), ("紹興市", "绍兴"), ("绍兴", "绍兴"), ("浙江省", "浙江"),
        ("广州", "广州"), ("苏州市", "苏州"), ("München", "munchen"), ("Tai-pei", "tai pei"),
        ("Xi’an", "xi'an"), ("檳城", "槟城"),
    ],
)  # fmt: skip
def test_keys(written: str, key: str) -> None:
    assert place_key(written) == key
