"""`make bench`: what Catalog's importer costs against the least that plain SQL could cost, on the same server in one run.

Figures of two machines, or of two days, can't be compared: every absolute one stands beside a calibration, and what is
claimed is a ratio. README.md in this folder says what each figure means.
"""
