"""``propvault search``: ranked hits with their reasons."""

from __future__ import annotations

import csv
import io
import os
from typing import Any

import click

from propvault.cli.state import State, shared_options
from propvault.jobs.search import Hit, SearchAnswer, Searcher
from propvault.reasons import printable
from propvault.values import TagState


@click.command()
@click.argument("query")
@click.option("-n", "limit", default=20, show_default=True, type=click.IntRange(1, 10_000))
@click.option("--paths", "form", flag_value="paths", help="Print paths alone, one a line.")
@click.option("--paths0", "form", flag_value="paths0", help="Print paths, each ended by NUL.")
@click.option("--csv", "form", flag_value="csv", help="Print a table for a spreadsheet.")
@click.option("--open", "form", flag_value="open", help="Open the best hit's file.")
@shared_options
def command(state: State, query: str, limit: int, form: str | None) -> None:
    r"""Find photos by QUERY: a sentence in Chinese or English, narrowed by terms.

    \b
    propvault search 斑驳的墙
    propvault search "peeling wall material:brick -object:person"
    """
    with state.open() as vault:
        answer = Searcher(vault).search(query, limit)
        paths = [(hit, hit.photo.path) for hit in answer.hits]
    if state.json:
        state.write_json(answer_json(state, answer))
    elif form == "csv":
        click.echo(_table(state, answer), nl=False)
    elif form == "open":
        path = next((path for _, path in paths if path), None)
        click.echo(printable(str(path))) if path else click.echo(state.say("search.nothing"))
        if path:
            click.launch(str(path))
    elif form:
        end = b"\0" if form == "paths0" else b"\n"
        for path in (path for _, path in paths if path):
            click.echo(os.fsencode(path) + end, nl=False)
    else:
        for line in answer_lines(state, answer):
            click.echo(line)
        for notice in answer.notices:
            click.echo(state.word(notice), err=True)


def answer_json(state: State, answer: SearchAnswer) -> dict[str, Any]:
    """Return the JSON object; its keys are stable, others may be added."""
    return {
        "query": answer.query,
        "translated": answer.translated,
        "confident": answer.confident,
        "found": answer.found,
        "hits": [_hit_json(state, hit) for hit in answer.hits],
    }


def answer_lines(state: State, answer: SearchAnswer) -> list[str]:
    """Word an answer for people: one line a hit, its name, when it was taken, and why."""
    lines = []
    if answer.translated:
        lines.append(state.say("search.translated", text=answer.translated))
    if answer.confident is False and answer.hits:
        lines.append(state.say("search.unsure"))
    for hit in answer.hits:
        taken = (hit.photo.capture.taken_local or "")[:10]
        why = " · ".join([*(state.word(reason) for reason in hit.why), *standing_for(state, hit)])
        lines.append(f"{hit.rank:3}  {printable(hit.photo.name)}  {taken}  {why}")
    return lines if answer.hits else [*lines, state.say("search.nothing")]


def standing_for(state: State, hit: Hit) -> list[str]:
    """Word how many takes and repeats a hit stands for."""
    takes = [state.say("hit.takes", count=hit.takes)] if hit.takes else []
    repeats = [state.say("hit.repeats", count=hit.repeats)] if hit.repeats else []
    return takes + repeats


def _hit_json(state: State, hit: Hit) -> dict[str, Any]:
    path = hit.photo.path
    return {
        "photo": hit.photo.id,
        "path": None if path is None else str(path),
        "rank": hit.rank,
        "score": hit.score,
        "why": [state.word(reason) for reason in hit.why],
        "takes": hit.takes,
        "repeats": hit.repeats,
        "tags": [t.tag.name for t in hit.photo.tags if t.state is not TagState.REJECTED],
    }


def _table(state: State, answer: SearchAnswer) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["rank", "photo", "path", "score", "taken", "why"])
    for hit in answer.hits:
        why = "; ".join(state.word(reason) for reason in hit.why)
        path = printable(str(hit.photo.path or ""))
        taken = hit.photo.capture.taken_local or ""
        writer.writerow([hit.rank, hit.photo.id, path, hit.score, taken, why])
    return text.getvalue()
