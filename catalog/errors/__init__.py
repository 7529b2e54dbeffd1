"""Errors, defined once for pages, API and commands: `kinds` defines what each kind means, `meanings` maps errors to kinds."""
