"""`python -m catalog.cli`: the command where no script is installed, always in this process."""

from catalog.cli.command_line import main

main()
