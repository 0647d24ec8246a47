"""How captions, prompts and prop sheets put things: sentences as data, one file per language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from propvault.reasons import Language
from propvault.resources import library_folder
from propvault.targets.strict import read_table


@dataclass(frozen=True)
class SheetPhrases:
    """Headings of a prop sheet."""

    title: str
    """First line."""
    intro: str
    """What the text is, with ``{count}``."""
    task: str
    """What a language model is asked."""
    subjects: str
    """Heading of the things."""
    material: str
    """Heading of materials and surfaces."""
    colour: str
    """Heading of colours."""
    light: str
    """Heading of light and weather."""
    setting: str
    """Heading of the surroundings."""
    era: str
    """Heading of the period."""
    people: str
    """Heading of people."""
    use: str
    """Heading of uses."""
    notes: str
    """Heading of a person's notes."""
    pictures: str
    """Heading of the list of pictures."""
    where: str
    """Label of time and place."""


@dataclass(frozen=True)
class Phrases:
    """Templates of one language; ``{name}`` is filled in."""

    end: str
    """What ends a sentence."""
    clause_joint: str
    """Between clauses."""
    list_joint: str
    """Between items."""
    list_last: str
    """Before the last item."""
    label_joint: str
    """Between a label and what it labels."""
    caption: str
    """A caption, with ``{clauses}``."""
    caption_empty: str
    """A caption of which nothing can be said."""
    training: str
    """A training caption, with ``{trigger}`` and ``{clauses}``."""
    shows: str
    """A line of a prompt about a picture that shows a thing."""
    is_: str
    """A line of a prompt about a picture that shows none."""
    described: str
    """A line of a prompt for a target that cannot name pictures."""
    take: str
    """What to take from a picture, with ``{what}`` and ``{token}``."""
    take_thing: str
    """What to take of a thing, with ``{things}``."""
    take_shown: str
    """What to take of a picture of something that no tag names."""
    same: str
    """That several pictures show one subject, with ``{tokens}``, ``{subject}``, ``{views}``."""
    only: str
    """That nothing else is to be taken."""
    frame: str
    """A line about the first frame."""
    view: str
    """A view without a name, with ``{n}``."""
    thing: str
    """A subject without a name."""
    uncountable: str
    """Nouns of the trade that take no article."""
    labels: Mapping[str, str]
    """What a facet is called."""
    takes: Mapping[str, str]
    """What is taken by role."""
    views: Mapping[str, str]
    """Names of views."""
    sheet: SheetPhrases
    """Prop sheet."""

    @cached_property
    def takes_no_article(self) -> frozenset[str]:
        """Return the nouns that take no article."""
        return frozenset(self.uncountable.split())

    def enumerated(self, names: Sequence[str]) -> str:
        """Join names the way a sentence does."""
        if len(names) < 2:
            return "".join(names)
        return f"{self.list_joint.join(names[:-1])}{self.list_last}{names[-1]}"


@cache
def phrases(language: Language) -> Phrases:
    """Return the phrases of a language.

    Raises:
        LibraryError: its file is not there or wrong.
    """
    return read_table(library_folder() / "phrases" / f"{language}.toml", Phrases)
