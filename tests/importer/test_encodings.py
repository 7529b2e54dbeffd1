"""Any encoding comes back letter for letter, is guessed only with certainty, and never loses a byte in silence."""

import io
import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from catalog.importer import ENCODINGS, Options, Rejected, RowError, known_encoding
from catalog.importer.files.encoding import encodings
from catalog.importer.files.encoding.encodings import Unsure
from catalog.importer.files.encoding.guess import guess
from catalog.importer.opening.columns import Opened
from catalog.importer.opening.open import open_file
from tests.support.examples import examples


def opened(file: bytes, **options: object) -> Opened:
    """The file, ready to be read."""
    return open_file(io.BytesIO(file), Options(**options))


def read(file: bytes, size: int = 4 * 1024**2, **options: object) -> tuple[list[tuple[str, ...]], list[RowError]]:
    """Its rows in their order, without row and line, and its errors."""
    rows, errors = [], []
    for chunk in opened(file, **options).reader.chunks(size):
        rows += [tuple(row) for row in chunk.frame.itertuples(index=False)]
        errors += chunk.errors
    rows.sort(key=lambda row: row[-2])
    return [row[:-2] for row in rows], errors


LETTERS = {
    "utf-8": "aéł漢ж한😀\u2028",
    "utf-16-le": "aéł漢ж한😀\u0a0d\u2c22",
    "utf-16-be": "aéł漢ж한😀\u0a0d\u2c22",
    "utf-32-le": "aéł漢😀",
    "cp1252": "aéß€“ÿ™",
    "latin-1": "aéßÿ\x85\xa0",
    "cp1250": "ałžőů€ş",
    "cp1251": "ажЯЁё№ї",
    "koi8-r": "ажЯЁё─",
    "cp932": "aあアｱ表能①～",
    "shift_jis": "aあアｱ表能〜",
    "gbk": "a红色镕",
    "gb18030": "a红色㐀😀é",
    "big5": "a紅色功許",
    "cp950": "a紅色功許",
    "euc_kr": "a한글漢뢨",
    "cp949": "a한글漢뢨",
    "euc_jp": "aあ表",
}


@st.composite
def files(draw: st.DrawFn) -> tuple[list[tuple[str, ...]], bytes, dict[str, object]]:
    """A table, the file that holds it in some encoding and dialect, and the options that say so."""
    encoding = draw(st.sampled_from(sorted(LETTERS)))
    mark = draw(st.sampled_from(",;\t|"))
    end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    cell = st.text(st.sampled_from(LETTERS[encoding] + ',;\t| "\r\n1'), max_size=6)
    width = draw(st.integers(2, 4))
    table = draw(st.lists(st.tuples(*[cell] * width), min_size=1, max_size=8))
    header = draw(st.booleans())
    table = [row for row in table if any(map(str.strip, row))] or [("x",) * width]
    names = ("sku", "name", "c", "d")[:width]
    skip = draw(st.integers(0, 2))
    lines = ["Preisliste 2026"] * skip + [
        mark.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in [*([names] if header else []), *table]
    ]
    text = "".join(line + end for line in lines)
    options = {"encoding": encoding, "header": header, "skip": skip, "delimiter": mark}
    options["columns"] = {"sku": "1", "name": "name" if header else "column 2"}
    return table, text.encode(encoding), options


@settings(max_examples=examples(30, 250), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(files(), st.integers(1, 60))
def test_any_table_in_any_dialect_and_encoding_comes_back_cell_for_cell(
    written: tuple[list[tuple[str, ...]], bytes, dict[str, object]], size: int
) -> None:
    table, file, options = written
    assert read(file, size, **options) == (table, [])


@settings(max_examples=examples(25, 150), deadline=None)
@given(st.binary(max_size=40), st.sampled_from([*sorted(LETTERS), "cp866", "cp1253"]), st.integers(1, 40))
def test_any_bytes_are_the_text_that_python_reads_or_rejected(noise: bytes, encoding: str, size: int) -> None:
    """What is taken, written again in the encoding's own text, is what stood there."""
    start = "sku,name\nA1,".encode(encoding)
    file = start + noise + "\nA2,ok\n".encode(encoding)
    try:
        rows, errors = read(file, size, encoding=encoding)
    except Rejected:
        return
    try:
        text = file.decode(encoding)
    except UnicodeDecodeError:
        assert errors or len(rows) > 2  # the bytes fell into a row that is refused
        assert not any("\ufffd" in cell for row in rows for cell in row)
    else:
        assert all(cell in text or '"' in text for row in rows for cell in row)


@pytest.mark.parametrize(
    "encoding, text",
    [
        ("cp1252", "Crème brûlée\nœuf en chocolat\nThéière à l’ancienne\nGarçon"),
        ("cp1252", "Größe XL\nTürgriff\nSchlüssel, 5 m²"),
        ("cp1252", "Cámara\nniño\n¿Qué tamaño?"),
        ("cp1250", "żółty stół\nciężki łańcuch\nświeca zapachowa"),
        ("cp1250", "příliš žluťoučký kůň\nstůl dřevěný"),
        ("cp1251", "Стол деревянный\nЛампа настольная"),
        ("koi8-r", "Стол деревянный\nЛампа настольная"),
        ("cp932", "赤いランプ\n木製の机\n椅子（黒）"),
        ("gb18030", "红色棉质衬衫\n木制桌子\n不锈钢水杯"),
        ("big5", "紅色棉質襯衫\n木製桌子\n不鏽鋼水杯"),
        ("euc_kr", "빨간색 램프\n나무 책상\n의자\n장난감 수건\n검은색 베개\n휴대폰 충전기\n우산, 자전거\n주방용품"),
        ("koi8-u", "Стіл дерев'яний\nЛампа настільна\nЧервоний стілець"),
        ("cp866", "Стол деревянный\nЛампа настольная"),
        ("cp1253", "Ξύλινο τραπέζι\nΚόκκινη λάμπα\nΚαρέκλα"),
        ("cp1254", "Kırmızı sandalye\nAğaç masa\nÇocuk yatağı\nYeşil kaşık\nGöğüs"),
        ("iso8859-15", "Größe 5\nTürgriff 12 €\nSchlüssel 9 €"),
        ("cp850", "Größe XL\nTürgriff\nSchlüssel"),
        ("euc_jp", "赤いランプ\n木製の机\n椅子（黒）\nタオル"),
        ("utf-16-le", "Größe\nstół"),
        ("utf-16-be", "Größe\nstół"),
    ],
)
def test_what_only_one_encoding_makes_sense_of_is_recognised(encoding: str, text: str) -> None:
    names = text.split("\n")
    file = "\n".join(["sku,name", *(f'A{i},"{name}"' for i, name in enumerate(names))])
    result = opened(file.encode(encoding))
    assert result.understood.how == ("pattern" if "16" in encoding else "guess")
    rows, errors = read(file.encode(encoding))
    assert ([row[1] for row in rows], errors) == (names, [])


@pytest.mark.parametrize(
    "encoding, name, said",
    [
        ("cp1252", "à la crème", r"cp1252 \(à, crème\)"),
        ("cp1252", "à la crème", r"cp1250 \(ŕ, crčme\)"),
        ("koi8-r", "стол", r"koi8-r \(стол\)"),
        ("euc_kr", "의자", r"euc_kr \(의자\)"),
    ],
)
def test_what_can_not_be_told_apart_is_asked_with_the_words_that_differ(encoding: str, name: str, said: str) -> None:
    file = f"sku,name\nA1,{name}\n".encode(encoding)
    with pytest.raises(Rejected, match=said):
        opened(file)
    assert read(file, encoding=encoding)[0] == [("A1", name)]


@pytest.mark.parametrize(
    "encoding, name",
    [
        ("cp866", "Легло"),  # signs of cp1252, each of which may stand before a word
        ("euc_jp", "茶碗 木製"),  # everyday Chinese
        ("cp932", "靴下"),
        ("cp852", "Žuti stol"),
        ("mac-roman", "Öl"),
        ("cp949", "칼"),  # valid UTF-8, as the next ones
        ("gb18030", "通"),
        ("koi8-r", "её"),
        ("mac-roman", "l’école"),
        ("cp1252", "CAFÉ®"),
        ("big5", "自行車"),  # nearly valid UTF-8
        ("cp1250", "STÓŁ"),
    ],
)
def test_few_letters_are_asked_and_the_right_encoding_is_offered(encoding: str, name: str) -> None:
    with pytest.raises(encodings.Unsure) as asked:
        opened(f"sku,name\nA1,{name} LED\n".encode(encoding))
    texts = [name.encode(encoding).decode(one, "replace") for one in asked.value.candidates]
    assert name in texts


@pytest.mark.parametrize(
    "name",
    ["ß", "ü", "Ø 5", "в", "И", "șurub", "bơm", "USB線", "T恤", "Größe", "Š", "ə", "Ω", "öö", "я ß", "₂", "é à", "Žá"],
)
def test_utf8_is_not_doubted_for_a_reading_that_makes_no_sense(name: str) -> None:
    file = f"sku,name\nA1,{name}\n".encode()
    assert opened(file).understood.encoding == "utf-8"


def test_the_first_byte_beyond_ascii_may_come_late() -> None:
    file = b"sku,name\n" + b"A1,plain\n" * 100_000 + "A2,Größe\n".encode("cp1252")
    assert opened(file).understood.encoding == "cp1252"
    assert read(file)[0][-1] == ("A2", "Größe")


def test_a_few_broken_rows_do_not_make_another_encoding_of_utf8() -> None:
    file = "sku,name\nA1,Größe schön\nA2,Gr".encode() + b"\xf6\nA3,ok\n"
    rows, errors = read(file)
    assert [row[0] for row in rows] == ["A1", "A3"]
    assert [(error.line, error.code) for error in errors] == [(3, "not_utf8")]


@pytest.mark.parametrize(
    "encoding, bad, at",
    [("cp1252", b"\x81", 8), ("cp932", b"\x82\x20", 8), ("gb18030", b"\xff", 8), ("euc_kr", b"\xc9\x30", 8)],
)
def test_a_byte_that_does_not_fit_rejects_its_row_and_says_where(encoding: str, bad: bytes, at: int) -> None:
    rows, errors = read(b"sku,name\nA1,abcd" + bad + b"x\nA2,ok\n", encoding=encoding)
    assert [row[0] for row in rows] == ["A2"]
    assert errors[0].code == "not_in_encoding"
    assert errors[0].message == (
        f"Line 2: byte {at} of the row, 0x{bad[0]:02X} after 'A1,abcd', is not {encoding}. "
        "Choose another encoding, or save the file as UTF-8."
    )


def test_half_a_character_at_the_end_rejects_its_row() -> None:
    file = "sku,name\nA1,ok\nA2,é".encode("utf-16-le")[:-1]
    rows, errors = read(file, encoding="utf-16-le")
    assert rows == [("A1", "ok")]
    assert [error.code for error in errors] == ["not_in_encoding"]


@pytest.mark.parametrize(
    "said, name",
    [
        ("UTF8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("ascii", "utf-8"),
        ("Windows-1252", "cp1252"),
        ("ISO-8859-1", "latin-1"),
        ("SJIS", "shift_jis"),
        ("GB2312", "gb18030"),
        ("EUC-KR", "euc_kr"),
        ("KOI8-R", "koi8-r"),
        ("utf-16", "utf-16-le"),
        ("nonsense", None),
        ("utf-7", None),
        ("rot13", None),
        ("", None),
        ("a\0b", None),
    ],
)
def test_an_encoding_has_many_names(said: str, name: str | None) -> None:
    assert known_encoding(said) == name
    assert name is None or name in ENCODINGS


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_lines_above_the_header_are_left_out(mark: str) -> None:
    lines = ["Price list, spring; 2026", "", f"sku{mark}name", f"A1{mark}Lamp"]
    file = "\n".join(lines).encode()
    understood = opened(file).understood
    assert (understood.skip, understood.delimiter) == (2, mark)
    assert read(file)[0] == [("A1", "Lamp")]


def test_the_first_line_of_excel_says_the_separator() -> None:
    assert read(b'sep=;\nsku;name\nA1;"a,b"\n')[0] == [("A1", "a,b")]


def test_without_a_header_the_first_row_is_a_row() -> None:
    result = opened(b"\nA1,Lamp,x\nA2,Chair,y\n", header=False)
    assert result.columns.fields == {"sku": 0, "name": 1, "description": 2}
    assert read(b"A1,Lamp,x\nA1,Lamp,x\n", header=False)[0] == [("A1", "Lamp", "x")] * 2


def test_without_a_header_columns_are_mapped_by_number_or_name() -> None:
    file = b"1\tLamp\tA1\tx\n2\tChair\tA2\ty\n"
    columns = opened(file, header=False, columns={"sku": "3", "name": "column 2"}).columns
    assert columns.fields == {"sku": 2, "name": 1}
    assert columns.meaning() == {
        "column 1": "attribute",
        "column 2": "name",
        "column 3": "sku",
        "column 4": "attribute",
    }
    with pytest.raises(Rejected, match="Choose which column is the SKU: 'column 3' .A1. and 'column 1' .1."):
        opened(file, header=False)
    with pytest.raises(Rejected, match="4 columns: choose which of them are sku and name"):
        opened(b"x\tLamp\tx\tx\nx\tChair\tx\ty\n", header=False)


@given(st.binary(max_size=30), st.integers(1, 8))
def test_utf8_is_known_in_blocks_of_any_size(noise: bytes, size: int) -> None:
    valid = True
    try:
        noise.decode()
    except UnicodeDecodeError:
        valid = False
    blocks = [noise[i : i + size] for i in range(0, len(noise), size)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(encodings, "BLOCK_BYTES", size)
        file = io.BytesIO(b"".join(blocks[1:]))
        found = encodings._evidence(blocks[0] if blocks else b"", file)
    assert (found[1], file.tell()) == (valid, 0)


class Stream(io.BytesIO):
    """A file in which one can't look ahead."""

    def seekable(self) -> bool:
        return False


def test_a_stream_that_is_cut_inside_a_character_is_utf8() -> None:
    file = b"sku,name\n" + "A1,äöü\n".encode() * 200_000
    for start in range(3):
        shifted = Stream(b" " * start + file)
        assert open_file(shifted, Options()).understood.encoding == "utf-8"


def test_the_last_byte_of_a_file_may_be_half_of_what_utf8_would_be() -> None:
    assert read("sku,name\nA1,café".encode("cp1252"))[0] == [("A1", "café")]


SCRIPTS = {
    "cp1255": "מנורת שולחן\nכיסא עץ\nארון ספרים\nמראה גדולה",
    "cp1256": "مصباح مكتب\nكرسي خشبي\nطاولة مستديرة\nخزانة كتب",
    "iso8859-6": "مصباح مكتب\nكرسي خشبي\nطاولة مستديرة\nخزانة كتب",
    "cp874": "โคมไฟตั้งโต๊ะ\nเก้าอี้ไม้\nโต๊ะกลม\nตู้หนังสือ",
    "cp1258": "Đèn bàn\nGhế gỗ\nKệ sách\nTủ quần áo",
}


def in_script(name: str) -> tuple[list[str], bytes]:
    names = SCRIPTS[name].split("\n")
    rows = "".join(f"A{number},{one}\n" for number, one in enumerate(names))
    return names, b"".join(as_bytes(letter, name) for letter in "sku,name\n" + rows)


def as_bytes(letter: str, name: str) -> bytes:
    """A letter in an encoding that may have one of its accents only apart: ế is ê and an acute."""
    whole = unicodedata.normalize("NFD", letter)
    ways = [letter]
    ways += [unicodedata.normalize("NFC", whole.replace(mark, "")) + mark for mark in whole[1:]]
    return next(way.encode(name) for way in ways if way.encode(name, "replace").decode(name) == way)


@pytest.mark.parametrize("name", SCRIPTS)
@pytest.mark.parametrize("size", [1, 7, 100])
def test_the_encodings_of_more_scripts_can_be_named(name: str, size: int) -> None:
    names, file = in_script(name)
    rows, errors = read(file, size, encoding=name)
    assert ([row[1] for row in rows], errors) == (names, [])


@pytest.mark.parametrize("name", [name for name in SCRIPTS if name != "cp1258"])
def test_words_in_the_form_of_their_script_are_taken_without_asking(name: str) -> None:
    names, file = in_script(name)
    rows, errors = read(file)
    assert ([row[1] for row in rows], errors) == (names, [])


@pytest.mark.parametrize("name", SCRIPTS)
def test_of_two_words_of_a_script_the_encoding_is_offered_and_no_nonsense(name: str) -> None:
    names, _ = in_script(name)
    few = names if name == "cp1258" else names[:2]
    with pytest.raises(Unsure) as raised:
        opened(b"".join(as_bytes(letter, name) for letter in "sku,name\n" + "".join(f"A,{one}\n" for one in few)))
    assert raised.value.candidates[0] == name
    assert not {"cp1251", "cp1252", "cp1250"} & {*raised.value.candidates}


OTHER_SCRIPTS = {
    "cp862": "מנורת שולחן כיסא עץ ארון ספרים מראה גדולה",
    "koi8-u": "їжак ґанок єдність ійти лампа стіл крісло дзеркало",
    "cp866": "лампа настольная кресло деревянное зеркало большое стол круглый",
}


@pytest.mark.parametrize("name", OTHER_SCRIPTS)
def test_other_encodings_of_these_scripts_are_not_taken_for_them(name: str) -> None:
    words = OTHER_SCRIPTS[name].split()
    file = ("sku,name\n" + "".join(f"A{n},{word}\n" for n, word in enumerate(words))).encode(name)
    try:
        rows, errors = read(file)
    except Unsure:
        return
    assert ([row[1] for row in rows], errors) == (words, [])


def test_a_word_in_each_row_does_not_hide_bytes_that_are_no_characters() -> None:
    """Of a German list whose one word comes a thousand times, cp932 reads all but three bytes as characters."""
    rows = [(f"{number}", "größer") for number in range(60)]
    file = "Müller Großhandel;gültig\n\nsku;name\n" + "".join(f"{sku};{name}\n" for sku, name in rows)
    assert read(file.encode("cp1252"))[0] == rows


def test_full_width_signs_of_money_are_no_letters() -> None:
    rows = [(f"A{number}", "不锈钢保温杯号货品单价库存条码") for number in range(40)]
    file = "sku,name,售价\n" + "".join(f"{sku},{name},￥{number}.80\n" for number, (sku, name) in enumerate(rows))
    assert [row[:2] for row in read(file.encode("gb18030"))[0]] == rows


@pytest.mark.parametrize(
    ("words", "written"),
    [(["żółć", "świt", "wąż", "miś"], "iso8859-2"), (["a" * 30 + "ś"], "cp1250")],
)
def test_the_question_shows_words_in_which_each_encoding_differs_from_each_other(
    words: list[str], written: str
) -> None:
    found = guess("\n".join(words).encode(written), also=("latin-1",))
    shown = [tuple(found.words[name]) for name in found.candidates]
    assert not found.certain and len({*shown}) == len(shown) > 1


@pytest.mark.parametrize(
    ("words", "written"),
    [
        ("أرز", "cp1256"),
        ("شاي", "iso8859-6"),
        ("ūkinis", "cp775"),
        ("grįžtamas", "cp775"),
        ("sārts pēda", "cp775"),
        ("ḃeaṫa", "iso8859-14"),
        ("ṡúil", "iso8859-14"),
        ("drožlės", "iso8859-4"),
        ("lęšiai", "iso8859-4"),
        ("krēsls", "iso8859-4"),
    ],
)
def test_letters_that_would_be_signs_elsewhere_are_not_taken_for_signs(words: str, written: str) -> None:
    file = "sku;name\n" + "".join(f"A{n};{word}\n" for n, word in enumerate(words.split()))
    with pytest.raises(Unsure):
        read(file.encode(written))


@pytest.mark.parametrize("word", ["jabón", "algodón", "stóll", "ljós"])
def test_a_rare_encoding_raises_no_doubt_about_a_word_that_it_spells_as_no_language_does(word: str) -> None:
    assert read(f"sku;name\nA1;{word}\n".encode("cp1252"))[0] == [("A1", word)]


@pytest.mark.parametrize("written", ["iso8859-13", "cp1257", "iso8859-4", "cp775"])
def test_a_baltic_list_is_read_in_each_of_its_encodings(written: str) -> None:
    rows = [("A1", "žvakė"), ("A2", "šaukštas"), ("A3", "ąsotis"), ("A4", "kėdė"), ("A5", "dėžė"), ("A6", "ūkinis")]
    assert read(("sku;name\n" + "".join(f"{sku};{name}\n" for sku, name in rows)).encode(written))[0] == rows


def test_a_welsh_list_may_be_celtic() -> None:
    with pytest.raises(Unsure) as raised:
        opened("sku;name\nA1;tŷ mawr\nA2;dŵr glân\nA3;gŵydd\n".encode("iso8859-14"))
    assert "iso8859-14" in raised.value.candidates


@pytest.mark.parametrize(
    ("lines", "written"),
    [
        ("Šifra;Naziv artikla;Cijena\n1;Čaša;4,00\n2;Žlica;2,00\n", "cp1250"),
        ("Symbol;Nazwa;Cena\nW6;Wkręt;0,25\nW8;Wkręty;0,32\n", "cp1250"),
        ("Cod;Denumire produs;Pret\n1;Cană smălţuită;4\n2;Oală;5\n", "cp1250"),
        ("Liste\n\n|Material|Werk|Währg|\n|100|1000|Gehäuse|\n", "cp1252"),
        ("Vörunúmer;Heiti;Verð\n1;þvottur;4\n2;ljósaborð;5\n", "cp1252"),
    ],
)
def test_the_language_of_the_header_decides(lines: str, written: str) -> None:
    assert encodings.recognise(lines.encode(written), None).name == written


SHORT = {
    "el": ("Κωδικός;Είδος;Τιμή\nA1;Καρέκλα ξύλινη;45,00\n", ["cp1253", "iso8859-7"]),
    "ko": ("상품코드,상품명,가격\nA1,컵,4500\n", ["cp949", "euc_kr"]),
    "vi": ("Mã hàng;Tên hàng;Giá bán\nA1;Chén;89000\nA2;Ấm trà;125000\n", ["cp1258"]),
    "ja": ("商品コード,商品名,価格\nA1,椅子,4500\n", ["cp932", "euc_jp"]),
    "zh": ("商品编码,商品名称,价格\nA1,椅子,45.50\n", ["gb18030"]),
    "tw": ("商品編號,商品名稱,售價\nA1,椅子,450\n", ["big5"]),
    "he": ("קוד מוצר,שם פריט,מחיר\nA1,כוס,45\n", ["cp1255"]),
    "ar": ("رقم الصنف,اسم الصنف,السعر\nA1,كوب,45\n", ["cp1256", "iso8859-6"]),
    "sv": ("Lagerlista\n\nArtikelnr;Benämning;Pris\nA1;Skål, björk;45,50\n", ["cp1252"]),
}


@pytest.mark.parametrize(("language", "written"), [(one, name) for one, (_, names) in SHORT.items() for name in names])
def test_known_names_of_columns_tell_the_encoding_of_a_short_file(language: str, written: str) -> None:
    text = SHORT[language][0]
    separator = ";" if ";" in text else ","
    rows = [tuple(line.split(separator)) for line in text.splitlines() if line.startswith(("A1", "A2"))]
    assert read(b"".join(as_bytes(letter, written) for letter in text))[0] == rows


def test_what_makes_sense_in_no_encoding_is_not_called_likely() -> None:
    with pytest.raises(Unsure) as raised:
        opened(b"sku,name\nA,\x81\x8d\x90\xa4\xb6\xfe\xff\x81\x9d\n")
    assert "The text does not make sense in any known encoding" in str(raised.value)


@pytest.mark.parametrize("price", [b"49.\x97", b"49,\x96", b"12,50 \x80", b"\x80 12", b"1\xa0250", b"1\x92250.00"])
def test_signs_beside_numbers_raise_no_question(price: bytes) -> None:

    found = guess(b"1;Hammer;" + price + b"\n2;Nail;" + price + b"\n")
    assert (found.certain, found.candidates) == (True, ("cp1252",))
