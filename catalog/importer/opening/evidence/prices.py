"""Find the column of the price: by its name and values, or by a question if it is not clear."""

from dataclasses import replace

from catalog.importer.columns import aliases, plain_names, price_names
from catalog.importer.columns.measures import is_measure, is_tier
from catalog.importer.opening.evidence import ask, rival_prices, value_patterns
from catalog.importer.opening.evidence.beginning import PRICES, Beginning
from catalog.importer.opening.evidence.similar_names import alike
from catalog.importer.questions import Question

SEVERAL = "Several columns may be the price: {}. Choose one, or choose none."
ZERO = r"\D*0+(?:[.,]0*)?\D*"
LISTS = "The cells of {} have several prices, which can't be read as one. Choose none, or export one price per column."
LIST = r"(?s).*[A-Z]{3} \d[\d.,]*.*[;|/,\n].*[A-Z]{3} \d.*"
PER_MANY = "The prices in {{}} are for {0} pieces, not for one. Choose it to import them unchanged, or choose none."
ONLY = "Perhaps {} is the price. Choose it, or choose none."


def find_price(beginning: Beginning) -> Question | str | None:
    """The column of the price, or the question about it; None: the column that its name gives, or none.

    Without a known name, it is the only column with a word for price and with prices."""
    columns = beginning.columns
    at = columns.fields.get("price")
    names = list(columns.names)
    if at is not None and _holds_some(beginning, at):
        if (better := _instead_of_recommended(beginning, at)) is not None:
            return better
        others = [
            one for one in (*_versions(beginning, at), *_recommended(beginning, at)) if beginning.holds_prices(one)
        ]
        others += rival_prices.in_proportion(beginning, at) + rival_prices.as_likely(beginning, at, _speaking(names))
        others = sorted({*others})
        if len(others) > 1:
            return ask.which("price", SEVERAL, columns, others, none=True)
        return _for_many(beginning, at)
    free = beginning.free
    holding = [one for one in _speaking(names) if one in free and beginning.holds_prices(one)]
    main = _main(names, holding)
    if main and all(price_names.is_recommended(names[one]) for one in main):
        main += _rates(beginning)
    if len(main) == 1 and (at is None or _is_zero(beginning, at)) and price_names.is_sure(names[main[0]]):
        return _for_many(beginning, main[0]) or ask.number(main[0])
    holding = (
        holding or [one for one in free if beginning.holds_money(one)] or _unnamed(beginning) or _grouped(beginning)
    )
    main = main or _main(names, holding)
    if len(main) == 1 < len(holding) and beginning.holds_money(main[0]):  # beside purchase prices
        return ask.number(main[0])
    if not holding and (lists := [one for one in _speaking(names) if one in free and _holds_lists(beginning, one)]):
        return replace(ask.which("price", LISTS, columns, lists[:1]), choices=("price=",))
    if holding:
        offered = _different(beginning, main or holding)
        message = SEVERAL if len(offered) > 1 else ONLY
        return ask.which("price", message, columns, offered, none=True)
    return None


def _for_many(beginning: Beginning, at: int) -> Question | None:
    """The question about prices for 100 or 1,000 pieces, as the name of their column says; None: they are for one."""
    pieces = price_names.pieces_of(beginning.columns.names[at])
    return ask.which("price", PER_MANY.format(pieces), beginning.columns, [at], none=True) if pieces else None


def _different(beginning: Beginning, offered: list[int]) -> list[int]:
    """The columns without those that have the same prices as an earlier one."""
    texts = [tuple(beginning.texts(one)) for one in offered]
    return [one for place, one in enumerate(offered) if texts[place] not in texts[:place]]


def _holds_lists(beginning: Beginning, at: int) -> bool:
    """Whether most filled cells of a column have several prices."""
    filled = beginning.filled(at)
    return bool(len(filled)) and bool(filled.str.fullmatch(LIST).sum() >= PRICES * len(filled))


def _main(names: list[str], holding: list[int]) -> list[int]:
    """The columns that are neither a purchase price nor an old one; a recommended price only if there is no other."""
    main = [one for one in holding if not price_names.is_other_price(names[one])]
    return [one for one in main if not price_names.is_recommended(names[one])] or main


def _instead_of_recommended(beginning: Beginning, at: int) -> Question | str | None:
    """The selling price beside a recommended one that was taken; a question if there are several."""
    columns = beginning.columns
    names = list(columns.names)
    if not price_names.is_recommended(names[at]):
        return None
    free = [one for one in _speaking(names) if one in beginning.free and beginning.holds_prices(one)]
    main = [one for one in _main(names, free) if not price_names.is_recommended(names[one])]
    main += [] if main else _rates(beginning)
    if len(main) == 1 and not _is_rate(names[main[0]]):
        return ask.number(main[0])
    return ask.which("price", SEVERAL, columns, [*main, at], none=True) if main else None


def _holds_some(beginning: Beginning, at: int) -> bool:
    """Whether a column has values, and not only zeros if another price of the file has other values."""
    if not (beginning.texts(at) != "").any():
        return False
    others = [
        one for one in _speaking(list(beginning.columns.names)) if one in beginning.free and beginning.holds_prices(one)
    ]
    return not _is_zero(beginning, at) or all(_is_zero(beginning, one) for one in others)


def _is_zero(beginning: Beginning, at: int) -> bool:
    filled = beginning.filled(at)
    return bool(len(filled) and filled.str.fullmatch(ZERO).all())


def _recommended(beginning: Beginning, at: int) -> list[int]:
    """The price that a maker recommends, beside one only called net or gross, which may be what a dealer pays."""
    names = beginning.columns.names
    if not price_names.says_only_the_tax(names[at]):
        return []
    return [one for one in beginning.free if price_names.is_recommended(names[one])]


def _speaking(names: list[str]) -> list[int]:
    known = aliases.ranked("price", names, set())
    return list(dict.fromkeys([*known, *price_names.speaking_of_price(names)]))


def _versions(beginning: Beginning, at: int) -> list[int]:
    """The chosen column, and others with the same price with or without tax, or in another currency."""
    taken = beginning.columns.names[at]
    more = [one for one in beginning.free if price_names.is_other_of_two(taken, beginning.columns.names[one])]
    if not price_names.is_sure(taken):  # "Net" beside "List"
        more += [one for one in _unnamed(beginning) if not _is_not_ours(beginning.columns.names[one])]
    return sorted({*alike(beginning, "price", at, plain_names.untaxed), *more})


def _is_not_ours(name: str) -> bool:
    return price_names.is_other_price(name) or price_names.is_recommended(name)


def _is_rate(name: str) -> bool:
    """Whether a column is called rate, and not the rate of a tax: in India this is the price."""
    return aliases.key(name) == "rate"


def _rates(beginning: Beginning) -> list[int]:
    names = beginning.columns.names
    return [one for one in _unnamed(beginning) if _is_rate(names[one])]


def _grouped(beginning: Beginning) -> list[int]:
    """Columns of numbers with thousands set apart, if nothing else may be the price."""
    names = beginning.columns.names
    free = [one for one in beginning.free if one in beginning.with_digits and not is_measure(names[one])]
    return [one for one in free if value_patterns.like_grouped_amounts(beginning.texts(one))]


def _unnamed(beginning: Beginning) -> list[int]:
    """Columns of amounts without a word for price: "Each", or "Qty 1" and "Qty 10" of a list with steps."""
    names = beginning.columns.names
    return [
        one
        for one in beginning.free
        if one in beginning.with_digits
        and (
            (is_tier(names[one]) and beginning.holds_prices(one))
            or (
                value_patterns.like_amounts(beginning.texts(one))
                and (_is_rate(names[one]) or not is_measure(names[one]))
            )
        )
    ]
