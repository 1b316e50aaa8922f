"""Compiled functions, for loops over millions of rows that no expression describes.

Importing Numba takes most of a second: modules that compile are imported where they are used.
"""

from collections.abc import Callable
from typing import TypeVar, cast

import numba

Function = TypeVar("Function", bound=Callable[..., object])


def compiled(function: Function) -> Function:
    """Compile at the first call, and keep the machine code for later runs; it runs beside other threads.

    The code is kept beside the module or, where that cannot be written, in the user's own cache folder; Numba reads
    `NUMBA_CACHE_DIR` for another one.
    """
    try:
        return cast("Function", numba.njit(cache=True, nogil=True)(function))
    except RuntimeError:
        # Numba's word for no folder to write to, as in a container without a home: compiled anew in every run.
        return cast("Function", numba.njit(nogil=True)(function))
