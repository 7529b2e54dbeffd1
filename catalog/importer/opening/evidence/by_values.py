"""Find columns by their values, if their names are not known: codes, barcodes, texts, amounts of money.

In a file without a header, clear columns are used. If the names are not known, or two columns are possible, a
person is asked.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from catalog.importer.columns import aliases, error_columns, match, plain_names
from catalog.importer.columns.measures import is_measure
from catalog.importer.columns.result import Columns
from catalog.importer.invisible_characters import visible
from catalog.importer.opening.evidence import ask, value_patterns
from catalog.importer.opening.evidence.beginning import Beginning
from catalog.importer.options.options import Options
from catalog.importer.questions import Question, Unanswered

Found = dict[str, str]
NO_HEADER = "The first line holds values, so the file has no header. Choose which column is the {0}: {{}}."
UNKNOWN = "No column has a known name for the {0}. Choose which column is the {0}: {{}}."
MODELS = frozenset(["model", "modell", "modello", "modelo", "modèle", "modele", "модель", "型号"])
BRANDS = frozenset(
    ["brand", "marke", "marca", "marque", "manufacturer", "hersteller", "fabricante", "fabricant", "бренд", "make"]
)
ITEMS = frozenset(
    ("artikel", "article", "item", "part", "product", "produkt", "produit", "producto", "prodotto", "produto")
    + ("artículo", "articulo", "articolo", "artigo", "artikal", "artykuł", "товар", "продукт", "varenr", "vare")
)
EXAMPLE = 30  # longest cell in characters


def missing(names: list[str], options: Options, cells: pd.DataFrame, *, is_chosen: bool) -> Found:
    """The columns, as numbers, of the required fields that no name gives. Raises Unanswered if a person has to choose.

    Where nothing is likely, it finds nothing: the file is rejected for what it lacks. `is_chosen`: a person said that
    there is no header.
    """
    fields = match.fields(names, options)
    by_place = not options.header and not options.columns
    if by_place:
        fields = fields if is_chosen and _fits_places(names, fields, options, cells) else {}
    lacks = [field for field in match.required(options) if field not in fields and match.is_open(field, options)]
    if not lacks or error_columns.is_header(names):
        return {}
    beginning = Beginning.of(Columns(tuple(names), fields, {}), options, cells).without_total
    if not len(beginning.cells):
        return {}
    if lacks == ["sku"] and (swapped := codes_called_name(beginning)):
        return named_by_codes(beginning, swapped)
    keys = _keys(beginning) if "sku" in lacks else []
    labels = _labels(beginning, keys) if "name" in lacks else []
    if lacks == ["sku"] and not keys and options.header and (coded := _coded_name(beginning)):
        keys, labels, lacks = coded, _labels(beginning, coded), ["sku", "name"]
    if options.header and lacks == ["name"]:
        labels = _models(beginning, labels)
    if "sku" in lacks and not keys or "name" in lacks and not labels:
        if options.header or is_chosen:
            return {}
        keys = keys or ([at for at in beginning.free if at not in labels] if "sku" in lacks else [])
        labels = labels or ([at for at in beginning.free if at not in keys[:1]] if "name" in lacks else [])
        raise Unanswered(
            *(_question(one, beginning, at, options) for one, at in (("sku", keys), ("name", labels)) if at)
        )
    return _decided(beginning, {"sku": keys, "name": labels, "price": _amounts(beginning, keys, options)}, options)


def codes_called_name(beginning: Beginning) -> tuple[int, int] | None:
    """The columns of code and name if "Item" has codes, "Display name" or "Description" names. None: they are right."""
    fields, names = beginning.columns.fields, list(beginning.columns.names)
    at, described = fields.get("name"), fields.get("description")
    if at is None or at >= len(names):
        return None
    others = aliases.ranked("name", names, {*fields.values(), *beginning.claimed})
    if described is not None and described < len(names):
        others.append(described)
    if not others or not beginning.key(at).is_good or not value_patterns.like_keys(beginning.texts(at)):
        return None
    label = next((one for one in others if value_patterns.like_names(beginning.texts(one))), None)
    return None if label is None else (at, label)


def _coded_name(beginning: Beginning) -> list[int]:
    """The column of the name if it has codes, as "Article" beside maker and model; none if the name is joined."""
    at = beginning.columns.fields.get("name")
    if at is None or at >= len(beginning.columns.names):
        return []
    return [at] if beginning.key(at).is_good and value_patterns.like_keys(beginning.texts(at)) else []


def named_by_codes(beginning: Beginning, positions: tuple[int, int]) -> Found:
    """The columns with this code and name; a name that was the description is not the description any more."""
    code, label = positions
    moved = {"description": ""} if beginning.columns.fields.get("description") == label else {}
    return {"sku": ask.number(code), "name": ask.number(label)} | moved


def _decided(beginning: Beginning, candidates: dict[str, list[int]], options: Options) -> Found:
    """The clear columns, or questions about the others."""
    found: Found = {}
    asked: list[Question] = []
    for field, positions in candidates.items():
        running = field == "sku" and any(value_patterns.like_row_numbers(beginning.texts(at)) for at in positions)
        is_clear = len(positions) == 1 and not running
        if is_clear and (not options.header or field == "sku" and _is_item(beginning.columns.names[positions[0]])):
            found[field] = ask.number(positions[0])
        elif positions:
            asked.append(_question(field, beginning, positions, options))
    if asked:
        raise Unanswered(*asked)
    return found


def _is_item(name: str) -> bool:
    """Whether a column is just called an item: with codes in it, it is the item's number."""
    return plain_names.plain(name) in ITEMS


def _fits_places(names: list[str], fields: dict[str, int], options: Options, cells: pd.DataFrame) -> bool:
    """Whether the values of a narrow file fit the order code, name, description."""
    beginning = Beginning.of(Columns(tuple(names), fields, {}), options, cells)
    return bool(fields) and not any(beginning.holds_prices(at) for field, at in fields.items() if field != "sku")


def _question(field: str, beginning: Beginning, positions: Sequence[int], options: Options) -> Question:
    message = (UNKNOWN if options.header else NO_HEADER).format(field.upper() if field == "sku" else field)
    filled = {at: beginning.filled(at) for at in positions}
    examples = {at: visible(texts.iloc[0])[:EXAMPLE] for at, texts in filled.items() if len(texts)}
    asked = ask.which(field, message, beginning.columns, positions, none=field == "price", examples=examples)
    return replace(asked, combined=_brand_and_model(beginning, positions)) if field == "name" else asked


def _brand_and_model(beginning: Beginning, positions: Sequence[int]) -> tuple[str, ...]:
    """The columns of brand and model, if there is one of each that may be the name: together they are one."""
    names = beginning.columns.names
    of_words = [[at for at in positions if plain_names.plain(names[at]) in words] for words in (BRANDS, MODELS)]
    if any(len(found) != 1 for found in of_words):
        return ()
    both = tuple(names[at] for (at,) in of_words)
    return both if all(names.count(one) == 1 and "+" not in one for one in both) else ()


def _keys(beginning: Beginning) -> list[int]:
    """Columns of different codes; barcodes only if there are no other codes."""
    good = [at for at in beginning.free if beginning.key(at).is_good and value_patterns.like_keys(beginning.texts(at))]
    own = [at for at in good if not value_patterns.like_barcodes(beginning.texts(at))]
    return sorted(own, key=lambda at: value_patterns.like_row_numbers(beginning.texts(at))) or good[:1]


def _labels(beginning: Beginning, keys: Sequence[int]) -> list[int]:
    """Columns of possible names; a longer text beside a short one is the description."""
    free = [at for at in beginning.free if at not in keys and not value_patterns.like_codes(beginning.texts(at))]
    labels = [at for at in free if value_patterns.like_names(beginning.texts(at))]
    labels = labels or [at for at in free if value_patterns.like_labels(beginning.texts(at))]
    lengths = {at: beginning.filled(at).str.len().mean() for at in labels}
    return [at for at in labels if lengths[at] < 2 * min(lengths.values()) + value_patterns.SHORT]


def _models(beginning: Beginning, labels: list[int]) -> list[int]:
    """The columns of possible names of a file that names its products by brand and model: the model comes first."""
    plain = {at: plain_names.plain(beginning.columns.names[at]) for at in beginning.free}
    filled = [at for at in plain if (beginning.texts(at) != "").any()]
    models = [at for at in filled if plain[at] in MODELS]
    brands = [at for at in filled if plain[at] in BRANDS] if models else []
    return list(dict.fromkeys([*models, *labels, *brands]))


def _amounts(beginning: Beginning, keys: Sequence[int], options: Options) -> list[int]:
    """Columns that may be the price; with a header, the price is searched after the other columns."""
    if options.header or options.mode == "delete" or not match.is_open("price", options):
        return []
    free = [at for at in beginning.free if at not in keys and not is_measure(beginning.columns.names[at])]
    money = [at for at in free if beginning.holds_money(at)]
    amounts = money or [at for at in free if value_patterns.like_amounts(beginning.texts(at))]
    return amounts or [
        at for at in free if beginning.holds_prices(at) and not value_patterns.like_flags(beginning.texts(at))
    ]


VALUE = re.compile(
    r"[-+]?[\d.,:/\s'’-]*\d[\d.,:/\s'’-]*[\s%]*|(?:[€$£¥₽₴]\s?[\d.,]+|[\d.,]+\s?(?:[€$£¥₽₴]|[A-Z]{3}))|https?://\S+|(?:true|false|null)",
    re.IGNORECASE,
)
CODE = re.compile(r"(?=.*\d)[^\s,;]{2,40}")
NEARLY_ALL = 0.9


def holds_values(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first of these rows has values like the others, so that it is not a header."""
    first, *others = [[cell.strip() for cell in row] for row in rows if any(map(str.strip, row))] or [[]]
    others = [row for row in others if len(row) == len(first)]
    if sum(map(bool, first)) < 2:
        return False
    if not others:
        return any(map(VALUE.fullmatch, first))
    alike = [_is_alike(cell, column) for cell, column in zip(first, zip(*others, strict=True), strict=True)]
    return True in alike and False not in alike


def _is_alike(cell: str, column: Sequence[str]) -> bool | None:
    """Whether a cell is a value like those below it. None: they are texts, which prove nothing."""
    filled = [one for one in column if one]
    if not cell or not filled:
        return None
    for kind in (VALUE, CODE):
        if sum(1 for one in filled if kind.fullmatch(one)) >= NEARLY_ALL * len(filled):
            return kind.fullmatch(cell) is not None
    return None
