"""The builder of the search index: `waiting` decides what to index, `process` runs it in a separate process.

`segments` reads products (`reading`), makes terms of them (`utf8`, `postings`), packs them (`packing`) and stores them
(`binary`), block by block.
"""
