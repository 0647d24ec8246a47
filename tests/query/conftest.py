FACETS = {
    name: facet
    for facet, names in {
        "material": "material 材质 materials",
        "object": "object 物件 prop",
        "light": "light 光 光线",
        "colour": "colour color 颜色",
        "structure": "structure 建筑构件",
    }.items()
    for name in names.split()
}
