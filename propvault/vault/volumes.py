"""Which disk a path is on, by something that survives being mounted elsewhere."""

from __future__ import annotations

import ctypes
import os
import plistlib
import subprocess
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import psutil


@dataclass(frozen=True)
class Volume:
    """A disk or card as it is mounted now."""

    uuid: str
    """File system UUID or serial number; ``mount:PATH`` when the system tells none."""
    label: str
    """Name to show."""
    mount: Path
    """Where it is mounted."""


@lru_cache(maxsize=64)
def volume_of(path: Path) -> Volume:
    """Return the volume that holds an existing absolute path."""
    mount = path
    while not mount.is_mount() and mount != mount.parent:
        mount = mount.parent
    device = next(
        (p.device for p in psutil.disk_partitions(all=True) if Path(p.mountpoint) == mount), ""
    )
    return Volume(_uuid(mount, device) or f"mount:{mount}", mount.name or str(mount), mount)


def _uuid(mount: Path, device: str) -> str | None:
    if sys.platform == "win32":
        return _windows_serial(mount)
    if sys.platform == "darwin":
        return _mac_uuid(mount)
    return _linux_uuid(device)


def _linux_uuid(device: str) -> str | None:
    links = Path("/dev/disk/by-uuid")
    if not device.startswith("/dev/") or not links.is_dir():
        return None
    real = os.path.realpath(device)
    return next((link.name for link in links.iterdir() if os.path.realpath(link) == real), None)


def _mac_uuid(mount: Path) -> str | None:
    command = ["/usr/sbin/diskutil", "info", "-plist", str(mount)]
    try:
        out = subprocess.run(command, capture_output=True, timeout=10, check=True).stdout
        uuid = plistlib.loads(out).get("VolumeUUID")
    except (OSError, subprocess.SubprocessError, plistlib.InvalidFileException):
        return None
    return uuid if isinstance(uuid, str) else None


def _windows_serial(mount: Path) -> str | None:
    serial = ctypes.c_ulong()
    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009 — absent from ctypes elsewhere
    found = kernel.GetVolumeInformationW(
        f"{mount.drive}\\", None, 0, ctypes.byref(serial), None, None, None, 0
    )
    return f"{serial.value:08x}" if found else None
