"""Errors, defined once for pages, API and commands: `kinds` defines what each kind means, `table` maps errors to kinds."""
