"""Keep the memory that a worker frees, for its next block of a file, instead of returning it to the system."""

import ctypes
import sys

TRIM_THRESHOLD, MMAP_THRESHOLD = -1, -3  # of mallopt, in every version of glibc
LARGEST_BYTES = 32 * 1024**2  # an allocation up to here comes from the heap; no block of a file has larger ones
KEPT_BYTES = 64 * 1024**2


def keep_freed_memory() -> None:
    """Tell glibc to keep freed memory; without glibc, do nothing.

    Before, a process that read a file spent a quarter of its time in the kernel, which cleared pages for the same few
    buffers again.
    """
    if not sys.platform.startswith("linux"):
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:  # musl has none
        mallopt(MMAP_THRESHOLD, LARGEST_BYTES)
        mallopt(TRIM_THRESHOLD, KEPT_BYTES)
