from datetime import date

import pytest

from propvault.query.parser import parse
from propvault.query.tree import (
    And,
    Colour,
    Field,
    Iso,
    Like,
    Minus,
    Near,
    Node,
    Not,
    Or,
    Rating,
    Taken,
    Term,
    Text,
    walk,
)
from tests.query.conftest import FACETS

WALL = Text("wall")
BRICK = Term("material", "brick")
BAMBOO = Term("material", "竹")
PERSON = Term("object", "person")


def taken(first: str | None, last: str | None) -> Taken:
    return Taken(
        date.fromisoformat(first) if first else None, date.fromisoformat(last) if last else None
    )


TODAY = date(2026, 3, 4)
"""A Wednesday."""

DAYS: list[tuple[str, str, str]] = [
    # text, first day, last day
    ("today", "2026-03-04", "2026-03-04"),
    ("今天", "2026-03-04", "2026-03-04"),
    ("yesterday", "2026-03-03", "2026-03-03"),
    ("this week", "2026-03-02", "2026-03-08"),
    ("last week", "2026-02-23", "2026-03-01"),
    ("Last Week", "2026-02-23", "2026-03-01"),
    ('"last week"', "2026-02-23", "2026-03-01"),
    ("上周", "2026-02-23", "2026-03-01"),
    ("this month", "2026-03-01", "2026-03-31"),
    ("last month", "2026-02-01", "2026-02-28"),
    ("上个月", "2026-02-01", "2026-02-28"),
    ("last year", "2025-01-01", "2025-12-31"),
    ("去年", "2025-01-01", "2025-12-31"),
    ("last week..today", "2026-02-23", "2026-03-04"),
    ("2025-12..last week", "2025-12-01", "2026-03-01"),
    ("last month..last week", "2026-02-01", "2026-03-01"),
]


@pytest.mark.parametrize(("text", "first", "last"), DAYS)
def test_days_are_counted_from_today(text: str, first: str, last: str) -> None:
    assert parse(f"taken:{text}", FACETS, today=TODAY) == taken(first, last)
    both = parse(f"wall taken:{text} old", FACETS, today=TODAY)
    assert both == And((Text("wall old"), taken(first, last)))


def test_last_month_of_january_is_december() -> None:
    january = date(2026, 1, 31)
    assert parse("taken:上月", FACETS, today=january) == taken("2025-12-01", "2025-12-31")


TREES: list[tuple[str, Node]] = [
    # nothing and free text
    ("", And()),
    ("  \t ", And()),
    ("\u3000", And()),
    ("wall", WALL),
    ("peeling wall", Text("peeling wall")),
    ("斑驳的墙", Text("斑驳的墙")),
    ("old 木门", Text("old 木门")),
    ("peeling   wall\u3000old", Text("peeling wall old")),
    ("close-up of a door", Text("close-up of a door")),
    ("wow!", Text("wow!")),
    ("what, where?", Text("what, where?")),
    ("black or white", Text("black or white")),
    ("1960s", Text("1960s")),
    # light and place of the camera
    ("iso:400", Iso(400, 400)),
    ("感光度：1600..", Iso(1600, None)),
    ("iso:..200", Iso(None, 200)),
    ("near:5.41,100.33,500m", Near(5.41, 100.33, 500)),
    ("near:5.41，100.33，2公里", Near(5.41, 100.33, 2000)),
    ("附近：-33.9,151.2", Near(-33.9, 151.2, 1000)),
    ('near:"5.41, 100.33, 1.5 km" wall', And((Near(5.41, 100.33, 1500), WALL))),
    ("-near:0,0,1km", Not(Near(0, 0, 1000))),
    # quotes
    ('"blue door"', Text("blue door", quoted=True)),
    ("“蓝色：门”", Text("蓝色：门", quoted=True)),
    ('“blue door"', Text("blue door", quoted=True)),
    ('"12:30"', Text("12:30", quoted=True)),
    ('"http://x.y"', Text("http://x.y", quoted=True)),
    ('"a OR -b (c"', Text("a OR -b (c", quoted=True)),
    ('wall "no entry" old', And((Text("wall old"), Text("no entry", quoted=True)))),
    # facets
    ("material:竹", BAMBOO),
    ("材质:竹", BAMBOO),
    ("材质：竹", BAMBOO),
    ("Material:brick", BRICK),
    ("ｍａｔｅｒｉａｌ：brick", BRICK),
    ('object:"lattice window"', Term("object", "lattice window")),
    ("物件：“竹 椅”", Term("object", "竹 椅")),
    ("color:red", Term("colour", "red")),
    ("颜色:红", Term("colour", "红")),
    ("object:close-up", Term("object", "close-up")),
    ("material:a:b", Term("material", "a:b")),
    ("wall material:brick", And((WALL, BRICK))),
    ("material:brick wall", And((BRICK, WALL))),
    ("斑驳的墙 material:brick 雨后", And((Text("斑驳的墙 雨后"), BRICK))),
    # excluding and subtracting
    ("-object:person", Not(PERSON)),
    ("!object:person", Not(PERSON)),
    ("！物件：person", Not(PERSON)),
    ("－object:person", Not(PERSON)),
    ("wall -rain", And((WALL, Minus("rain")))),
    ("wall !雨", And((WALL, Minus("雨")))),
    ('wall -"wet street"', And((WALL, Minus("wet street", quoted=True)))),
    ("-rain", Minus("rain")),
    ("-(rain)", Minus("rain")),
    ("-(material:竹 OR material:brick)", Not(Or((BAMBOO, BRICK)))),
    ("-is:untagged", Not(Field("is", "untagged"))),
    # arithmetic: pictures and texts added, subtracted, weighted
    ("like:IMG_2041", Like("IMG_2041")),
    ("相似：IMG_2041", Like("IMG_2041")),
    ('like:"/cards/a b.jpg"', Like("/cards/a b.jpg")),
    ("like:IMG_2041 +雨 -人", And((Like("IMG_2041"), Text("雨"), Minus("人")))),
    ("wall +rain old", And((Text("wall old"), Text("rain")))),
    ("wall ＋“wet street”", And((WALL, Text("wet street", quoted=True)))),
    ("2*window", Text("window", weight=2)),
    ("wall 0.5*rain door", And((Text("wall door"), Text("rain", weight=0.5)))),
    ("2×窗 -0.5*人", And((Text("窗", weight=2), Minus("人", weight=0.5)))),
    ("-like:IMG_2041", Like("IMG_2041", weight=-1)),
    ("-2*like:a +3*like:b", And((Like("a", weight=-2), Like("b", weight=3)))),
    ("2*(old wall)", Text("old wall", weight=2)),
    ("+material:brick", BRICK),
    ("1920*1080", Text("1920*1080")),
    ("c++ 3 * 4", Text("c++ 3 * 4")),
    ("0*wall", Text("0*wall")),
    # colours
    ("color:#7a5c3a", Colour(0x7A, 0x5C, 0x3A)),
    ("颜色：#abc", Colour(0xAA, 0xBB, 0xCC)),
    ("color:#FFF~12.5", Colour(255, 255, 255, 12.5)),
    ("-colour:#000", Not(Colour(0, 0, 0))),
    # fields
    ("taken:2026-01-13", taken("2026-01-13", "2026-01-13")),
    ("taken:2026/1/3", taken("2026-01-03", "2026-01-03")),
    ("taken:2024-02", taken("2024-02-01", "2024-02-29")),
    ("taken:2025", taken("2025-01-01", "2025-12-31")),
    ("taken:2025-12..2026-02", taken("2025-12-01", "2026-02-28")),
    ("taken:2025..", taken("2025-01-01", None)),
    ("taken:..2025-06", taken(None, "2025-06-30")),
    ("时间：２０２６年１月", taken("2026-01-01", "2026-01-31")),
    ("时间:2026年1月13日", taken("2026-01-13", "2026-01-13")),
    ("rating:3", Rating(3, 3)),
    ("rating:3..", Rating(3, 5)),
    ("rating:..2", Rating(0, 2)),
    ("评分：2..4", Rating(2, 4)),
    ("place:槟城", Field("place", "槟城")),
    ('地点:"George Town"', Field("place", "George Town")),
    ("camera:x100", Field("camera", "x100")),
    ("lens:23mm", Field("lens", "23mm")),
    ('in:"lane at dusk"', Field("in", "lane at dusk")),
    ("in:“黄昏的巷子”", Field("in", "黄昏的巷子")),
    ("is:keeper", Field("is", "keeper")),
    ("is:ANY", Field("is", "any")),
    ("是：已确认", Field("is", "confirmed")),
    # alternatives and brackets
    ("wall OR material:brick", Or((WALL, BRICK))),
    ("wall | material:brick", Or((WALL, BRICK))),
    ("wall|material:brick ｜material:竹", Or((WALL, BRICK, BAMBOO))),
    ("wall OR material:竹 material:brick", Or((WALL, And((BAMBOO, BRICK))))),
    ("(wall OR material:竹) material:brick", And((Or((WALL, BAMBOO)), BRICK))),
    ("（wall OR material：竹） material：brick", And((Or((WALL, BAMBOO)), BRICK))),
    ("wall OR material:竹 OR -material:brick", Or((WALL, BAMBOO, Not(BRICK)))),
    ("((wall))", WALL),
]


@pytest.mark.parametrize(("text", "tree"), TREES)
def test_what_a_text_means(text: str, tree: Node) -> None:
    assert parse(text, FACETS) == tree


def test_positions_are_offsets_into_the_text_as_typed() -> None:
    tree = parse("斑驳 －材质：竹 “a b” rating:3..", FACETS)
    found = {type(n): n.position for n in walk(tree) if not isinstance(n, And | Or | Not)}
    assert found == {Text: 9, Term: 4, Rating: 15}


def test_trees_are_values() -> None:
    assert len({parse("a -b (c OR material:竹)", FACETS) for _ in range(2)}) == 1


def test_folding_of_facet_names_is_passed_in() -> None:
    assert parse("材質:竹", FACETS, folded=lambda name: name.replace("質", "质")) == BAMBOO
