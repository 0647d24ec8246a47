"""Which execution provider of onnxruntime encodes pictures: an accelerator where one is offered.

Only picture towers that compute in floating point are moved: a query is one short text, over
before an accelerator has started, and 8-bit integer products exist on the processor alone.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

CPU = "CPUExecutionProvider"
_ACCELERATORS = {
    "cuda": "CUDAExecutionProvider",
    "coreml": "CoreMLExecutionProvider",
    "directml": "DmlExecutionProvider",
}
"""What ``PROPVAULT_PROVIDER`` may name, quickest first, and what onnxruntime calls it."""


def wanted_provider(available: Sequence[str]) -> str:
    """Return the provider to try first, of those that onnxruntime offers.

    ``PROPVAULT_PROVIDER`` decides: ``auto`` (the default), ``cpu``, or one accelerator. One that
    is not offered means the processor.
    """
    asked = os.environ.get("PROPVAULT_PROVIDER", "auto").lower()
    if asked in _ACCELERATORS:
        return _ACCELERATORS[asked] if _ACCELERATORS[asked] in available else CPU
    if asked != "auto":
        return CPU
    return next((name for name in _ACCELERATORS.values() if name in available), CPU)
