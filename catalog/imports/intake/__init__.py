"""How a file arrives: `receive` creates the import, `uploads` stores bytes; parts, bundles, templates, examples."""
