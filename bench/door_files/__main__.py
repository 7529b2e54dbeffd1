"""Write the files: `python -m bench.door_files FOLDER`."""

import sys
from pathlib import Path

from bench.door_files import (
    asia,
    by_hand,
    east,
    feeds,
    lists,
    markets,
    more_markets,
    more_scripts,
    more_shops,
    more_tills,
    newer_markets,
    odd_formats,
    offices,
    pollution,
    programs,
    scripts,
    shops,
    systems,
    tills,
    trades,
    west,
    wholesale,
    world_markets,
    world_shops,
)

MODULES = (
    shops,
    more_shops,
    markets,
    more_markets,
    systems,
    scripts,
    lists,
    pollution,
    world_markets,
    world_shops,
    offices,
    east,
    west,
    tills,
    asia,
    feeds,
    programs,
    wholesale,
    more_tills,
    trades,
    newer_markets,
    more_scripts,
    by_hand,
    odd_formats,
)


def main() -> None:
    """Write every file with its truth."""
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    made = [make for module in MODULES for make in module.FILES]
    for make in made:
        make().write(folder)
    print(f"{len(made)} files are in {folder}.")


if __name__ == "__main__":
    main()
