"""Many products at once, by a worker: the job, its task, its run."""
