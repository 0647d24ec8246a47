"""``propvault show``: all that is known about one photo."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click

from propvault.cli.state import State, shared_options
from propvault.clock import on_the_wall
from propvault.colours import hex_of
from propvault.jobs.list_groups import GroupView, group_of
from propvault.places import Place
from propvault.reasons import printable
from propvault.values import PhotoView, Swatch
from propvault.vault.colours import colours_of
from propvault.vault.looks import SetFacts, set_facts_of
from propvault.vault.places import metres_of, place_of
from propvault.vault.vault import Vault
from propvault.vault.views import photo_views, resolve


@click.command()
@click.argument("photo")
@shared_options
def command(state: State, photo: str) -> None:
    """Show all about PHOTO: a hash prefix, a path, a file name or a stem."""
    with state.open() as vault:
        row = resolve(vault, photo, Path.cwd())
        (view,) = photo_views(vault, [row])
        group, stack = (group_of(vault, kind, row) for kind in ("same", "take"))
        told = _Found.of(vault, row)
    if state.json:
        standing = {
            "group": _group_json(state, group),
            "stack": _group_json(state, stack),
            "discarded": view.is_discarded,
        }
        state.write_json(_json(state, view) | _found_json(view, told) | standing)
        return
    if view.is_discarded:
        click.echo(state.say("show.discarded"))
    for line in _lines(state, view, told):
        click.echo(printable(line))
    for found in (group, stack):
        if found is not None:
            names = ", ".join(p.name for p in found.photos if p.id != view.id)
            why = state.word(found.why)
            kept = found.photos[0].name
            click.echo("  " + state.say(f"show.{found.kind}", names=names, kept=kept, why=why))


def _group_json(state: State, group: GroupView | None) -> dict[str, Any] | None:
    if group is None:
        return None
    return {
        "keeper": group.photos[0].id,
        "photos": [photo.id for photo in group.photos],
        "why": state.word(group.why),
    }


@dataclass(frozen=True)
class _Found:
    """What was looked up, measured or set beside what the file says."""

    place: Place | None
    metres: float | None
    colours: tuple[Swatch, ...]
    facts: SetFacts

    @classmethod
    def of(cls, vault: Vault, row: int) -> _Found:
        place, metres = place_of(vault.db, row), metres_of(vault.db, row)
        return cls(place, metres, colours_of(vault.db, row), set_facts_of(vault.db, row))


def _found_json(view: PhotoView, found: _Found) -> dict[str, Any]:
    capture, place = view.capture, found.place
    return {
        "place": None
        if capture.latitude is None
        else {
            "latitude": capture.latitude,
            "longitude": capture.longitude,
            "altitude": capture.altitude,
            "bearing": capture.bearing,
            "names": [asdict(part) for part in place.parts] if place else [],
            "metres": found.metres,
        },
        "colours": [{"hex": hex_of(s.lab), "share": s.share} for s in found.colours],
        "creator": capture.creator,
        "rights": capture.rights,
        "release": found.facts.release,
        "taken_camera": found.facts.taken_camera,
    }


def _json(state: State, view: PhotoView) -> dict[str, Any]:
    capture = view.capture
    return {
        "photo": view.id,
        "name": view.name,
        "format": view.format,
        "width": view.width,
        "height": view.height,
        "files": [
            {
                "sha256": f.sha256,
                "role": f.role.value,
                "size": f.size,
                "stored": f.stored and str(f.stored),
            }
            for f in view.files
        ],
        "sightings": [
            {
                "path": printable(str(s.path)),
                "volume": s.volume,
                "online": s.online,
                "last_seen": s.last_seen,
            }
            for s in view.sightings
        ],
        "taken_local": capture.taken_local,
        "taken_offset": capture.taken_offset,
        "offset_source": capture.offset_source,
        "camera": capture.camera,
        "lens": capture.lens,
        "exposure": capture.exposure,
        "f_number": capture.f_number,
        "iso": capture.iso,
        "focal": capture.focal,
        "rating": capture.rating,
        "dropped": [{"code": n.code, **dict(n.arguments)} for n in capture.notes],
        "tags": [
            {
                "facet": t.tag.facet, "tag": t.tag.slug, "zh": t.tag.zh, "en": t.tag.en,
                "source": t.source.value, "state": t.state.value, "score": t.score,
                "reason": t.reason and state.word(t.reason),
            }
            for t in view.tags
        ],
        "exports": [
            {
                "made": e.made, "preset": e.set.preset, "to": str(e.set.to), "file": e.file,
                "query": e.set.query, "collection": e.set.collection,
            }
            for e in view.exports
        ],
    }  # fmt: skip


def _lines(state: State, view: PhotoView, found: _Found) -> Iterator[str]:
    capture = view.capture
    yield f"{view.name}  {view.width} x {view.height} {view.format}  {view.id[:19]}"
    offset = capture.taken_offset
    zone = "" if offset is None else f" UTC{offset / 60:+g}"
    parts = [capture.camera, capture.lens]
    parts += [f"f/{capture.f_number:g}"] if capture.f_number else []
    parts += [f"{capture.focal:g} mm"] if capture.focal else []
    parts += [f"ISO {capture.iso}"] if capture.iso else []
    if capture.taken_local:
        yield f"  {capture.taken_local.replace('T', ' ')}{zone}"
    if any(parts):
        yield "  " + " · ".join(part for part in parts if part)
    if capture.latitude is not None and capture.longitude is not None:
        yield f"  {capture.latitude:.5f}, {capture.longitude:.5f}"
    yield from _told(state, view, found)
    if capture.rating is not None:
        yield "  " + "★" * capture.rating + "☆" * (5 - capture.rating)
    for tag in view.tags:
        score = "" if tag.score is None else f" {tag.score:.2f}"
        why = f"  ({state.word(tag.reason)})" if tag.reason else ""
        names = f"{tag.tag.name}  {tag.tag.both_names}"
        yield f"  {names}  {tag.source}, {tag.state}{score}{why}"
    for export in view.exports:
        path, day = str(export.set.to / export.file), on_the_wall(export.made)
        yield "  " + state.say("show.exported", path=path, preset=export.set.preset, day=day)
    for file in view.files:
        yield f"  {file.role}: {file.stored or '-'}  ({file.size} B)"
    for sighting in view.sightings:
        seen = on_the_wall(sighting.last_seen)
        yield f"  {'●' if sighting.online else '○'} {sighting.path}  {seen}"


def _told(state: State, view: PhotoView, found: _Found) -> Iterator[str]:
    if found.place is not None:
        names, metres = found.place.said(state.language), round(found.metres or 0)
        yield "  " + state.say("show.place", names=names, metres=metres)
    if found.facts.taken_camera is not None:
        clock = found.facts.taken_camera.replace("T", " ")
        yield "  " + state.say("show.clock", time=clock)
    for name, value in (
        ("creator", view.capture.creator),
        ("rights", view.capture.rights),
        ("release", found.facts.release),
    ):
        if value:
            yield "  " + state.say(f"show.{name}", **{name: value})
    if found.colours:
        shades = (f"{hex_of(s.lab)} {s.share:.0%}" for s in found.colours)
        yield f"  {state.say('show.colours')}: " + ", ".join(shades)
