"""What is chosen for an import, in words."""

from catalog.importer import Options, choices_in_words


def test_nothing_chosen_is_as_detected() -> None:
    assert choices_in_words(Options()) == "as detected"


def test_columns_are_called_by_their_names() -> None:
    options = Options(
        columns={"sku": "Article no.", "price": "", "name": "#2"},
        joined={"description": {"columns": ["Text", "#5"]}},
        constants={"active": "no"},
        attributes={"Farbe": "colour", "a": "", "b": ""},
        transforms={"Farbe": [["lower"]]},
        blanks={"Farbe": "keep"},
    )
    assert choices_in_words(options) == (
        "SKU from “Article no.”, no price, name from column 2, description from “Text” + column 5,"
        " active is always “no”, “Farbe” as colour, 2 columns skipped, 1 column cleaned up, 1 rule for blank cells"
    )


def test_reading_and_rows() -> None:
    options = Options(
        encoding="cp1252",
        delimiter=";",
        header=False,
        skip=2,
        sheet="Prices",
        numbers="comma",
        mode="update",
        active=False,
        blank="keep",
        extra="drop",
        review=True,
        max_errors="2%",
    )
    assert choices_in_words(options) == (
        "Windows-1252, semicolon, no header row, 2 lines above the header, sheet “Prices”, prices like 1.234,50, "
        "only update existing products, new products are inactive, blank cells keep the value, other columns skipped, "
        "review first, at most 2% of the rows may be rejected"
    )
