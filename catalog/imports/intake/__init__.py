"""How a file arrives: `receive` creates the import, `uploads` stores bytes; uploads in parts, bundles, templates, examples."""
