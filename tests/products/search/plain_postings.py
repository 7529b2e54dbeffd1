"""The terms of a block by plain Python, text by text: slow, easily read, and what the fast builder is held to."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from catalog.products.search.terms import LONGEST_TERM, SIGN, WORD


@dataclass(frozen=True)
class Product:
    """One product as the index sees it, texts folded."""

    sku: str
    name: str
    description: str = ""
    active: bool = True
    change_sets: Sequence[int] = (1,)


def terms_of(product: Product) -> Iterator[str]:
    """All terms that propose this product, some of them more than once."""
    for kind, text in (("s", product.sku), ("n", product.name)):
        runs = (text[i : i + 3] for i in range(len(text) - 2))
        yield from (kind + run for run in runs if " " not in run)
        yield from (kind + sign for sign in text if sign != " " and SIGN.match(sign))
    described = WORD.findall(product.description)
    yield from ("d" + word[:LONGEST_TERM] for word in described)
    titled = WORD.findall(f"{product.sku} {product.name}")
    yield from ("b" + word[:2] for word in (*described, *titled))
    yield f"a{product.active:d}"
    yield from (f"c{number}" for number in product.change_sets)


def postings(products: Sequence[Product]) -> dict[str, list[int]]:
    """Each term of a block with the places of the products that hold it, ascending."""
    found: dict[str, list[int]] = defaultdict(list)
    for place, product in enumerate(products):
        for term in set(terms_of(product)):
            found[term].append(place)
    return dict(found)
