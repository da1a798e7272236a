"""Characters that pose as Latin letters or digits and that Unicode's compatibility folding (NFKD) leaves alone.

Sources: Unicode Technical Standard 39, confusables (letters used in Indonesian spam only); blocks "Phonetic Extensions"
(small capitals), "Enclosed Alphanumeric Supplement" (squared and circled white-on-black letters), "Cherokee".
"""

from __future__ import annotations

_PAIRS = {
    # Cyrillic
    "аАӑӒӓ": "a", "вВЬ": "b", "сСҫ": "c", "ԁ": "d", "еЕёЁәє": "e", "һҺНн": "h", "іІїЇ": "i", "јЈ": "j", "кКқҝ": "k",
    "ӏӀ": "l", "мМ": "m", "пП": "n", "оОөӨ": "o", "рР": "p", "ԛ": "q", "гГя": "r", "ѕЅ": "s", "тТ": "t", "уУүҮ": "y",
    "ѵ": "v", "ԝшщ": "w", "хХҳ": "x", "зЗ": "3", "иИ": "n", "дД": "a", "лЛ": "n", "бБ": "6", "фФ": "o",
    # Greek
    "αΑά": "a", "βΒ": "b", "ϲ": "c", "δΔ": "d", "εΕέ": "e", "ηΗ": "n", "ιΙί": "i", "κΚ": "k", "λΛ": "a", "μΜ": "m",
    "νΝ": "v", "οΟόσΟ": "o", "ρΡ": "p", "τΤ": "t", "υΥύ": "u", "χΧ": "x", "ωώ": "w", "ζΖ": "z", "π": "n", "γ": "y",
    # small capitals and phonetic letters
    "ᴀɑɐ": "a", "ʙ": "b", "ᴄ": "c", "ᴅɗ": "d", "ᴇǝɛ": "e", "ꜰƒ": "f", "ɢɡɠ": "g", "ʜɦ": "h", "ɪıɨ": "i", "ᴊ": "j",
    "ᴋ": "k", "ʟɭł": "l", "ᴍɯ": "m", "ɴŋ": "n", "ᴏøɔ": "o", "ᴘþ": "p", "ꞯ": "q", "ʀɹɾ": "r", "ꜱʂ": "s", "ᴛŧ": "t",
    "ᴜʊ": "u", "ᴠʌ": "v", "ᴡʍ": "w", "ʏʎ": "y", "ᴢ": "z", "đ": "d", "ħ": "h", "æ": "ae", "œ": "oe", "ß": "ss",
    # Cherokee and Lisu capitals
    "Ꭺꓮ": "a", "ᏴꓐᏏ": "b", "Ꮯꓚ": "c", "Ꭰꓓ": "d", "Ꭼꓰ": "e", "ꓝ": "f", "Ꮐꓖ": "g", "Ꮋꓧ": "h", "Ꭵꓲ": "i", "Ꭻꓙ": "j",
    "Ꮶꓗ": "k", "Ꮮꓡ": "l", "Ꮇꓟ": "m", "ꓠ": "n", "ꓳ": "o", "Ꮲꓑ": "p", "Ꭱꓣ": "r", "Ꮪꓢ": "s", "Ꭲꓔ": "t", "ꓴ": "u",
    "Ꮩꓦ": "v", "Ꮃꓪ": "w", "ꓫ": "x", "Ꮍꓬ": "y", "Ꮓꓜ": "z",
    # signs
    "°º": "o", "ª": "a", "¡": "i", "’‘´ʼʻ": "'", "“”„«»": '"', "–—‐‑−―": "-", "…": "…", "×": "x",
}  # fmt: skip


def _table() -> dict[str, str]:
    table = {character: plain for characters, plain in _PAIRS.items() for character in characters}
    for index in range(26):
        plain = chr(ord("a") + index)
        for first in (
            0x1F170,
            0x1F150,
            0x1F130,
            0x1F110,
        ):  # squared / circled letters, white on black and black on white
            table[chr(first + index)] = plain
    for digit in range(1, 10):
        table[chr(0x2776 + digit - 1)] = str(digit)  # ❶ … ❾
        table[chr(0x2780 + digit - 1)] = str(digit)  # ➀ … ➈
        table[chr(0x278A + digit - 1)] = str(digit)  # ➊ … ➒
    return table


LOOKALIKES = _table()
"""Character → what it reads as; one to two lower-case characters."""
