"""Encodings that the language of the header decides between."""

import io

import pytest

from catalog.importer.files.encoding.encodings import Unsure, recognise

DANISH = "Varenummer;Varenavn;Pris\nA1;Blødt uldtæppe;10,00\nA2;Badehåndklæde;5,00\n"
FRENCH = "Référence;Désignation;Prix\nA1;Chaise en hêtre;10,00\nA2;Sac à dos;5,00\n"
ESPANOL = "Referencia;Descripción;Precio\nA1;Lámpara de mesa;10,00\nA2;Silla;5,00\n"


@pytest.mark.parametrize("text", [DANISH, FRENCH, ESPANOL])
@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "iso8859-15", "cp850", "mac-roman"])
def test_letters_of_the_language_of_the_header_decide(text: str, encoding: str) -> None:
    data = text.encode(encoding)
    assert data.decode(recognise(data, io.BytesIO()).name) == text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("sku;name;price\nA1;Blødt uldtæppe;10,00\n", "cp1252"),  # no language
        ("Varenummer;Navn;Pris\nA1;Müller;1,00\n", "cp437"),  # one letter
        ("Cikkszám;Megnevezés;Ár\nA1;Fehér törülköző;1,00\nA2;Škoda;2,00\n", "iso8859-2"),  # another language too
        ("Kod produktu;Nazwa;Cena\nA1;Señor;1,00\n", "cp1254"),
    ],
)
def test_what_the_header_does_not_prove_is_asked(text: str, encoding: str) -> None:
    with pytest.raises(Unsure):
        recognise(text.encode(encoding), io.BytesIO())
