"""Large files in ranges, read by several processes: who reads them, and how their results come back. Dask distributed carries them."""
