"""The builder of the search index: `waiting` decides what to index, `process` runs it in a separate process.

`segments` reads products (`reading`), makes terms of them (`utf8`, `postings`) and stores them (`writing`), block by block.
"""
