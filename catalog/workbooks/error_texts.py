"""The errors that spreadsheets show in cells, in many languages, and our text for a formula without a result."""

import re

NO_RESULT = "#FORMULA!"
"""What we write for a formula of a workbook that was saved without its result."""
MERGED = "#MERGED!"
"""What we write for a cell of a merged range that begins in the header."""

# Microsoft's lists of error values by language, LibreOffice's function and error lists, Google Sheets.
TEXTS = """
#N/A #REF! #VALUE! #NAME? #DIV/0! #NULL! #NUM! #SPILL! #CALC! #GETTING_DATA #FIELD! #BLOCKED! #CONNECT! #UNKNOWN! #BUSY!
#PYTHON! #EXTERNAL! #TIMEOUT! #ERROR! #ADDIN? #MACRO?
#NV #WERT! #BEZUG! #ZAHL! #ÜBERLAUF! #KALK! #FELD! #FEHLER!
#VALEUR! #NOM? #NOMBRE! #NUL! #PROPAGATION! #CALCUL! #CHAMP! #ERREUR!
#N/D #¡VALOR! #¡REF! #¿NOMBRE? #¡DIV/0! #¡NUM! #¡NULO! #¡DESBORDAMIENTO! #¡CALC! #¡ERROR!
#VALORE! #RIF! #NOME? #NULLO! #ESPANSIONE! #ERRORE!
#VALOR! #NÚM! #NULO! #DESPEJAR! #ERRO!
#N/B #WAARDE! #VERW! #NAAM? #DEEL/0! #GETAL! #LEEG! #OVERLOOP!
#SAKNAS! #VÄRDEFEL! #REFERENS! #NAMN? #DIVISION/0! #SKÄRNING! #OGILTIGT!
#I/T #VÆRDI! #REFERENCE! #NAVN? #VERDI! #TALL! #NULL? #DIVISION/0
#PUUTTUU! #PUUTTUU #ARVO! #VIITTAUS! #NIMI? #JAKO/0! #LUKU! #TYHJÄ!
#N/D! #ARG! #ADR! #NAZWA? #DZIEL/0! #LICZBA! #ZERO! #ROZLANIE!
#NENÍ_K_DISPOZICI #HODNOTA! #ODKAZ! #NÁZEV? #DĚLENÍ_NULOU! #ČÍSLO!
#NEDOSTUPNÝ #HODNOTA! #ODKAZ! #NÁZOV? #DELENIENULOU! #ČÍSLO!
#HIÁNYZIK #ÉRTÉK! #HIV! #NÉV? #ZÉRÓOSZTÓ! #SZÁM! #NULLA!
#Н/Д #ЗНАЧ! #ССЫЛКА! #ИМЯ? #ДЕЛ/0! #ЧИСЛО! #ПУСТО! #ПЕРЕНОС! #ОШИБКА!
#ПОСИЛАННЯ! #ІМ'Я?
#YOK #DEĞER! #BAŞV! #AD? #SAYI/0! #SAYI! #BOŞ! #TAŞMA!
#Δ/Υ #ΤΙΜΗ! #ΑΝΑΦ! #ΟΝΟΜΑ? #ΔΙΑΙΡ/0! #ΑΡΙΘ!
#DIV/0 #VALUE #REF
Loading... Loading… Laden... Chargement... Cargando... Caricamento... Carregando... Загрузка... 読み込んでいます...
"""
PHRASES = ("#N/A N/A", "Wird geladen...", "Wird geladen…", "#N/A Requesting Data...")
CODES = (
    "Err",
    "Fehler",
    "Erreur",
    "Error",
    "Errore",
    "Erro",
    "Fout",
    "Fel",
    "Feil",
    "Fejl",
    "Virhe",
    "Błąd",
    "Chyba",
    "Hiba",
    "Ошибка",
    "Помилка",
    "Hata",
    "Σφάλμα",
    "错误",
    "エラー",
    "오류",
)

KNOWN = frozenset(text.lower() for text in (*TEXTS.split(), *PHRASES, NO_RESULT, MERGED))
CODE = re.compile(rf"(?:{'|'.join(CODES)}):\s?5[0-9][0-9]".lower())
MAYBE = r"^\s*(?:#\D|\pL+(?: \pL+)?(?:\.\.\.|…)\s*$|\pL+:\s?5[0-9][0-9]\s*$)"
"""A pattern in RE2 that every such text matches. Few other cells do, so only these are checked further."""


def is_error(text: str) -> bool:
    """Whether the text of a cell is an error of a spreadsheet."""
    plain = text.strip().lower()
    return plain in KNOWN or CODE.fullmatch(plain) is not None
