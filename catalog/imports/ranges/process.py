"""What every process of Dask loads before it starts: `dask scheduler --preload catalog.imports.ranges.process`, and the same for `dask worker`.

Without it, the first range of a process waits until Catalog is loaded, also in the scheduler; and a worker spends a third more processor time
on watching itself than on its range.
"""

import gc

import dask

from catalog.imports.ranges import cluster

dask.config.set(cluster.QUIET)
gc.collect()
gc.freeze()  # a garbage collection in a fork would copy the pages of all that is loaded
