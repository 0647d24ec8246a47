"""Candidates and groups among up to a million fingerprints: time, memory, what is found."""

from __future__ import annotations

import resource
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.duplicates_pictures import see
from propvault.grouping import Known, same_groups
from propvault.vault.candidates import Hashes, near_hashes


def million(data: Path) -> None:
    """Print time and memory of candidates and groups among resampled fingerprints."""
    real = real_hashes(data)
    for count in (10_000, 100_000, 1_000_000):
        hashes, planted = resampled(real, count)
        began = time.perf_counter()
        pairs = np.concatenate([near_hashes(part) for part in hashes])
        took = time.perf_counter() - began
        near = set(map(tuple, pairs.tolist()))
        met = sum(pair in near for pair in planted)
        # As verification would: only planted pairs are one exposure.
        known = Known({(f"{a:07}", f"{b:07}"): "same" for a, b in planted if (a, b) in near}, {})
        began = time.perf_counter()
        groups, _ = same_groups(known, sorted)
        grouped = time.perf_counter() - began
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{count:>9} fingerprints: {took:.1f} s, {len(near)} candidates, planted found {met} "
              f"of {len(planted)}; {len(groups)} groups in {grouped:.1f} s; peak {peak:.0f} MB "
              "(of the whole run)", flush=True)  # fmt: skip


def real_hashes(data: Path) -> list[np.ndarray]:
    """Return [n] hashes of photographs by algorithm."""
    files = sorted(f for f in (data / "tags").rglob("*.jpg"))
    found = [s.hashes for f in files if (s := see(f)) is not None]
    several = np.mean([len(h["phash-turned"]) / 8 for h in found])
    print(f"{len(found)} photographs have {several:.2f} hashes of a kind on average")
    return [
        np.array([int.from_bytes(h[name][:8]) for h in found if h[name]], np.uint64)
        for name in ("phash-turned", "dhash-turned")
    ]


def resampled(real: Sequence[np.ndarray], count: int) -> tuple[list[Hashes], list[tuple[int, int]]]:
    """Return hashes drawn from real ones, one in twenty flat or dark, one in fifty planted."""
    chance = np.random.default_rng(0)
    planted = count // 50
    second = np.flatnonzero(chance.random(count) < 0.57)
    parts = []
    for values in real:
        bits = mixed(values, count + len(second), chance)
        bits[: count // 20] = np.uint64(0x8000000000000000) if values is real[0] else np.uint64(0)
        first = np.arange(count // 20, count // 20 + planted)
        flips = chance.integers(0, 64, (planted, 3)).astype(np.uint64)
        mask = np.bitwise_or.reduce(np.uint64(1) << flips, axis=1)
        bits[count - 1 - np.arange(planted)] = bits[first] ^ mask
        parts.append(Hashes(bits, np.concatenate([np.arange(count), second]).astype(np.int64)))
    return parts, [(int(a), count - 1 - i) for i, a in enumerate(first)]


def mixed(real: np.ndarray, count: int, chance: np.random.Generator) -> np.ndarray:
    """Return hashes of which about a third of the bits come from another real one."""
    one, other = (real[chance.integers(0, len(real), count)] for _ in range(2))
    chosen = np.packbits(chance.random((count, 64)) < 0.35, axis=1).view(np.uint64).ravel()
    return (one & ~chosen) | (other & chosen)
