"""What a person should know of a whole set before using it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from propvault.reasons import Reason
from propvault.targets.candidates import Candidate
from propvault.targets.explain import label_of
from propvault.targets.rules import Medium, Preset


def set_warnings(
    preset: Preset, photos: Sequence[Candidate], beside: Mapping[Medium, int], owner: str
) -> tuple[Reason, ...]:
    """Return the warnings of a set, the gravest first; none for a set without pictures.

    ``owner`` is the creator or the rights of the photos that do not say, empty for none.
    """
    if not photos:
        return ()
    return (
        *_about_the_target(preset),
        *_about_counts(preset, photos),
        *_about_people(preset, photos),
        *_about_metadata(preset, photos, owner),
        *_about_delivery(preset),
        *(() if not beside.get("videos") or preset.counts.with_video is None else
          (Reason.of("target.with_video", most=preset.counts.with_video),)),
    )  # fmt: skip


def _about_the_target(preset: Preset) -> Iterator[Reason]:
    if preset.retired_on is not None:
        yield Reason.of("target.retired", title=preset.title, day=preset.retired_on.isoformat())
    if preset.unverified:
        yield Reason.of(
            "target.unverified",
            codes=" ".join(label_of(rule) for rule in preset.unverified),
            day=preset.checked_on.isoformat(),
        )


def _about_counts(preset: Preset, photos: Sequence[Candidate]) -> Iterator[Reason]:
    counts, count = preset.counts, len(photos)
    if count < counts.min:
        yield Reason.of("target.too_few", count=count, least=counts.min)
    if counts.advised is not None and count > counts.advised:
        yield Reason.of("target.over_advised", count=count, most=counts.advised)
    if counts.subjects == 1 and count > 1 and not all(p.subject for p in photos):
        yield Reason.of("target.one_subject")
    if counts.is_front_first and photos[0].seen_from != "front":
        yield Reason.of("target.front_unknown")


def _about_people(preset: Preset, photos: Sequence[Candidate]) -> Iterator[Reason]:
    if preset.people.policy != "refuse":
        return
    unknown = sum(p.people == "unknown" for p in photos)
    if unknown:
        yield Reason.of("people.unknown", count=unknown)


def _about_metadata(preset: Preset, photos: Sequence[Candidate], owner: str) -> Iterator[Reason]:
    keeps = preset.metadata.gps and any(p.look.has_position for p in photos)
    if keeps and not preset.is_cloud:
        yield Reason.of("gate.keeps_position", count=sum(p.look.has_position for p in photos))
    silent = sum(not (p.look.rights or p.look.creator) for p in photos)
    if silent and not owner and (preset.is_cloud or preset.kind == "training"):
        yield Reason.of("gate.no_rights", count=silent)


def _about_delivery(preset: Preset) -> Iterator[Reason]:
    if preset.delivery == ("url",):
        yield Reason.of("target.wants_urls")
