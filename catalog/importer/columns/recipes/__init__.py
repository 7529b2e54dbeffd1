"""Recipes: what Catalog knows of the exports of individual shop systems, each a TOML file here, known by its header.

docs/recipes.md explains how to write one.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence, Set as AbstractSet
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from catalog.importer.columns.aliases import key
from catalog.importer.options.column_names import position
from catalog.importer.options.options import Options

PATH = re.compile(r"\[[^\[\]]*\]|#\d+(?:\.value$)?")
REMARK = re.compile(r"\s*(?:\([^()]*\)|\[[^\[\]]*\])\s*$")


@dataclass(frozen=True)
class Recipe:
    """The recipe of one export, with the names of its columns; columns that a file lacks are ignored."""

    name: str
    known_by: tuple[str, ...]  # columns that must all be there
    columns: Mapping[str, Sequence[str]]  # field -> its column, the likeliest first
    group: str = ""  # the column that rows of one product share
    fill: tuple[str, ...] = ()  # columns that only the first row of a product has
    starts: str = ""  # a row with something in this column begins a product; those below belong to it
    without: tuple[str, ...] = ()  # a row that has none of these is not a product
    no_products: Mapping[str, Sequence[str]] = field(
        default_factory=dict
    )  # column -> its values in rows that are not products
    instead: Mapping[str, str] = field(default_factory=dict)  # column -> the column that is used if it is blank
    head: str = ""  # a row with something here and no SKU only begins a product, whose variants follow
    opens: tuple[str, ...] = ()  # columns whose cells hold several attributes, as name=value,name=value
    adds: Mapping[str, str] = field(default_factory=dict)  # column -> the column whose amount is added to it
    view: str = ""  # the column that names the store view of a row; the row without one is the product

    def fits(self, names: Sequence[str]) -> bool:
        """Whether a header belongs to this export."""
        return {key(name) for name in self.known_by} <= _keys(tuple(names)).keys()

    def places(self, names: Sequence[str], wanted: Sequence[str]) -> list[int]:
        """The positions of these columns in a file."""
        keys = _keys(tuple(names))
        return [keys[key(one)] for one in wanted if key(one) in keys]


@lru_cache(32)
def _keys(names: tuple[str, ...]) -> Mapping[str, int]:
    """Names in the form for comparison -> their positions.

    A name also counts without its remarks in brackets and the numbers of its path, unless another column has that name.
    """
    found: dict[str, int] = {}
    for at, name in enumerate(names):
        found.setdefault(key(name), at)
    for at, name in enumerate(names):
        found.setdefault(key(REMARK.sub("", name)), at)
    for at, name in enumerate(names):
        found.setdefault(key(PATH.sub("", name)), at)
    return found


def find(names: Sequence[str], options: Options) -> Recipe | None:
    """The recipe for a header; none: no header or no recipe. Of several, the one with most columns in `known_by`."""
    fitting = [recipe for recipe in _all() if recipe.fits(names)] if options.header else []
    return max(fitting, key=lambda recipe: len(recipe.known_by), default=None)


def with_columns(recipe: Recipe, names: list[str], options: Options, empty: AbstractSet[int] = frozenset()) -> Options:
    """The options with the columns of a recipe, for fields without a choice.

    If a field has several columns, the first that is not `empty`.
    """
    chosen = {*options.columns, *options.joined, *options.constants}
    aside = {position(names, column) for column in options.attributes}
    aside |= {position(names, column) for joined in options.joined.values() for column in joined["columns"]}
    columns = dict(options.columns)
    for one, wanted in recipe.columns.items():
        places = [at for at in recipe.places(names, wanted) if at not in aside]
        if places and one not in chosen:
            at = next((at for at in places if at not in empty), places[0])
            columns[one] = f"#{at + 1}"
    return options.with_reading(columns=columns)


@cache
def _all() -> tuple[Recipe, ...]:
    folder = files(__package__)
    found = sorted((file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name)
    return tuple(_read(file.read_text(encoding="utf-8")) for file in found)


def _read(text: str) -> Recipe:
    content: dict[str, Any] = tomllib.loads(text)
    lists: dict[str, Any] = {name: tuple(content.pop(name, ())) for name in ("known_by", "fill", "without", "opens")}
    columns = {one: [named] if isinstance(named, str) else named for one, named in content.pop("columns").items()}
    return Recipe(columns=columns, **lists, **content)
