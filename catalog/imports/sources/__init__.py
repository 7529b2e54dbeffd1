"""Sources: URLs that are fetched by hand or on a schedule, and imported when the file has changed.

`registry` stores them, `schedule` says when they run, `fetching` fetches a file, `running` does one run. A thread of
the steward runs what is due.
"""
