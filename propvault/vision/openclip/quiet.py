"""Keep the libraries' own warnings, log lines and network look-ups out of an install."""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

_LOCAL_ONLY = {
    # All files are local by now: transformers must not ask the hub about each of them.
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    # open_clip loads a file again without weights_only when loading it raised a TypeError.
    "TORCH_FORCE_WEIGHTS_ONLY_LOAD": "1",
}


@contextmanager
def quiet() -> Iterator[None]:
    """Silence warnings and log lines, forbid pickled code and the network to the libraries."""
    before = {name: os.environ.get(name) for name in _LOCAL_ONLY}
    level = logging.root.manager.disable
    os.environ.update(_LOCAL_ONLY)
    logging.disable(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(level)
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
