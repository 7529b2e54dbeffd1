"""Currencies as people write them beside a price: codes, signs and words, each with its code.

A sign that several countries share ($, kr, £) is kept as it is, because the file does not say which country is meant.
"""

import re

CODES = frozenset(
    [
        "AED",
        "AFN",
        "ALL",
        "AMD",
        "ANG",
        "AOA",
        "ARS",
        "AUD",
        "AWG",
        "AZN",
        "BAM",
        "BBD",
        "BDT",
        "BGN",
        "BHD",
        "BIF",
        "BND",
        "BOB",
        "BRL",
        "BWP",
        "BYN",
        "CAD",
        "CDF",
        "CHF",
        "CLP",
        "CNY",
        "COP",
        "CRC",
        "CUP",
        "CZK",
        "DJF",
        "DKK",
        "DOP",
        "DZD",
        "EGP",
        "ERN",
        "ETB",
        "EUR",
        "FJD",
        "GBP",
        "GEL",
        "GHS",
        "GMD",
        "GNF",
        "GTQ",
        "HKD",
        "HNL",
        "HRK",
        "HUF",
        "IDR",
        "ILS",
        "INR",
        "IQD",
        "IRR",
        "ISK",
        "JMD",
        "JOD",
        "JPY",
        "KES",
        "KGS",
        "KHR",
        "KMF",
        "KRW",
        "KWD",
        "KZT",
        "LAK",
        "LBP",
        "LKR",
        "LYD",
        "MAD",
        "MDL",
        "MGA",
        "MKD",
        "MMK",
        "MNT",
        "MOP",
        "MRU",
        "MUR",
        "MVR",
        "MWK",
        "MXN",
        "MYR",
        "MZN",
        "NAD",
        "NGN",
        "NIO",
        "NOK",
        "NPR",
        "NZD",
        "OMR",
        "PEN",
        "PGK",
        "PHP",
        "PKR",
        "PLN",
        "PYG",
        "QAR",
        "RMB",
        "RON",
        "RSD",
        "RUB",
        "RWF",
        "SAR",
        "SCR",
        "SDG",
        "SEK",
        "SGD",
        "SOS",
        "SYP",
        "SZL",
        "THB",
        "TJS",
        "TMT",
        "TND",
        "TRY",
        "TWD",
        "TZS",
        "UAH",
        "UGX",
        "USD",
        "UYU",
        "UZS",
        "VES",
        "VND",
        "XAF",
        "XOF",
        "XPF",
        "YER",
        "ZAR",
        "ZMW",
    ]
)
"""Of ISO 4217, those in use; RMB is what people write for CNY."""

_DECIMALS = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND XAF XOF XPF FCFA ¥",
    3: "BHD IQD JOD KWD LYD OMR TND دينار",
}
"""Of ISO 4217; all other currencies have two."""
_OTHER_DECIMALS = {code: decimals for decimals, codes in _DECIMALS.items() for code in codes.split()}

_SIGNS = """
    EUR=€; £=£; $=$; ¥=¥; ¥=￥; INR=₹; RUB=₽; UAH=₴; TRY=₺; KRW=₩; KRW=￦; THB=฿; VND=₫; ILS=₪; PHP=₱; NGN=₦; KZT=₸;
    GEL=₾; AZN=₼; AMD=֏; PYG=₲; CRC=₡; GHS=₵; BDT=৳; KHR=៛; LAK=₭; MNT=₮; ﷼=﷼
"""
_WORDS = """
    EUR=euro,euros,ευρώ,евро; USD=us$,usd$,$us; $=dollar,dollars; AUD=a$,au$; CAD=c$,ca$,cad$; NZD=nz$; HKD=hk$;
    SGD=s$,sg$; TWD=nt$,nt; MXN=mx$,mex$; ARS=ar$; BRL=r$; DOP=rd$; CHF=fr,fr.,sfr,sfr.; FCFA=fcfa,f cfa,cfa;
    DH=dh,dhs; kr=kr,kr.,:-; PLN=zł,zl; CZK=kč,kc; HUF=ft,ft.; lei=lei,leu; HRK=kn; din=din,din.; RSD=rsd.,дин,дин.;
    RUB=руб,руб.,р,р.,рублей; UAH=грн,грн.; BGN=лв,лв.; KZT=тг,тг.,тенге; MKD=ден,ден.; TRY=tl; JPY=円; 元=元,圓;
    KRW=원; THB=บาท; VND=đ,vnđ,đồng; ILS=ש"ח,ש״ח,שח; IDR=rp,rp.; MYR=rm; Rs=rs,rs.; KES=ksh; ZAR=r; AED=د.إ; درهم=درهم;
    SAR=ر.س; ريال=ريال; EGP=ج.م; جنيه=جنيه; KWD=د.ك; دينار=دينار; DZD=دج; تومان=تومان; INR=₹.; AMD=դրամ,դր.;
    GEL=ლარი; AZN=manat; UZS=so'm,soʻm; KGS=сом; MNT=төг
"""
"""A currency, =, its signs or words."""


def _codes(text: str) -> dict[str, str]:
    """Sign or word -> the currency."""
    pairs = (one.split("=", 1) for one in text.split(";"))
    return {word.strip(): code.strip() for code, words in pairs for word in words.split(",")}


SIGNS, WORDS = _codes(_SIGNS), _codes(_WORDS)
BOUND = sorted([*SIGNS, *WORDS], key=len, reverse=True)
_CODES = "|".join(sorted(CODES))
ANY = rf"(?:{_CODES}|{'|'.join(map(re.escape, BOUND))})"
"""A currency, in lower or upper case."""

_ALONE = re.compile(ANY, re.IGNORECASE)


def code_of(text: str) -> str:
    """The code of a currency, however it is written; empty if it is not a currency."""
    plain = text.strip().casefold()
    if plain.upper() in CODES:
        return {"RMB": "CNY"}.get(plain.upper(), plain.upper())
    return SIGNS.get(plain) or WORDS.get(plain, "")


def decimals_of(code: str) -> int | None:
    """The number of decimals of a currency, as in ISO 4217; None if it is not a currency."""
    return _OTHER_DECIMALS.get(code, 2) if code else None


def is_currency(text: str) -> bool:
    """Whether a text is only a currency."""
    return _ALONE.fullmatch(text.strip()) is not None


def named_in(name: str) -> frozenset[str]:
    """The currencies in the name of a column."""
    words = re.split(r"[\s,;:/|()\[\]（）{}_*.-]+", name)
    return frozenset(code for word in words if (code := code_of(word)))
