"""Pixels and models: reading pictures, previews, fingerprints, embeddings."""

import os

# Since 1.29 onnxruntime writes a device id and reports its use over the network; only this, set
# before it starts, stops all of it (github.com/microsoft/onnxruntime, pull request 27379).
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
