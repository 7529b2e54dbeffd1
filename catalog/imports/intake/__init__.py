"""How a file gets here: `receive` is the one front door, `uploads` takes bytes; parts, bundles, templates, examples."""
