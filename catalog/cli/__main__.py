"""`python -m catalog.cli`: the command where no script is installed."""

from catalog.cli import main

main()
