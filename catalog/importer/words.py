"""What people write for yes and no."""

# In the languages of the aliases; -1 is WooCommerce's draft. No word is both, whatever the language: a test holds that.
YES = (
    "1", "true", "yes", "y", "t", "on", "active", "enabled", "published",
    "ja", "wahr", "aktiv", "oui", "vrai", "actif", "sí", "si", "sì", "verdadero", "activo", "vero", "attivo", "sim", "verdadeiro", "ativo",
    "waar", "actief", "sann", "sand", "kyllä", "tosi", "tak", "prawda", "aktywny", "ano", "áno", "pravda", "igen", "igaz", "da", "adevărat",
    "да", "истина", "так", "ναι", "evet", "doğru", "はい", "有効", "真", "是", "启用", "啟用", "예", "참", "כן", "نعم",
)  # fmt: skip
NO = (
    "0", "-1", "false", "no", "n", "f", "off", "inactive", "disabled", "unpublished", "draft",
    "nein", "falsch", "inaktiv", "non", "faux", "inactif", "falso", "inactivo", "inattivo", "não", "nao", "inativo",
    "nee", "onwaar", "inactief", "nej", "falsk", "ei", "epätosi", "nie", "fałsz", "nieaktywny", "ne", "nepravda", "nem", "hamis", "nu", "fals",
    "нет", "ложь", "ні", "не", "όχι", "hayır", "yanlış", "いいえ", "無効", "偽", "否", "禁用", "停用", "아니요", "거짓", "לא", "لا",
)  # fmt: skip
