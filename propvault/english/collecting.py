"""Collecting: boards, notes and saved searches."""

from __future__ import annotations

from collections.abc import Mapping

ENGLISH: Mapping[str, str] = {
    "collect.no_name": "a name is needed, such as “lane at dusk”",
    "collect.unknown": "there is no collection {name}; `propvault collections` lists them",
    "collect.is_saved": "{name} is a saved search, which fills itself; choose another name",
    "collect.taken": "{name} is taken already; choose another name",
    "collect.done_one": "1 photo put into {collection}, which has {total}; `propvault undo` takes it back",
    "collect.done": "{count} photos put into {collection}, which has {total}; `propvault undo` takes it back",
    "collect.left_one": "1 photo taken out of {collection}; `propvault undo` puts it back",
    "collect.left": "{count} photos taken out of {collection}; `propvault undo` puts them back",
    "collect.renamed": "{collection} is called {to} now",
    "collect.deleted_one": "deleted the collection {collection}; its photo stays; `propvault undo` brings it back",
    "collect.deleted": "deleted the collection {collection}; its {count} photos stay; `propvault undo` brings it back",
    "collect.none": "there are no collections yet; `propvault collect NAME PHOTO…` makes one",
    "collect.count_one": "1 photo",
    "collect.count": "{count} photos",
    "collect.trip": "trip",
    "saved.none": "no searches are saved yet; `propvault saved NAME QUERY` saves one",
    "saved.unknown": "no search is saved as {name}; `propvault saved` lists them",
    "saved.is_collection": "{name} is a collection; choose another name",
    "saved.done": "saved; `propvault search 'in:\"{name}\"'` asks it again",
    "saved.forgotten": "forgot the saved search {name}; `propvault undo` brings it back",
    "done.collect_one": "put {name} into {collection}",
    "done.collect": "put {name} and others ({count}) into {collection}",
    "done.uncollect_one": "take {name} out of {collection}",
    "done.uncollect": "take {name} and others ({count}) out of {collection}",
    "done.rename": "rename {collection} to {to}",
    "done.drop": "delete the collection {collection}",
    "done.note_one": "note on {name}: {text}",
    "done.note": "note on {name} and others ({count}): {text}",
    "done.save": "save the search {search}: {query}",
    "done.forget": "forget the saved search {search}",
}
