"""Errors, defined once for pages, API and commands: `kinds` says what each kind means, `meanings` maps errors to it."""
