"""Which columns the fields really are: by how full they are, how unique, and by what their values look like, not by name alone.

It sees the beginning of a file. What decides is taken; where two columns may be meant a person is asked, in products.
"""

from dataclasses import dataclass

import pandas as pd

from catalog.importer.columns import aliases, plain_names, price_names
from catalog.importer.columns.chosen import claimed
from catalog.importer.columns.match import is_open
from catalog.importer.columns.result import Columns
from catalog.importer.errors import quoted
from catalog.importer.opening.evidence import looks
from catalog.importer.opening.evidence.keys import Key, ask_for_key
from catalog.importer.options.column_names import positions
from catalog.importer.options.options import Options
from catalog.importer.questions import Question, Unanswered
from catalog.importer.values import numbers, written_prices
from catalog.importer.values.yes_no import NO, YES
from catalog.importer.warnings import languages

LOST, BLANK, MOSTLY_BLANK = 0.2, 0.1, 0.5  # shares of the rows that are too many
FEW, FEW_BLANK = 3, 10  # rows of which too many must be at least so many
PRICES = 0.8  # of the cells of a column that is one of prices
SHOWN = 6  # columns that a question offers

Found = dict[str, str]
"""Field -> the column that is taken, as a number; empty: none."""


@dataclass(frozen=True)
class Beginning:
    """The first rows of a file, those left out in which nothing stands, and what its columns are taken for by name."""

    columns: Columns
    cells: pd.DataFrame
    review: bool = False  # a person looks at the plan before it is applied
    claimed: frozenset[int] = frozenset()  # columns of which a person has said what they are

    @property
    def free(self) -> list[int]:
        """The columns that are neither a field nor claimed."""
        taken = {*self.columns.fields.values(), *self.claimed}
        return [at for at in range(len(self.columns.names)) if at not in taken]

    def texts(self, at: int) -> pd.Series:
        """The cells of one column."""
        return self.cells[str(at)].str.strip()

    def key(self, at: int) -> Key:
        """How good a key a column is."""
        texts = self.texts(at).str.lower()
        filled = texts != ""
        again = texts.duplicated() & filled
        whole = self.cells[self.columns.in_frame].duplicated()
        return Key(
            self.columns.names[at], len(texts), int((~filled).sum()), int((again & ~whole).sum()), int(again.sum())
        )

    def holds_money(self, at: int) -> bool:
        """Whether nearly all cells of a column that hold something have a currency beside a number."""
        texts = self.texts(at)
        filled = texts[texts != ""]
        currency = written_prices.any_currency(filled)
        said = written_prices.with_currency(filled, currency).sum() if len(currency) else 0
        return bool(said) and said >= PRICES * len(filled)

    def holds_prices(self, at: int) -> bool:
        """Whether nearly all cells of a column that hold something are prices."""
        texts = self.texts(at)
        filled = texts[texts != ""]
        plain = written_prices.tidied(filled, written_prices.any_currency(filled))
        return bool(len(filled)) and numbers.looks_like_prices(plain).sum() >= PRICES * len(filled)


def decide(columns: Columns, options: Options, known: Options, cells: pd.DataFrame) -> Found:
    """The columns that are taken otherwise than by name; `known` has those of a recipe too. Raises Unanswered with all that a person has to say."""
    filled = (cells[columns.in_frame].apply(lambda texts: texts.str.strip()) != "").any(axis=1)
    seen = Beginning(columns, cells[filled], options.review, frozenset(claimed(list(columns.names), options)))
    if columns.ours or columns.returned or not filled.any() or not columns.header:
        return {}
    found: Found = {}
    asked: list[Question] = []
    for field, look in (("sku", _key), ("name", _name), ("price", _price), ("active", _active)):
        if is_open(field, options if field == "sku" else known) and (field == "sku" or options.mode != "delete"):
            answer = look(seen)
            if isinstance(answer, Question):
                asked.append(answer)
            elif answer is not None:
                found[field] = answer
    if asked:
        raise Unanswered(*asked)
    return found


def _key(seen: Beginning) -> Question | str | None:
    """The column of the SKU."""
    columns = seen.columns
    at = columns.fields["sku"]
    taken = seen.key(at)
    others = aliases.ranked("sku", list(columns.names), {*columns.fields.values(), *seen.claimed})
    good = [other for other in others if seen.key(other).is_good]
    few_blank = taken.blank <= BLANK * taken.rows
    if good and (taken.again or not few_blank):
        if aliases.is_weak(taken.name):
            return _number(good[0])
        return ask_for_key(taken, [columns.names[other] for other in good])
    if seen.review:
        return None
    if FEW_BLANK <= taken.blank < taken.rows and taken.blank > MOSTLY_BLANK * taken.rows:
        return ask_for_key(taken, [])
    per_language = languages.column_of(columns, seen.cells) is not None
    if taken.lost >= FEW and taken.lost > LOST * taken.rows and not per_language:
        return ask_for_key(taken, [])
    return None


def _name(seen: Beginning) -> Question | str | None:
    """The column of the name, where it is there in several languages or only as a description."""
    columns = seen.columns
    at = columns.fields.get("name")
    if at is None or at >= len(columns.names):
        return None
    if aliases.rank_of("name", columns.names[at]) is None:
        return _described(seen, at)
    alike = _alike(seen, "name", at)
    if len(alike) < 2:
        return None
    message = "Several columns may be the name: {}. Choose which one is."
    return _choice("name", message, columns, alike)


def _described(seen: Beginning, at: int) -> Question | None:
    """A list that has a description and no name: it is what products are called, if it is short and nothing else may be the name."""
    columns = seen.columns
    others = [one for one in seen.free if looks.like_names(seen.texts(one))]
    if looks.like_labels(seen.texts(at)) and not others:
        return None
    message = "No column is called name, but {} may be the name. Choose which one is."
    return _choice("name", message, columns, [*others, at])


def _price(seen: Beginning) -> Question | str | None:
    """The column of the price: known by name, or the only one that speaks of a price and holds some."""
    columns = seen.columns
    at = columns.fields.get("price")
    names = list(columns.names)
    message = "Several columns may be the price: {}. Choose which one is, or that none is."
    if at is not None and (seen.texts(at) != "").any():
        alike = _alike(seen, "price", at)
        alike = [one for one in alike if len(alike) > 1 and seen.holds_prices(one)]
        return _choice("price", message, columns, alike, none=True) if len(alike) > 1 else None
    free = seen.free
    holding = [one for one in _speaking(names) if one in free and seen.holds_prices(one)]
    main = [one for one in holding if not price_names.is_other_price(names[one])]
    if len(main) == 1 and at is None and price_names.is_sure(names[main[0]]):
        return _number(main[0])
    holding = holding or [one for one in free if seen.holds_money(one)]
    if holding:
        only = "Only {} may be the price. Choose it if it is, or that none is."
        return _choice("price", message if len(holding) > 1 else only, columns, main or holding, none=True)
    return None


def _speaking(names: list[str]) -> list[int]:
    known = aliases.ranked("price", names, set())
    return list(dict.fromkeys([*known, *price_names.speaking_of_price(names)]))


def _active(seen: Beginning) -> Question | str | None:
    """A column of dates or words that is only called like one of yes and no is none."""
    at = seen.columns.fields.get("active")
    if at is None or seen.columns.names[at].strip().casefold() == "active":
        return None
    texts = seen.texts(at).str.lower()
    filled = texts[texts != ""]
    said = filled.isin((*YES, *NO)).sum()
    return "" if len(filled) and 2 * said < len(filled) else None


def _alike(seen: Beginning, field: str, at: int) -> list[int]:
    """The filled columns that differ from the taken one by a language, a currency or a remark only; itself among them."""
    names = seen.columns.names
    bare = plain_names.untaxed if field == "price" else plain_names.plain
    plain = bare(names[at])
    if aliases.key(names[at]) == aliases.key(plain) or aliases.rank_of(field, names[at]) is None:
        return [at]
    same = [one for one, name in enumerate(names) if bare(name) == plain and one not in seen.claimed]
    return [one for one in same if (seen.texts(one) != "").any()]


def _choice(field: str, message: str, columns: Columns, places: list[int], *, none: bool = False) -> Question:
    names = [columns.names[at] for at in places[:SHOWN]]
    shown = " and ".join(map(quoted, names))
    choices = [choice(field, columns, at) for at in places[:SHOWN]]
    return Question("columns", field, message.format(shown), (*choices, *([f"{field}="] if none else [])), "columns")


def choice(field: str, columns: Columns, at: int) -> str:
    """A column as the answer to a question names it: by its name, or by its number where that is not clear."""
    name = columns.names[at]
    clear = positions(list(columns.names), name) == [at]
    return f"{field}={name if clear else f'#{at + 1}'}"


def _number(at: int) -> str:
    return f"#{at + 1}"
