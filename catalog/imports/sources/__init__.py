"""Sources: URLs that are fetched by hand or on a schedule, and imported when the file has changed.

`registry` keeps them, `schedule` says when, `fetching` gets a file and nothing else, `running` does one run. A thread of the
steward runs what is due.
"""
