"""Catalog: a shop's product catalog and the importer that feeds it.

Imports nothing: each part is imported by its own name, so that `import catalog.importer` loads no Flask.
"""
