import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from propvault.language.dictionary import Entry, open_dictionary
from propvault.language.glosses import best_gloss
from propvault.language.translate import Translation, translate
from propvault.language.vocabulary import Vocabulary, load_vocabulary
from tests.language.conftest import VOCABULARY

SHIPPED = load_vocabulary(VOCABULARY)


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ("斑驳的墙", "weathered wall"),
        ("一扇白色的门", "a white door"),
        ("雨后的石板路", "flagstone path after rain"),
        ("阳光照进厨房", "sunlight shining into kitchen"),
        ("老街", "old street"),
        ("竹椅", "bamboo chair"),
        ("一把旧竹椅", "an old bamboo chair"),
        ("红灯笼挂满的小巷", "lane hung with red lantern"),
        ("挂满红灯笼的小巷", "lane hung with red lantern"),
        ("夜晚的霓虹灯招牌", "night neon sign"),
        ("墙上的影子", "shadow on the wall"),
        ("木桌上的茶壶", "teapot on wooden table"),
        ("窗边的花瓶", "vase by the window"),
        ("逆光的人", "backlit person"),
        ("逆光中的女人", "backlit woman"),
        ("穿着红色旗袍的女人", "woman wearing red qipao"),
        ("一个穿红衣服的小女孩", "a little girl wearing red clothes"),
        ("骑楼下的自行车", "bicycle under arcade shophouse"),
        ("乌篷船停在码头", "black-awning boat parked at dock"),
        ("长满青苔的石阶", "mossy stone steps"),
        ("生锈的铁门", "rusty iron door"),
        ("掉漆的木门", "peeling paint wooden door"),
        ("破碎的玻璃", "broken glass"),
        ("空荡荡的走廊", "empty corridor"),
        ("没有人的街道", "empty street"),
        ("雾中的古桥", "ancient bridge in fog"),
        ("水面上的倒影", "reflection on water surface"),
        ("阁楼里的旧箱子", "old box in attic"),
        ("雨天的街道", "rainy day street"),
        ("两把木椅", "two wooden chairs"),
        ("三个老人下棋", "three elderly people playing chess"),
        ("老人坐在门口", "elderly person sitting on doorway"),
        ("坐在门槛上的老人", "elderly person sitting on threshold"),
        ("一只猫睡在屋顶上", "a cat sleeping on roof"),
        ("猫在窗台上睡觉", "cat sleeping on window sill"),
        ("马赛克墙", "mosaic wall"),
        ("花砖地板", "patterned tile floor"),
        ("彩色玻璃窗", "stained glass window"),
        ("百叶窗的光", "louvred shutters light"),
        ("寺庙里的香炉", "incense burner in temple"),
        ("缠满电线的电线杆", "utility pole tangled with electric cables"),
        ("晾着衣服的阳台", "balcony hung with drying clothes"),
        ("菜市场的鱼摊", "wet market fish stall"),
        ("黄昏的海边", "dusk seaside"),
        ("日落时的码头", "sunset dock"),
        ("有天井的老房子", "old house with skywell"),
        ("白墙黑瓦", "white wall black roof tile"),
        ("青砖墙", "grey brick wall"),
        ("红砖厂房", "red brick factory"),
        ("废弃工厂", "abandoned factory"),
        ("昏暗的走廊", "dim corridor"),
        ("一束光照在地上", "a beam of light shining on the ground"),
        ("绿色的门和红色的窗", "green door and red window"),
        ("铁锈质感", "rust texture"),
        ("裂开的水泥地", "cracked concrete floor"),
        ("剥落的油漆", "peeling paint"),
        ("中药铺的抽屉", "Chinese medicine shop drawer"),
        ("老式收音机", "old-fashioned radio"),
        ("搪瓷缸", "enamel mug"),
        ("竹帘后面的人影", "human silhouette behind bamboo blind"),
        ("破旧的理发店", "shabby barbershop"),
        ("一排塑料椅", "a row of plastic chairs"),
        ("蓝色的木窗", "blue wooden window"),
        ("水磨石楼梯", "terrazzo stairs"),
        ("旋转楼梯俯拍", "spiral staircase high angle"),
        ("茶馆全景", "teahouse wide shot"),
        ("街角的杂货店", "street corner grocery store"),
        ("穿过树叶的阳光", "sunlight through tree leaves"),
        ("烟雾缭绕的寺庙", "smoky temple"),
        ("old 木门", "old wooden door"),
        ("1970年代的厨房", "1970s kitchen"),
        ("斑駁的牆", "weathered wall"),
        ("騎樓", "arcade shophouse"),
        ("雕花木床", "carved wooden bed"),
        ("八仙桌", "eight immortals table"),
        ("潮湿发霉的墙", "damp mouldy wall"),
        ("沙发上的毛绒玩具", "soft toy on sofa"),
        ("红门", "red door"),
        ("铜制门环", "brass door knocker"),
        ("孩子在巷子里奔跑", "child running in lane"),
        ("渔民在船上撒网", "fisherman throwing a net on boat"),
        ("撑着油纸伞的姑娘", "young woman holding oil-paper umbrella"),
        ("雪后的屋顶", "roof after snow"),
        ("窗外的雨", "rain outside the window"),
        ("一盏昏黄的路灯", "a dim yellow street lamp"),
        ("挂着照片的墙", "wall hung with photograph"),
        ("堆满书的桌子", "table piled with book"),
        ("荒凉的车站", "desolate station"),
        ("石狮子", "stone lion"),
        ("泛黄的老照片", "yellowed old photograph"),
        ("龙纹石柱", "dragon stone pillar"),
        ("树下钓鱼的老人", "elderly person fishing under a tree"),
        ("老人在树下下棋", "elderly person playing chess under a tree"),
        ("在厨房里切菜的女人", "woman cutting food in kitchen"),
        ("两个人坐在长椅上", "two people sitting on bench"),
        ("骑楼", "arcade shophouse"),
        ("一堆旧书，一把竹椅", "a pile of old books, a bamboo chair"),
    ],
)
def test_what_a_film_scout_types(zh: str, en: str, vocabulary: Vocabulary) -> None:
    translation = translate(zh, vocabulary)
    assert translation is not None
    assert translation.text == en


@pytest.mark.parametrize("text", ["", "peeling wall", "2026-01", "Ｗindow"])
def test_no_chinese_is_not_translated(text: str, vocabulary: Vocabulary) -> None:
    assert translate(text, vocabulary) is None


def test_pieces_say_where_each_word_comes_from(vocabulary: Vocabulary) -> None:
    assert translate("斑驳的饭盒", vocabulary) == Translation(
        "mottled lunchbox",
        (
            ("斑驳", "mottled", "vocabulary"),
            ("的", "", "grammar"),
            ("饭盒", "lunchbox", "dictionary"),
        ),
    )


@given(st.text(st.sampled_from("的在上里一两把扇门墙红老照进坐着a ，。x睡雨后和有不了打")))
def test_any_text_translates_to_english(text: str) -> None:
    translation = translate(text, SHIPPED)
    assert translation is None or translation.text.isascii()


@pytest.mark.parametrize(
    ("senses", "gloss"),
    [
        (["surname Ma", "horse"], ("horse", False)),
        (["variant of 門", "CL:個|个[ge4]", "gate"], ("gate", False)),
        (["(old) theft; to steal (sth)"], ("theft", False)),
        (["to sit", "to take a seat"], ("sitting", True)),
        (["to be sad"], ("sad", False)),
        (["(bound form) kitchen"], ("kitchen", False)),
        (["abbr. for 中國", "see 中"], None),
    ],
)
def test_choice_of_sense(senses: list[str], gloss: tuple[str, bool] | None) -> None:
    assert best_gloss([Entry("x", "x", tuple(senses))]) == gloss


def test_names_come_after_things() -> None:
    entries = [Entry("高", "Gao1", ("Gao",)), Entry("高", "gao1", ("high", "tall"))]
    assert best_gloss(entries) == ("high", False)


def test_dictionary_finds_all_headwords_of_a_text() -> None:
    found = open_dictionary().words_in("犄角旮旯")
    assert {"犄角", "旮旯", "角"} <= set(found)
    assert found["旮旯"][0].senses[0] == "corner"


def test_what_names_cover_opens_no_dictionary() -> None:
    code = (
        "from pathlib import Path; from propvault.language.translate import translate;"
        "from propvault.language.vocabulary import load_vocabulary;"
        "from propvault.language.dictionary import open_dictionary;"
        f"v = load_vocabulary(Path({str(VOCABULARY)!r}));"
        "assert translate('厨房', v).text == 'kitchen';"
        "assert translate('斑驳的门', v).text == 'mottled door';"
        "assert open_dictionary.cache_info().currsize == 0"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
