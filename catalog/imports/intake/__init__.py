"""How a file arrives: `receive` is the one front door, `uploads` stores bytes; uploads in parts, bundles, templates, examples."""
