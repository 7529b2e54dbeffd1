"""The encodings that can be chosen, and their names as people write them."""

import codecs

ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-16-le": "UTF-16 LE",
    "utf-16-be": "UTF-16 BE",
    "utf-32-le": "UTF-32 LE",
    "utf-32-be": "UTF-32 BE",
    "cp1252": "Windows-1252, Western European",
    "latin-1": "ISO 8859-1, Western European",
    "iso8859-15": "ISO 8859-15, Western European with €",
    "mac-roman": "Mac Roman, Western European",
    "cp850": "DOS 850, Western European",
    "cp1250": "Windows-1250, Central European",
    "iso8859-2": "ISO 8859-2, Central European",
    "cp852": "DOS 852, Central European",
    "iso8859-16": "ISO 8859-16, Romanian",
    "cp1251": "Windows-1251, Cyrillic",
    "koi8-r": "KOI8-R, Cyrillic",
    "koi8-u": "KOI8-U, Cyrillic",
    "cp866": "DOS 866, Cyrillic",
    "iso8859-5": "ISO 8859-5, Cyrillic",
    "cp1253": "Windows-1253, Greek",
    "iso8859-7": "ISO 8859-7, Greek",
    "cp1254": "Windows-1254, Turkish",
    "cp1257": "Windows-1257, Baltic",
    "iso8859-13": "ISO 8859-13, Baltic",
    "iso8859-4": "ISO 8859-4, Baltic",
    "cp775": "DOS 775, Baltic",
    "iso8859-14": "ISO 8859-14, Celtic",
    "cp1255": "Windows-1255, Hebrew",
    "cp1256": "Windows-1256, Arabic",
    "iso8859-6": "ISO 8859-6, Arabic",
    "cp874": "Windows-874, Thai",
    "cp1258": "Windows-1258, Vietnamese",
    "cp932": "Windows-31J (Shift_JIS), Japanese",
    "shift_jis": "Shift_JIS, Japanese",
    "euc_jp": "EUC-JP, Japanese",
    "gb18030": "GB 18030 (GBK), Chinese",
    "gbk": "GBK, Chinese",
    "big5": "Big5, Chinese",
    "cp950": "Windows-950 (Big5), Chinese",
    "euc_kr": "EUC-KR, Korean",
    "cp949": "Windows-949 (EUC-KR), Korean",
}
"""Python's name -> what people call it. ASCII is UTF-8; all other names that Python has for these are known too."""
_BY_CODEC = {codecs.lookup(name).name: name for name in ENCODINGS}
_BY_CODEC |= {"ascii": "utf-8", "utf-8-sig": "utf-8", "gb2312": "gb18030"}
_BY_CODEC |= {"tis-620": "cp874", "iso8859-11": "cp874"}
_BY_CODEC |= {"utf-16": "utf-16-le", "utf-32": "utf-32-le"}  # a mark overrides


def known(name: str) -> str | None:
    """Our name for an encoding as people write it ("Windows-1252", "SJIS", "latin1"), None if there is no such one."""
    try:
        return _BY_CODEC.get(codecs.lookup(name.strip()).name)
    except (LookupError, ValueError):
        return None


def encoding_named(name: str) -> str:
    """Our name for an encoding as people write it; empty: it is detected. Raises ValueError for an unknown one."""
    found = known(name) if name.strip() else ""
    if found is None:
        raise ValueError(f"{name!r} is not one of {', '.join(ENCODINGS)}.")
    return found
