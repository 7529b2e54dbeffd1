"""`make bench`: the time of Catalog's importer, compared with the least that plain SQL needs on the same server.

Figures of two machines, or of two days, can't be compared. So each absolute figure has a calibration beside it, and all
goals are ratios. README.md in this folder explains each figure.
"""
