"""Decide which columns the fields are: by how full and unique they are, and by their values, not only by name.

It sees the beginning of a file. A clear column is used; if two are possible, a person is asked, and told how many
products are at stake.
"""

import re
from dataclasses import replace

import pandas as pd

from catalog.importer.columns import aliases, plain_names, price_names
from catalog.importer.columns.match import is_open
from catalog.importer.columns.measures import is_class, is_measure, is_of_people
from catalog.importer.columns.result import Columns
from catalog.importer.opening.evidence import ask, value_patterns
from catalog.importer.opening.evidence.beginning import Beginning
from catalog.importer.opening.evidence.by_values import codes_called_name, named_by_codes
from catalog.importer.opening.evidence.prices import find_price
from catalog.importer.opening.evidence.similar_names import alike, names_beside_codes, of_country, of_products
from catalog.importer.opening.evidence.sku_column import ask_for_key, ask_for_other
from catalog.importer.options.options import Options
from catalog.importer.questions import Question, Unanswered
from catalog.importer.values.yes_no import NO, YES
from catalog.importer.warnings import languages

MAKERS = ("mpn", "manufacturerpartnumber")
OWN_IDS = ("id", "uniqueid", "offerid", "idoffer")
LOST, MOSTLY_BLANK = 0.2, 0.5  # shares of rows that are too large
IDS = frozenset(
    (
        *("id", "code", "slug", "handle", "key", "sku", "ref", "reference", "number", "no", "nr", "variant"),
        *("referenz", "nummer", "referencia", "codigo", "reference", "numero", "codice", "riferimento", "cod"),
        *("kod", "numer", "номер", "код", "артикул"),
    )
)
OF_PEOPLE = "The file has data of people, so it may not be a list of products. If it is, choose its SKU: {}."
FEW, FEW_BLANK = 3, 10  # smallest number of such rows
SHORT = 4  # characters of a word that may answer any question

STATUS = (
    "status; state; product status; item status; produktstatus; artikelstatus; statut; estado; stato; статус; durum"
)
STATUS_WORDS = frozenset(
    word for word in (*YES, *NO) if len(word) > SHORT
)  # not yes and no: they may answer any question

Found = dict[str, str]
"""Field -> the column that is taken, as a number; empty: none."""


def decide(columns: Columns, options: Options, known: Options, cells: pd.DataFrame) -> Found:
    """Columns other than the match by name; `known`: also those of a recipe. Raises Unanswered with all questions."""
    beginning = Beginning.of(columns, options, cells)
    if columns.ours or columns.returned or not len(beginning.cells) or not columns.header:
        return {}
    found: Found = _swapped(beginning, known)
    if found:
        columns = replace(columns, fields=columns.fields | {"sku": int(found["sku"][1:]) - 1})
        beginning = replace(beginning, columns=columns)
    asked: list[Question] = []
    for field, look in (("sku", _key), ("name", _name), ("price", find_price), ("active", _active)):
        if (
            field not in found
            and is_open(field, options if field == "sku" else known)
            and (field == "sku" or options.mode != "delete")
        ):
            answer = look(beginning)
            if isinstance(answer, Question):
                asked.append(answer)
            elif answer is not None:
                found[field] = answer
    asked = _without_prices_of_countries(asked, found, beginning, known)
    if asked:
        raise Unanswered(*asked)
    return found


def _without_prices_of_countries(
    asked: list[Question], found: Found, beginning: Beginning, known: Options
) -> list[Question]:
    """The questions without the one about prices in several currencies, if the language of the name answers it.

    A person who chooses `name-en_US` gets `price-USD`; so while the name is asked about, the price is not.
    """
    prices = next((one for one in asked if one.field == "price"), None)
    if prices is None or not is_open("price", known):
        return asked
    columns = [choice.removeprefix("price=") for choice in prices.choices if choice != "price="]
    name = next((one for one in asked if one.field == "name"), None)
    if name is not None:
        languages = [choice.removeprefix("name=") for choice in name.choices]
        is_answered = all(of_country(one, columns) for one in languages)
        return [one for one in asked if one is not prices] if is_answered else asked
    at = beginning.columns.fields.get("name", len(beginning.columns.names))
    if is_open("name", known) or at >= len(beginning.columns.names):
        return asked
    if price := of_country(beginning.columns.names[at], columns):
        found["price"] = price
        return [one for one in asked if one is not prices]
    return asked


def _swapped(beginning: Beginning, known: Options) -> Found:
    """SKU and name swapped, if the column named like a name has codes, and the column of the SKU has no better ones."""
    if not is_open("sku", known) or not is_open("name", known) or not is_open("description", known):
        return {}
    swapped = codes_called_name(beginning)
    at = beginning.columns.fields["sku"]
    is_own = not aliases.is_weak(beginning.columns.names[at]) and not value_patterns.like_barcodes(beginning.texts(at))
    if swapped is None or is_own:
        return {}
    return named_by_codes(beginning, swapped)


def _key(beginning: Beginning) -> Question | str | None:
    """The column of the SKU, or the question about it; None: the column that its name gives."""
    columns = beginning.columns
    at = columns.fields["sku"]
    taken = beginning.key(at)
    others = aliases.ranked("sku", list(columns.names), {*columns.fields.values(), *beginning.claimed})
    good = [other for other in others if beginning.key(other).is_good]
    if rounded := value_patterns.rounded_codes(beginning.texts(at)):
        return ask_for_other(taken, rounded, [columns.names[other] for other in good])
    if good and (taken.again or not taken.has_few_blanks):
        if aliases.is_weak(taken.name):
            return ask.number(good[0])
        return ask_for_key(taken, [columns.names[other] for other in [*good, *_other_keys(beginning, good)]])
    if (code := _instead_of_numbers(beginning, at, good)) is not None:
        return ask.number(code)
    if own := _own_numbers(beginning, at) or _own_ids(beginning, at, good):
        return ask.which("sku", "Several columns may be the SKU: {}. Choose one.", columns, [*own, at])
    if aliases.is_weak(taken.name) and "price" not in columns.fields and any(map(is_of_people, columns.names)):
        return ask.which("sku", OF_PEOPLE, columns, [at])
    if beginning.review:
        return None
    is_blank = FEW_BLANK <= taken.blank < taken.rows and taken.blank > MOSTLY_BLANK * taken.rows
    repeats = taken.lost > LOST * taken.rows and (taken.lost >= FEW or bool(_other_keys(beginning, good)))
    if is_blank or repeats and languages.column_of(columns, beginning.cells) is None:
        return ask_for_key(taken, [columns.names[other] for other in _other_keys(beginning, good)])
    return None


def _other_keys(beginning: Beginning, known: list[int]) -> list[int]:
    """Columns beside the known ones with a different code, slug or ID in every row; those like one come last."""
    names = beginning.columns.names
    free = [one for one in beginning.free if one not in known and not price_names.is_sure(names[one])]
    free = [one for one in free if _is_called_code(names[one]) or not is_measure(names[one])]
    good = [one for one in free if beginning.key(one).is_good]
    codes = [one for one in good if value_patterns.like_identifiers(beginning.texts(one))]
    return sorted(
        codes, key=lambda one: (not _is_called_id(names[one]), value_patterns.like_barcodes(beginning.texts(one)))
    )


def _is_called_id(name: str) -> bool:
    return not IDS.isdisjoint(map(plain_names.folded, re.findall(r"[^\W_]+", name.casefold())))


def _own_ids(beginning: Beginning, at: int, good: list[int]) -> list[int]:
    """Columns that are called an ID, beside a maker's number that is taken as the SKU."""
    if aliases.key(beginning.columns.names[at]) not in MAKERS:
        return []
    called = [one for one in good if aliases.key(beginning.columns.names[one]) in OWN_IDS]
    return [one for one in called if not value_patterns.like_row_numbers(beginning.texts(one))]


def _instead_of_numbers(beginning: Beginning, at: int, good: list[int]) -> int | None:
    """The column of codes beside a "Product ID" that only numbers the rows; None if there is none."""
    if not aliases.is_weak(beginning.columns.names[at]) or not value_patterns.like_row_numbers(beginning.texts(at)):
        return None
    codes = [one for one in good if value_patterns.like_keys(beginning.texts(one))]
    own = [one for one in codes if not value_patterns.like_barcodes(beginning.texts(one))]
    return next((one for one in own if not value_patterns.like_row_numbers(beginning.texts(one))), None)


def _own_numbers(beginning: Beginning, at: int) -> list[int]:
    """Columns of codes that are called an item number, beside a barcode that is taken as the SKU."""
    if not value_patterns.like_barcodes(beginning.texts(at)):
        return []
    names = beginning.columns.names
    called = [one for one in beginning.free if _is_called_code(names[one])]
    called = [one for one in called if not value_patterns.like_row_numbers(beginning.texts(one))]
    return [
        one for one in called if beginning.key(one).is_nearly_good and value_patterns.like_keys(beginning.filled(one))
    ]


def _is_called_code(name: str) -> bool:
    known = aliases.rank_of("sku", name) is not None and not aliases.is_weak(name)
    return known or aliases.names_a_number(name) or _is_called_id(name)


def _name(beginning: Beginning) -> Question | str | None:
    """The column of the name, if there are several languages, or only a description."""
    columns = beginning.columns
    at = columns.fields.get("name")
    if at is None or at >= len(columns.names):
        return None
    if aliases.rank_of("name", columns.names[at]) is None:
        return _described(beginning, at)
    message = "Several columns may be the name: {}. Choose one."
    if swapped := codes_called_name(beginning):
        return ask.which("name", message, columns, (swapped[1], at))
    if named := names_beside_codes(beginning, at):
        return ask.number(named[0]) if len(named) == 1 else ask.which("name", message, columns, [*named, at])
    same = of_products(beginning, alike(beginning, "name", at, plain_names.plain))
    if len(same) < 2:
        return None if at in same else ask.number(same[0])
    return ask.which("name", message, columns, same)


def _described(beginning: Beginning, at: int) -> Question | None:
    """The description as the name, if there is no name: it must be short, and no other column may be the name."""
    columns = beginning.columns
    others = [one for one in beginning.free if value_patterns.like_names(beginning.texts(one))]
    others = [one for one in others if not value_patterns.like_codes(beginning.texts(one))]
    others = [one for one in others if beginning.key(one).is_good or not is_class(columns.names[one])]
    if value_patterns.like_labels(beginning.texts(at)) and not others:
        return None
    choose = "Choose one." if others else "Choose it if it is."
    return ask.which("name", f"No column is called name, but {{}} may be the name. {choose}", columns, [*others, at])


def _active(beginning: Beginning) -> Question | str | None:
    """A column for active that is only called status; empty: its words are not yes and no; None: the match is right."""
    at = beginning.columns.fields.get("active")
    if at is None:
        return next((ask.number(one) for one in beginning.free if _is_status(beginning, one)), None)
    if beginning.columns.names[at].strip().casefold() == "active":
        return None
    texts = beginning.texts(at).str.lower()
    filled = texts[texts != ""]
    said = filled.isin((*YES, *NO)).sum()
    return "" if len(filled) and 2 * said < len(filled) else None


def _is_status(beginning: Beginning, at: int) -> bool:
    """Whether a column is called a status, and has only words such as enabled and disabled."""
    if plain_names.plain(beginning.columns.names[at]) not in STATUS.split("; "):
        return False
    filled = beginning.filled(at).str.lower()
    return bool(len(filled) and filled.isin(STATUS_WORDS).all())
