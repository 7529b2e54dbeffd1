"""What can go wrong, once for pages, API and commands: `kinds` says what each kind means, `table` which error is of which kind."""
