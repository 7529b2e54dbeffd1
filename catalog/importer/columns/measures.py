"""Names of columns with numbers other than prices, prices for a quantity, kinds of products, data of people."""

import re

from catalog.importer.columns import aliases

# Anywhere in the name of a column.
WORDS = """
    weight gewicht poids peso gewicht waga hmotnost tömeg greutate težina ağırlık berat вес вага тегло βάρος 重量 重さ 무게 중량 וזן משקל الوزن وزن น้ำหนัก trọnglượng वजन
    length länge longueur largo lunghezza comprimento lengte długość délka hossz lungime duljina uzunluk длина довжина дължина μήκος 長さ 长度 길이
    width breite largeur ancho larghezza largura breedte szerokość šířka szélesség lățime širina genişlik ширина πλάτος 宽 幅 너비
    height höhe hauteur alto altezza altura hoogte wysokość výška magasság înălțime visina visočina yükseklik высота висота височина ύψος 高さ 高度 높이
    depth tiefe profondeur profundidad profondità diepte głębokość hloubka mélység derinlik глубина 奥行 深さ
    volume volumen inhalt capacity kapazität contenance objem pojemność объем обсяг 容量 体积 dimension abmessung size größe groesse taille talla taglia rozmiar velikost méret размер розмір サイズ 尺寸
    diameter durchmesser diamètre thickness dicke stärke épaisseur
    vat tax steuer mwst ust iva btw moms dph пдв ндс ддс kdv tva afa áfa 税率 税 세금
    rate quote percent prozent discount rabatt remise descuento sconto korting rabat скидка знижка margin marge ratio faktor factor
    rating stars score review bewertung latitude longitude version year jahr date datum zeit time duration age alter position rank sort order reihenfolge
    stock qty quantity menge anzahl bestand inventory lager quantité cantidad quantità hoeveelheid ilość množství készlet количество остаток остатки залишок stoc zaliha stok miktar ποσότητα 在庫 库存 数量 庫存 재고 수량 מלאי כמות المخزون الكمية คงเหลือ จำนวน tồnkho मात्रा pcs pieces stück stueck packaging verpackung pack unit
    shipping versand freight porto livraison envío spedizione verzend delivery lieferzeit temperature watt volt ampere power leistung density weightkg
    meta: seo id ean gtin upc barcode zip phone ph
"""
MEASURES = tuple(aliases.key(word) for word in WORDS.split() if len(word) > 3 or not word.isascii())
SHORT = frozenset(word for word in WORDS.split() if len(word) <= 3 and word.isascii()) | {
    "kg",
    "g",
    "mm",
    "cm",
    "m",
    "l",
    "ml",
    "no",
    "nr",
}
CLASSES = frozenset(
    ("type", "kind", "class", "category", "group", "family", "department", "status", "collection", "season", "unit")
    + ("typ", "art", "klasse", "kategorie", "gruppe", "warengruppe", "artikelgruppe", "einheit", "saison", "artikeltyp")
    + ("catégorie", "groupe", "famille", "unité", "tipo", "categoría", "grupo", "familia", "unidad", "categoria")
    + ("gruppo", "famiglia", "unità", "soort", "categorie", "groep", "eenheid", "rodzaj", "kategoria", "grupa", "тип")
    + (
        "категория",
        "группа",
        "вид",
        "категорія",
        "група",
        "kategori",
        "grup",
        "分類",
        "カテゴリ",
        "类别",
        "分类",
        "類別",
    )
)
"""What a product is one of: no name, though it has words."""
PEOPLE = frozenset(
    ("email", "emailaddress", "mailadresse", "emailadresse", "correo", "correoelectronico", "adresseemail", "password")
    + (
        "firstname",
        "lastname",
        "vorname",
        "nachname",
        "prénom",
        "apellidos",
        "имя",
        "фамилия",
        "メールアドレス",
        "邮箱",
    )
)
TIER = re.compile(
    r"(?:(?:qty|quantity|menge|ab|from|à partir de|od|от|от|vanaf|da|desde|a partir de|starting at"
    r"|break|tier|level|staffel|pcs|stk)[\s.:_-]*\d+\+?"
    r"|[1-9]\d{0,4}\s*(?:\+|[-–]\s*\d+|pcs|pc|stk|st|ks|szt|шт|ud|pz)?\.?)",
    re.IGNORECASE,
)


def is_measure(name: str) -> bool:
    """Whether the name of a column says that its numbers are measures or counts."""
    plain = aliases.key(name)
    words = {*re.findall(r"[^\W\d_]+", name.casefold())}
    return any(word in plain for word in MEASURES) or bool(words & SHORT)


def is_class(name: str) -> bool:
    """Whether the name of a column says that it has the kind or group of a product."""
    words = re.findall(r"[^\W\d_]+", name.casefold())
    return bool(words) and words[-1] in CLASSES


def is_tier(name: str) -> bool:
    """Whether the name of a column is a quantity, as in price lists with steps: "Qty 10", "ab 100", "1-9"."""
    return TIER.fullmatch(name.strip()) is not None


def is_of_people(name: str) -> bool:
    """Whether the name of a column says that it has data of people, as lists of users and customers have."""
    return aliases.key(name) in PEOPLE
