"""Tags that follow from pixels, time, position and file: no model is asked, each says why.

The thresholds here are ours; docs/dev/tags.md says what they mean in pictures.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from propvault.colours import ruling
from propvault.jobs.vocabulary import open_vocabulary, vault_of
from propvault.language.concepts import Vocabulary
from propvault.reasons import Reason
from propvault.sun import Sun, sun_of
from propvault.values import Capture, Look, PhotoTag, TagSource, TagState
from propvault.vault.looks import Measured, measured
from propvault.vault.tags import drop_outranked, replace_tags
from propvault.vault.vault import Database

_BRIGHT, _DIM = 75.0, 25.0
"""Mean lightness of a high-key and of a low-key picture."""
_CONTRAST = 80.0
"""Lightness between the 5th and the 95th percentile of a contrasty picture."""
_BLURRED = 6.0
"""Sharpness under which no part of a picture is sharp at the preview's size."""
_COLOURFUL = 59.0
"""Hasler and Suesstrunk's "quite colourful" (2003)."""
_PANORAMA = 2.0
"""Long edge by short edge: 16:9 video is 1.78, a cinema frame 2.39."""
_SQUARE = 1.02
_Found = tuple[str, float | None, Reason]


def compute_tags(db: Database, rows: Iterable[int], vocabulary: Vocabulary | None = None) -> None:
    """Give photos their computed tags anew from what is stored of them.

    Runs inside the caller's transaction; the text index is left to the caller.
    """
    known = vocabulary or open_vocabulary(vault_of(db))
    for row in rows:
        replace_tags(db, row, TagSource.COMPUTED, computed_tags(measured(db, row), known))
        drop_outranked(db, row, known.exclusions)


def computed_tags(facts: Measured, vocabulary: Vocabulary) -> list[PhotoTag]:
    """Return the tags that follow from what is known of a photo."""
    found = [*_framing(facts.width, facts.height), *_light(facts.capture)]
    if facts.look is not None:
        found += [*_colours(facts.look), *_tones(facts.look)]
    if facts.origin is not None:
        found.append((f"origin:{facts.origin.slug}", None, facts.origin.why))
    concepts = ((vocabulary.get(name), score, why) for name, score, why in found)
    return [
        PhotoTag(concept.as_tag(), TagSource.COMPUTED, TagState.APPLIED, score, reason=why)
        for concept, score, why in concepts
        if concept is not None  # a person's own file may have replaced or emptied a facet
    ]


def _framing(width: int, height: int) -> Iterator[_Found]:
    ratio = max(width, height) / min(width, height)
    slug = "square" if ratio <= _SQUARE else "vertical" if height > width else "horizontal"
    why = Reason.of("computed.size", width=width, height=height)
    yield f"shot:{slug}", None, why
    if ratio >= _PANORAMA and width > height:
        yield "shot:panorama", None, why


def _colours(look: Look) -> Iterator[_Found]:
    if look.is_grey:
        yield "colour:monochrome", None, Reason.of("computed.grey")
        return
    for name, share in ruling(look.swatches).items():
        yield (
            f"colour:{name}",
            round(share, 2),
            Reason.of("computed.share", percent=round(100 * share)),
        )
    if look.colourfulness >= _COLOURFUL:
        why = Reason.of("computed.colourful", value=round(look.colourfulness))
        yield "colour:colourful", None, why


def _tones(look: Look) -> Iterator[_Found]:
    why = Reason.of("computed.lightness", value=round(look.brightness))
    if look.brightness >= _BRIGHT:
        yield "light:bright", None, why
    if look.brightness <= _DIM:
        yield "light:dim", None, why
    if look.contrast >= _CONTRAST:
        yield "light:chiaroscuro", None, Reason.of("computed.contrast", value=round(look.contrast))
    if look.sharpness < _BLURRED:
        yield "shot:blurred", None, Reason.of("computed.soft", value=round(look.sharpness, 1))


def _light(capture: Capture) -> Iterator[_Found]:
    sun = sun_of(capture)
    if sun is None:
        return
    told: dict[str, str | int | float] = {
        "time": str(capture.taken_local)[11:16],
        "elevation": sun.elevation,
        "azimuth": round(sun.azimuth),
    }
    for slug in _times(sun):
        yield f"light:{slug}", None, Reason.of("computed.sun", **told)
    direction = sun.direction(capture.bearing)
    if direction == "top-lit":
        yield "light:top-lit", None, Reason.of("computed.sun", **told)
    elif direction is not None and capture.bearing is not None:
        why = Reason.of("computed.bearing", bearing=round(capture.bearing), **told)
        yield f"light:{direction}", None, why


def _times(sun: Sun) -> Iterator[str]:
    if sun.day_part is not None:
        yield sun.day_part
    if sun.is_up:
        yield "daylight"
    if sun.is_golden:
        yield "golden-hour"
    if sun.is_blue:
        yield "blue-hour"
