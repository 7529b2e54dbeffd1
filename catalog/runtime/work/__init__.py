"""Work that survives its worker: the queue, the lease on a job, the run that may be taken over, fail points."""

from catalog.runtime.work.lease import Lease, Leased

__all__ = ["Lease", "Leased"]
