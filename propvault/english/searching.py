"""Searching: the query language, the vocabulary, answers and why, the browse screen."""

from __future__ import annotations

from collections.abc import Mapping

ENGLISH: Mapping[str, str] = {
    "query.unclosed_quote": 'Character {column}: the quote that opens here is never closed. Add " at the end.',
    "query.unclosed_paren": "Character {column}: the bracket that opens here is never closed. Add ) at the end.",
    "query.unexpected_paren": "Character {column}: this closing bracket has no opening one; a term was expected.",
    "query.empty_paren": "Character {column}: nothing stands in these brackets; a term was expected.",
    "query.empty_quotes": "Character {column}: nothing stands in these quotes; a text was expected.",
    "query.too_deep": "Character {column}: more than 50 brackets within each other.",
    "query.or_needs_both": 'Character {column}: {found} needs a term before and after it. Write "{found}" to search for the word.',
    "query.minus_alone": "Character {column}: after {found} a word or a term was expected, with no space between.",
    "query.minus_group": "Character {column}: a group with free text in it cannot be excluded; put a minus before each word instead.",
    "query.no_value": "Character {column}: after {found}: a value was expected, with no space between ({expected}).",
    "query.bad_value": "Character {column}: {field}: does not understand {found}; expected {expected}.",
    "query.not_yet": "Character {column}: {found}: is not supported yet. Write it in quotes to search for it as text.",
    "query.unknown_name": "Character {column}: there is no {found}:, the nearest is {nearest}. Write it in quotes to search for it as text.",
    "query.unknown_name_far": "Character {column}: there is no {found}:, expected one of {expected}. Write it in quotes to search for it as text.",
    "language.not_toml": "{path} is not valid TOML: {detail}",
    "language.unknown_key": "{path} {where}: there is no key {key}; did you mean {near}?",
    "language.bad_value": "{path} {where}: {key} must be {wanted}",
    "language.bad_slug": "{path} {where}: the slug {slug} may only hold letters, digits and hyphens",
    "language.twice": "{path} {where}: the name {name} belongs to {first} already",
    "search.unsure": "nothing matches well; these are the nearest",
    "search.nothing": "nothing matches",
    "search.translated": "searched as: {text}",
    "why.similar": "looks like it",
    "why.tag": "tag {name}",
    "why.likely": "likely {name}",
    "why.text": "its name, folder or tags say so",
    "why.filter": "fits {name}",
    "why.minus": "less like {name}",
    "search.not_yet": "character {column}: {found}: is not understood yet by this version",
    "search.unknown_value": "character {column}: {facet} has no value {found}; the nearest is {nearest}",
    "search.hits": "{shown} of {found}",
    "hit.takes": "{count} takes",
    "hit.repeats_one": "1 repeat",
    "hit.repeats": "{count} repeats",
}
