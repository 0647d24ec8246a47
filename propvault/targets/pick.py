"""Which photos get the target's places: the best match first, then what the chosen do not show.

Maximal marginal relevance (Carbonell & Goldstein 1998) over picture vectors, with a bonus for a
view that is still missing and a malus for a soft picture; places go round the subjects in turn.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from propvault.reasons import Reason
from propvault.targets.candidates import VIEWS, Candidate
from propvault.targets.rules import ROLES, Counts

_RELEVANCE = 0.6
"""Weight of a good match against being unlike the chosen; 0.5 to 0.7 is usual."""
_NEW_VIEW = 0.12
_SOFT = 0.10
_SOFT_SHARE = 0.5
"""A picture with less than half the median sharpness of the selection is soft."""
_SPAN = 20
"""Ranks over which relevance falls to a half; more where more are to choose from."""
_TOO_LIKE = 0.9
"""Cosine from which two photos are said to show much the same."""


@dataclass(frozen=True)
class Slots:
    """The places of one request."""

    max: int | None = None
    """All of them; None for as many as there are."""
    counts: Counts = field(default_factory=Counts)
    """Caps by subject, role and people."""


@dataclass(frozen=True)
class Refused:
    """A photo that is not in the set."""

    photo: str
    """Its id."""
    reason: Reason
    """Why not."""
    is_choice: bool = False
    """Whether it could have been taken and others were preferred."""


@dataclass(frozen=True)
class Picked:
    """Who got a place."""

    photos: tuple[tuple[Candidate, Reason], ...]
    """In the order of the set, with why."""
    refused: tuple[Refused, ...]
    """The others, in the order given, with why not."""


def pick(photos: Sequence[Candidate], slots: Slots) -> Picked:
    """Choose photos; those that a person named come first, ids are distinct.

    Without a maximum all are taken in the order given, but one of each exposure.
    """
    singles, repeated = _one_of_each_exposure(photos)
    work = _Work(singles, slots)
    work.choose()
    chosen = sorted(work.chosen, key=work.place) if slots.max is not None else work.chosen
    refused = {r.photo: r for r in (*repeated, *work.refusals())}
    return Picked(
        tuple((photo, work.why[photo.id]) for photo in chosen),
        tuple(refused[p.id] for p in photos if p.id in refused),
    )


def _one_of_each_exposure(
    photos: Sequence[Candidate],
) -> tuple[list[Candidate], list[Refused]]:
    """Leave one photo of each exposure: the one a person named, else the keeper, else the first."""
    best: dict[str, Candidate] = {}
    for photo in photos:
        if not photo.exposure:
            continue
        rival = best.get(photo.exposure)
        if rival is None or _standing(photo) > _standing(rival):
            best[photo.exposure] = photo
    kept, refused = [], []
    for photo in photos:
        winner = best.get(photo.exposure, photo)
        if winner is photo:
            kept.append(photo)
        else:
            refused.append(Refused(photo.id, Reason.of("pick.same", name=winner.name), True))
    return kept, refused


def _standing(photo: Candidate) -> tuple[bool, bool]:
    return photo.is_asked, photo.id == photo.exposure


class _Work:
    """Choosing, one place at a time."""

    def __init__(self, photos: Sequence[Candidate], slots: Slots) -> None:
        self.photos, self.slots = photos, slots
        self.chosen: list[Candidate] = []
        self.why: dict[str, Reason] = {}
        known = [p.sharpness for p in photos if p.sharpness is not None]
        self._soft_below = _SOFT_SHARE * median(known) if known else 0.0
        span = max(_SPAN, len(photos) - 1)
        self._relevance = {p.id: 1.0 - 0.5 * place / span for place, p in enumerate(photos)}
        self._nearest: dict[str, tuple[float, Candidate]] = {}
        self._subjects = list(dict.fromkeys(p.subject for p in photos))

    def choose(self) -> None:
        """Fill the places."""
        for photo in self.photos:
            if (photo.is_asked or self.slots.max is None) and self._bar(photo) is None:
                self._take(photo)
        while self.slots.max is not None and len(self.chosen) < self.slots.max:
            open_ = [p for p in self.photos if p.id not in self.why and self._bar(p) is None]
            if not open_:
                return
            self._take(min(open_, key=self._turn))

    def refusals(self) -> list[Refused]:
        """Return why each of the others has no place."""
        return [Refused(p.id, self._why_not(p), True) for p in self.photos if p.id not in self.why]

    def place(self, photo: Candidate) -> tuple[int, int, int, int]:
        """Return where a chosen photo goes: by subject, role and view, then as it was chosen."""
        role = ROLES.index(photo.role) if photo.role in ROLES else 0
        is_boarded = bool(photo.subject or photo.role)
        subject = self._subjects.index(photo.subject) if is_boarded else 0
        view = photo.seen_from if is_boarded or self.slots.counts.is_front_first else None
        return role, subject, VIEWS.index(view) if view in VIEWS else 0, self._chosen_at(photo)

    def _chosen_at(self, photo: Candidate) -> int:
        return next(i for i, other in enumerate(self.chosen) if other is photo)

    def _take(self, photo: Candidate) -> None:
        self.why[photo.id] = self._reason(photo)
        self.chosen.append(photo)
        for other in self.photos:
            cosine = _cosine(photo, other)
            if cosine > self._nearest.get(other.id, (-2.0, photo))[0]:
                self._nearest[other.id] = cosine, photo

    def _turn(self, photo: Candidate) -> tuple[bool, int, float]:
        """Return when a photo's turn is: the frontal one, then subjects in turn, then worth."""
        wants_front = self.slots.counts.is_front_first and not self.chosen
        is_other_view = wants_front and photo.seen_from != "front"
        same = sum(self._layer(p) == self._layer(photo) for p in self.chosen)
        return is_other_view, same, -self._worth(photo)

    def _worth(self, photo: Candidate) -> float:
        alike = self._nearest.get(photo.id, (0.0, photo))[0]
        relevance = self._relevance[photo.id]
        if self.slots.counts.subjects == 1 and self.chosen and not photo.subject:
            # Nobody said what shows the same thing: what looks like the first does, if anything.
            relevance = 2 * max(0.0, _cosine(photo, self.chosen[0]))
        worth = _RELEVANCE * relevance - (1 - _RELEVANCE) * max(0.0, alike)
        worth += _NEW_VIEW * (bool(self.chosen) and self._adds_view(photo))
        return worth - _SOFT * self._is_soft(photo)

    def _layer(self, photo: Candidate) -> tuple[str, str]:
        return photo.subject, photo.role or "subject"

    def _adds_view(self, photo: Candidate) -> bool:
        seen = photo.seen_from
        others = (p.seen_from for p in self.chosen if p.subject == photo.subject)
        return seen is not None and seen not in others

    def _is_soft(self, photo: Candidate) -> bool:
        return photo.sharpness is not None and photo.sharpness < self._soft_below

    def _reason(self, photo: Candidate) -> Reason:
        if photo.is_asked:
            return Reason.of("pick.asked")
        if self.slots.max is None and not (photo.subject or photo.role):
            return Reason.of("target.in_order", number=len(self.chosen) + 1)
        if not self.chosen:
            return Reason.of("pick.first")
        if self._layer(photo) not in map(self._layer, self.chosen):
            named = photo.subject or photo.role or "-"
            return Reason.of("pick.subject", name=named)
        if self._adds_view(photo):
            return Reason.of("pick.view", view=photo.seen_from or "-")
        alike = self._nearest.get(photo.id)
        if alike is None or alike[0] < 0:
            return Reason.of("target.in_order", number=len(self.chosen) + 1)
        if alike[0] >= _TOO_LIKE:
            return Reason.of("target.in_order", number=len(self.chosen) + 1)
        return Reason.of("pick.unlike", cosine=f"{alike[0]:.2f}")

    def _bar(self, photo: Candidate) -> Reason | None:
        """Return which cap keeps a photo out, None when none does."""
        counts, chosen = self.slots.counts, self.chosen
        if self.slots.max is not None and len(chosen) >= self.slots.max:
            return Reason.of("target.over_count", most=self.slots.max)
        if self._is_another_take(photo):
            return Reason.of("pick.alike", name=self._nearest[photo.id][1].name)
        subjects = {p.subject for p in chosen}
        if counts.subjects and len(subjects | {photo.subject}) > counts.subjects:
            return Reason.of("pick.other_subject", most=counts.subjects)
        of_subject = sum(p.subject == photo.subject for p in chosen)
        if counts.per_subject and photo.subject and of_subject >= counts.per_subject:
            return Reason.of("pick.subject_full", most=counts.per_subject, name=photo.subject)
        roles = Counter(p.role for p in chosen)
        most = counts.per_role.get(photo.role or "")
        if most is not None and roles[photo.role] >= most:
            return Reason.of("pick.role_full", most=most, role=photo.role or "-")
        return self._bar_by_people(photo)

    def _is_another_take(self, photo: Candidate) -> bool:
        """Return whether a photo only repeats a chosen take: then even a free place is wasted."""
        cosine, nearest = self._nearest.get(photo.id, (-1.0, photo))
        is_take = bool(photo.stack) and photo.stack == nearest.stack
        is_bound = photo.is_asked or photo.subject or photo.role or self.slots.max is None
        return is_take and not is_bound and cosine >= _TOO_LIKE and not self._adds_view(photo)

    def _bar_by_people(self, photo: Candidate) -> Reason | None:
        shows = photo.people == "shown"
        most = self.slots.counts.people if shows else self.slots.counts.things
        count = sum((p.people == "shown") == shows for p in self.chosen)
        if most is None or count < most:
            return None
        return Reason.of("pick.people_full" if shows else "pick.things_full", most=most)

    def _why_not(self, photo: Candidate) -> Reason:
        cosine, nearest = self._nearest.get(photo.id, (-1.0, photo))
        most = self.slots.max or len(self.chosen)
        bar = self._bar(photo) or Reason.of("target.over_count", most=most)
        if bar.code != "target.over_count":
            return bar
        if self._is_soft(photo):
            return Reason.of("pick.soft", most=most)
        if (photo.stack and photo.stack == nearest.stack) or cosine >= _TOO_LIKE:
            return Reason.of("pick.alike", name=nearest.name)
        return bar


def _cosine(one: Candidate, other: Candidate) -> float:
    if one.vector is None or other.vector is None:
        return -1.0
    return float(one.vector @ other.vector)
