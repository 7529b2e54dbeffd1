"""Errors, defined once for pages, API and commands: `kinds` says what each means, `meanings` maps errors to kinds."""
