"""How a file gets here: uploads, parts of uploads, bundles, profiles, examples."""
