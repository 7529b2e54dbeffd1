"""Search: how products are found in a catalog of any size, without making an import wait for an index.

`terms` and `asking` say what matches; `building` makes segments of the index in the background; `finding` searches the
segments, and scans everything that no segment has yet. See docs/search.md.
"""
