"""The process `python -m catalog.steward`. It checks its settings before it loads the code for its work."""

from catalog import steward
from catalog.ops import discovery


def main() -> None:
    """Run the scheduler until SIGINT or SIGTERM."""
    settings = discovery.require_or_exit()
    steward.work(settings)


if __name__ == "__main__":
    main()
