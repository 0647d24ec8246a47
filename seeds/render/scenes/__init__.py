"""The places of the sample folder, each a function that builds it in an empty file."""

from collections.abc import Callable

from scenes import chairs, places, walls, windows

SCENES: dict[str, Callable[[], None]] = {
    "mosaic": walls.mosaic,
    "brick": walls.brick,
    "tiles": walls.tiles,
    "peeling": walls.peeling,
    "shutters": windows.shutters,
    "lattice": windows.lattice,
    "panes": windows.panes,
    "bamboo": chairs.bamboo,
    "rattan": chairs.rattan,
    "stools": chairs.stools,
    "door": places.door,
    "lanterns": places.lanterns,
    "stair": places.stair,
    "lane": places.lane,
    "boat": places.boat,
    "table": places.table,
}
