"""Large files in ranges, read by several processes: who reads them (Dask distributed), and how results come back."""
