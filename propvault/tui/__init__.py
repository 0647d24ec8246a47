"""The Textual browse screen: draws events and calls jobs, owns no data.

Importing it sets the interpreter for a thread that draws while others work: a collection of garbage
stops all of them, 0.35 s for everything a vault of 100,000 photos keeps at hand, and a thread that
computes in Python keeps the others waiting for 5 ms each time they come back from the system.
"""

import gc
import sys

gc.set_threshold(100_000, 20, 20)
sys.setswitchinterval(0.0005)
