"""The `catalog` command. `command_line` has the commands.

A running `catalog up` has loaded their code already: `main` lets a fork of it run the command. So this module loads
hardly anything.
"""

import sys


def main() -> None:
    """Run the command line in a fork of the running `catalog up`; where that is not possible, in this process."""
    from catalog.cli import forked

    code = forked.run(sys.argv)
    if code is None:
        from catalog.cli import command_line

        command_line.main()
    sys.exit(code)
