"""Types of arrays."""

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Shorts = npt.NDArray[np.int16]
Flags = npt.NDArray[np.bool_]
Bits = npt.NDArray[np.uint64]
"""Sets of numbers, 64 to a word."""
Places = npt.NDArray[np.integer[Any]]
"""Row or group numbers, of whatever width they came in."""
