"""The wheel carries library, seeds and model, and works in a clean environment elsewhere."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel and install it, alone, in an environment that borrows our dependencies."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--outdir", str(folder), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    venv.create(folder / "env", with_pip=False)
    bin_ = folder / "env" / ("Scripts" if os.name == "nt" else "bin")
    python = bin_ / ("python.exe" if os.name == "nt" else "python")
    site = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        check=True, capture_output=True, text=True,
    ).stdout.strip()  # fmt: skip
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", site]
    subprocess.run([*pip, str(wheel)], check=True, capture_output=True)
    # The dependencies come from this environment; propvault itself, installed editable here, is
    # shadowed by the wheel's copy, which is found first.
    ours = [p for p in sys.path if p.endswith("site-packages")]
    (Path(site) / "zz_dependencies.pth").write_text("\n".join(ours), encoding="utf-8")
    return python


def test_the_wheel_runs_the_demo_outside_the_checkout(installed: Path, tmp_path: Path) -> None:
    where = "import propvault, pathlib; print(pathlib.Path(propvault.__file__).resolve())"
    clean = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PROPVAULT_VAULT")}
    run = {"cwd": tmp_path, "env": clean, "check": True, "capture_output": True}
    out = subprocess.run([installed, "-c", where], text=True, **run).stdout  # type: ignore[call-overload]
    assert not Path(out.strip()).is_relative_to(ROOT)
    demo = [installed, "-m", "propvault", "demo", str(tmp_path / "demo")]
    out = subprocess.run(demo, **run).stdout.decode("utf-8")  # type: ignore[call-overload]
    assert "skipped in" in out and "manifest.json" in out
    assert (tmp_path / "demo" / "vault" / "vault.db").is_file()
    assert list((tmp_path / "demo" / "set").glob("01-*.jpg"))
