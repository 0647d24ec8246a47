"""``propvault show``: all that is known about one photo."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from propvault.cli.state import State, shared_options
from propvault.jobs.list_groups import GroupView, group_of
from propvault.reasons import printable
from propvault.values import PhotoView
from propvault.vault import trash
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
        is_discarded = trash.is_discarded(vault.db, view.id.removeprefix("sha256:"))
    if state.json:
        standing = {
            "group": _group_json(state, group),
            "stack": _group_json(state, stack),
            "discarded": is_discarded,
        }
        state.write_json(_json(view) | standing)
        return
    if is_discarded:
        click.echo(state.say("show.discarded"))
    for line in _lines(view):
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


def _json(view: PhotoView) -> dict[str, Any]:
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
        "place": None
        if capture.latitude is None
        else {
            "latitude": capture.latitude,
            "longitude": capture.longitude,
            "altitude": capture.altitude,
            "bearing": capture.bearing,
        },
        "rating": capture.rating,
        "dropped": [{"code": n.code, **dict(n.arguments)} for n in capture.notes],
        "tags": [
            {
                "facet": t.tag.facet, "tag": t.tag.slug, "zh": t.tag.zh, "en": t.tag.en,
                "source": t.source.value, "state": t.state.value, "score": t.score,
            }
            for t in view.tags
        ],
    }  # fmt: skip


def _lines(view: PhotoView) -> Iterator[str]:
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
    if capture.rating is not None:
        yield "  " + "★" * capture.rating + "☆" * (5 - capture.rating)
    for tag in view.tags:
        score = "" if tag.score is None else f" {tag.score:.2f}"
        yield f"  {tag.tag.name}  {tag.tag.zh} {tag.tag.en}  {tag.source}, {tag.state}{score}"
    for file in view.files:
        yield f"  {file.role}: {file.stored or '-'}  ({file.size} B)"
    for sighting in view.sightings:
        yield f"  {'●' if sighting.online else '○'} {sighting.path}  {sighting.last_seen}"
