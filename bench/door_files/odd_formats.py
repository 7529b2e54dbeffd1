"""Formats that few programs write: rare separators, other quotes, JSON of other shapes, SQL; lists of no products."""

import json
from functools import partial

from bench.door_files.made import Made, lined

CHAIRS = [("OF-1", "Pine chair", "49.00"), ("OF-2", "Oak chair", "89.00"), ("OF-3", "Ash stool", "35.00")]
RIGHT = {"rows": 3, "rejected": 0, "products": {sku: {"name": name, "price": price} for sku, name, price in CHAIRS}}
RECORDS = [{"sku": sku, "name": name, "price": float(price)} for sku, name, price in CHAIRS]


def as_json(name: str, content: object) -> Made:
    """A JSON document of the three chairs."""
    return Made(name, json.dumps(content).encode(), RIGHT)


def graphql() -> Made:
    """The answer of a GraphQL API, with its edges and nodes."""
    edges = [{"cursor": str(at), "node": record} for at, record in enumerate(RECORDS)]
    return as_json("graphql.json", {"data": {"products": {"edges": edges, "pageInfo": {"hasNextPage": False}}}})


def graphql_variants() -> Made:
    """The same with variants, whose edges have the SKUs, as Shopify's API answers."""
    variants = [{"node": {"sku": one["sku"], "price": one["price"]}} for one in RECORDS[:2]]
    nodes = [{"node": {"title": "Chair", "variants": {"edges": variants}}}]
    nodes += [{"node": {"title": "Ash stool", "variants": {"edges": [{"node": {"sku": "OF-3", "price": 35}}]}}}]
    products = {"OF-1": {"name": "Chair", "price": "49"}, "OF-2": {"name": "Chair", "price": "89"}}
    right = {"rows": 3, "rejected": 0, "products": products | {"OF-3": {"name": "Ash stool", "price": "35"}}}
    return Made("graphql-variants.json", json.dumps({"data": {"products": {"edges": nodes}}}).encode(), right)


def by_code() -> Made:
    """An object with a key for each product."""
    return as_json("by-code.json", {one["sku"]: {"name": one["name"], "price": one["price"]} for one in RECORDS})


def by_column() -> Made:
    """A list for each column."""
    return as_json("by-column.json", {key: [one[key] for one in RECORDS] for key in RECORDS[0]})


def by_numbered_column() -> Made:
    """An object for each column, as pandas writes a frame."""
    columns = {key: {str(at): one[key] for at, one in enumerate(RECORDS)} for key in RECORDS[0]}
    return as_json("by-numbered-column.json", columns)


def sql() -> Made:
    """A dump of a database."""
    rows = ",\n".join(f"('{sku}', '{name}', {price})" for sku, name, price in CHAIRS)
    return Made(
        "dump.sql", f"INSERT INTO `products` (`sku`, `name`, `price`) VALUES\n{rows};\n".encode(), {"ask": True}
    )


def other_quotes() -> Made:
    """Cells in the quotes of a text program."""
    rows = "".join(f"“{sku}”,“{name}”,“{price}”\n" for sku, name, price in CHAIRS)
    return Made("typographic-quotes.csv", f"code,name,price\n{rows}".encode(), {"ask": True})


def numbered_columns() -> Made:
    """A row with the numbers of the columns below the header, as forms have in Russia."""
    text = "Артикул;Наименование товара;Ед. изм.;Цена, руб.\n1;2;3;4\nЧК-1;Сковорода чугунная;шт;1299,00\nЧК-2;Нож;шт;549,90\n"
    products = {"ЧК-1": {"name": "Сковорода чугунная", "price": "1299"}, "ЧК-2": {"name": "Нож", "price": "549.9"}}
    return Made("numbered-columns.csv", text.encode("cp1251"), {"rows": 3, "rejected": 1, "products": products})


def ditto() -> Made:
    """Marks for "as above" instead of names: those rows are rejected."""
    text = "code;name;size;price\nDI-1;Pine chair;S;49.00\nDI-2;dito;M;59.00\nDI-3;〃;L;69.00\nDI-4;Oak chair;S;89.00\n"
    products = {"DI-1": {"name": "Pine chair", "price": "49"}, "DI-4": {"name": "Oak chair", "price": "89"}}
    return Made("ditto.csv", text.encode(), {"rows": 4, "rejected": 2, "products": products})


def users() -> Made:
    """The users of a shop by mistake: Catalog asks before it makes products of them."""
    text = "id,name,email,role\n11,Ann A,a@x.example,admin\n15,Bob B,b@x.example,user\n17,Cy C,c@x.example,user\n"
    return Made("users.csv", text.encode(), {"ask": True})


FILES = (
    graphql,
    graphql_variants,
    by_code,
    by_column,
    by_numbered_column,
    sql,
    other_quotes,
    numbered_columns,
    ditto,
    users,
    *(
        partial(
            lined,
            f"separator-{name}.txt",
            "\n".join(mark.join(row) for row in [("code", "name", "price"), *CHAIRS]),
            "code",
            "name",
            "price",
            mark=mark,
        )
        for name, mark in (("caret", "^"), ("tilde", "~"))
    ),
    partial(
        lined,
        "price-twice.csv",
        """
SKU,Name,Price,Price
PT-1,Pine chair,49.00,39.00
PT-2,Oak chair,89.00,75.00
PT-3,Ash stool,35.00,29.00
""",
        "SKU",
        mark=",",
        asks=True,
    ),
    partial(
        lined,
        "sku-twice.csv",
        """
SKU,Name,SKU,Price
ST-1,Pine chair,ST-1,49.00
ST-2,Oak chair,ST-2,89.00
ST-3,Ash stool,ST-3,35.00
""",
        "SKU",
        "Name",
        "Price",
        mark=",",
    ),
)
