"""Chinese words that order a sentence rather than name a thing, and what they become.

A film scout's queries are noun phrases with a place and sometimes an action. The tables below are
what those need; where CC-CEDICT's first sense is not what a picture shows, `ACTIONS` and `WORDS`
say it. Chosen by reading translations of a few hundred such queries.
"""

from __future__ import annotations

from collections.abc import Mapping


def _table(text: str) -> dict[str, str]:
    """Parse ``zh english; zh zh english`` rows: the last words are English."""
    table: dict[str, str] = {}
    for row in filter(None, (row.strip() for row in text.replace("\n", " ").split(";"))):
        words = row.split()
        names = [w for w in words if not w.isascii()]
        english = " ".join(w for w in words if w.isascii())
        table |= dict.fromkeys(names, english)
    return table


PARTICLES = frozenset(
    (
        "了 着 过 得 吧 吗 呢 啊 很 非常 十分 太 真 真的 最 更 比较 有点 有些 一点 一些 些 都 也 "
        "还 就 正 正在 被 把 将 之 所 们 这 那 这个 那个 这些 那些 某 某个 该 是 像 那种 这种 "
        "一种 种 起来 下来 出来 上去 下去 照片 图片 图像 画面 拍摄 拍到 想要 找 寻找 我 我要 要 "
        "想 请 给我 看看 来 里面有 时 时候 时分"
    ).split()
)
"""Dropped: they say nothing a picture shows."""

NUMBERS: Mapping[str, str] = _table(
    "一 a; 两 二 俩 two; 三 仨 three; 四 four; 五 five; 六 six; 七 seven; 八 eight; 九 nine; "
    "十 ten; 几 数 several; 许多 很多 不少 好多 多 many; 半 half; 每 every; 整 whole; "
    "满 full of; 各种 various"
)
"""Numbers and amounts; before a measure word they stand for both."""

MEASURES = frozenset(
    (
        "个 只 张 把 扇 条 座 间 栋 幢 辆 艘 棵 株 朵 盏 面 块 片 根 本 幅 件 双 对 排 串 堆 口 道 "
        "层 级 位 名 匹 头 台 架 顶 枚 颗 束 杯 碗 瓶 壶 盘 盆 套 家 所 处 段 堵 户 支 枝 顿 缕 团 "
        "群 行 列 樽 尊 丛 方 眼 场 股 抹 则 册 封 副 卷 床 缸"
    ).split()
)
"""Measure words, dropped after a number."""

COLLECTIVES: Mapping[str, str] = _table(
    "排 列 行 row of; 堆 pile of; 串 string of; 群 group of; 双 对 pair of; 束 bunch of; "
    "丛 clump of; 杯 cup of; 碗 bowl of; 瓶 bottle of; 壶 pot of; 盘 plate of; 层 layer of; "
    "缕 wisp of"
)
"""Measure words that a picture does show."""

PLACES: Mapping[str, str] = _table(
    "里 里面 里头 内 之内 中 之中 当中 in; 上 上面 之上 on; 下 下面 之下 底下 under; "
    "边 旁 旁边 边上 beside; 前 前面 之前 in front of; 后 后面 背后 behind; "
    "外 外面 之外 outside; 之间 中间 between; 对面 opposite; 尽头 at the end of; 深处 deep in; "
    "附近 near; 四周 周围 around"
)
"""Localisers: after a noun in Chinese, before it in English."""

PREPOSITIONS: Mapping[str, str] = _table(
    "在 in; 从 from; 向 朝 towards; 沿 沿着 along; 靠 靠着 靠在 against; 对着 面向 facing; "
    "用 with; 透过 穿过 隔着 through; 通往 通向 leading to"
)

LINKS: Mapping[str, str] = _table(
    "和 与 跟 及 以及 and; 或 或者 or; 有 带 带有 带着 with; 没有 无 without; 没 不 非 not"
)
"""Conjunctions and the verbs of having."""

ACTIONS: Mapping[str, str] = _table(
    "照进 照入 射进 射入 shining into; 透进 透入 coming into; 照在 照着 shining on; "
    "照 照耀 shining; 洒在 洒 洒下 falling on; 洒进 洒入 spilling into; 落在 fallen on; "
    "映在 reflected in; 爬满 长满 铺满 布满 落满 covered with; 贴满 贴着 pasted with; "
    "堆满 piled with; 摆满 full of; 挂满 挂着 hung with; 挂 hanging; 挂在 hanging on; "
    "站满 坐满 crowded with; 种满 planted with; 装满 filled with; 坐 坐着 sitting; "
    "坐在 sitting on; 站 站着 standing; 站在 standing on; 躺 躺着 趴 lying; 躺在 lying on; "
    "蹲 蹲着 squatting; 走 走着 行走 walking; 走在 walking on; 走过 walking past; "
    "跑 奔跑 running; 骑 骑着 riding; 睡 睡觉 睡着 sleeping; 看 看着 望着 looking at; "
    "穿 穿着 戴 戴着 wearing; 拿 拿着 握着 抱 抱着 撑 撑着 打着 holding; "
    "打伞 holding an umbrella; 提着 挑着 挑 carrying; 推着 推 pushing; 拉着 拉 pulling; "
    "背着 carrying on the back; 停着 停 parked; 停在 parked at; 靠墙 against the wall; "
    "放着 摆着 放 摆 placed; 放在 摆在 placed on; 飘 飘着 飘扬 drifting; 飞 飞过 flying; "
    "燃烧 点着 burning; 倒塌 collapsed; 下棋 playing chess; 打牌 playing cards; "
    "喝茶 drinking tea; 喝 drinking; 打 弹 玩 玩耍 playing; 骑车 cycling; 吃饭 吃 eating; "
    "做饭 cooking; 洗衣服 washing clothes; 洗 washing; 卖菜 selling vegetables; 卖 selling; "
    "钓鱼 fishing; 划船 rowing a boat; 唱戏 performing opera; 跳舞 dancing; "
    "等车 waiting for a bus; 等 waiting; 晒 晾 drying; 晾着 晾满 hung with drying; "
    "缠满 缠着 tangled with; 抽烟 smoking a cigarette; 读书 看书 reading; 写字 writing; "
    "聊天 chatting; 拥抱 embracing; 微笑 smiling; 哭 crying; 笑 laughing; 跳 jumping; "
    "反射 映着 reflecting; 滴水 dripping; 漏水 leaking; 开着 打开 敞开 open; "
    "关着 关闭 紧闭 closed; 半开 半掩 half-open"
)
"""What is done or what has happened; as a modifier it follows its noun in English."""

WORDS: Mapping[str, str] = _table(
    "老 旧 古 老旧 old; 小 small; 大 big; 高 高大 tall; 矮 low; 长 long; 短 short; "
    "窄 狭窄 narrow; 宽 宽阔 wide; 圆 圆形 round; 方 方形 square; 弯 弯曲 curved; 钱 money; "
    "尖 pointed; 空 空荡 空荡荡 empty; 安静 宁静 quiet; 热闹 bustling; 繁忙 忙碌 busy; "
    "孤独 lonely; 神秘 mysterious; 阴森 eerie; 整齐 neat; 凌乱 杂乱 messy; 简陋 shabby; "
    "豪华 luxurious; 传统 traditional; 中式 Chinese-style; 欧式 European-style; "
    "日式 Japanese-style; 西式 western-style; 中国 Chinese; 手工 handmade; 美丽 漂亮 beautiful; "
    "温暖 warm; 寒冷 cold; 巨大 huge; 细长 slender; 厚重 heavy; 单薄 thin; 干净 clean; "
    "午后 下午 afternoon; 中午 正午 noon; 上午 morning; 凌晨 before dawn; 夜晚 night; "
    "雨后 after rain; 雪后 after snow; 远处 in the distance; 角落 corner; "
    "墙角 corner of a wall; 巷口 entrance of a lane; 街头 street; 屋子 屋 house; "
    "水边 by the water; 河边 riverside; 湖边 lakeside; 路边 roadside; 街边 by the street; "
    "窗边 窗前 by the window; 门前 in front of a door; 桌上 on the table; 墙上 on the wall; "
    "地上 on the ground; 树下 under a tree; 天上 in the sky; 水中 in water; 山上 on a mountain; "
    "桥下 under a bridge; 海上 at sea; 空中 in the air; 手里 手中 in hand; "
    "质感 肌理 纹理 texture; 背景 background; 氛围 味道 atmosphere; 风格 样式 式 style; "
    "感 feeling; 色调 tones; 色 coloured; 面 surface; 残破 dilapidated; 古朴 rustic; "
    "废旧 disused; 茂密 dense; 枯 withered; 彩绘 painted; 层层 layered; 湿漉漉 wet; "
    "阳光下 in sunlight; 灯光下 in lamplight; 月光下 in moonlight; 槟城 Penang; "
    "马来西亚 Malaysia; 绍兴 Shaoxing; 江南 Jiangnan; 徽派 Hui-style; 闽南 Minnan; "
    "岭南 Lingnan; 店 shop; 楼 building; 院 courtyard; 桶 bucket; 布 cloth; 瓦 roof tile; "
    "水 water; 火 fire; 里弄 lane; 光 light; 人家 households; 村落 village; 斑点 spots; "
    "城 city; 镇 town; 鱼摊 fish stall; 水果摊 fruit stall; 菜摊 vegetable stall; 摊 stall; "
    "地 ground; 水泥地 concrete floor; 泥地 muddy ground; 裂开 cracked; 油漆 paint; "
    "人影 human silhouette; 烟雾缭绕 smoky; 铜制 brass; 铁制 iron; 石制 stone; 昏黄 dim yellow; "
    "逆光中 逆光下 backlit; 窗外 outside the window"
)
"""Everyday words whose first sense in CC-CEDICT is not what a picture shows."""
