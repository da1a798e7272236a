"""Currencies and periods: how people write them before and after an amount.

This is grammar, not knowledge: which sign is which currency does not change; exchange rates do and live in wages.yaml.
"""

from __future__ import annotations

import re

from bot.checking.cues import word_set

_WRITTEN = {
    "IDR": "rp rph rupiah idr repis ripis rupiyah perak",
    "USD": "$ usd us$ dolar dollar dollars dolars doler usdollar dolarnya dollarnya",
    "USDT": "usdt tether",
    "MYR": "rm myr ringgit ringit ringgi rgt",
    "SGD": "s$ sgd sing$",
    "BND": "b$ bnd",
    "HKD": "hk$ hkd",
    "TWD": "nt$ nt ntd twd ntdollar",
    "JPY": "¥ yen jpy 円",
    "CNY": "rmb cny yuan",
    "KRW": "₩ won krw",
    "THB": "฿ baht bath thb",
    "VND": "₫ vnd",
    "PHP": "₱ peso php",
    "LAK": "₭ kip lak",
    "MMK": "kyat mmk",
    "SAR": "sar riyal reyal rial sr",
    "QAR": "qar",
    "OMR": "omr",
    "KWD": "kwd kd dinar",
    "BHD": "bhd",
    "JOD": "jod",
    "AED": "aed dirham dhs dh",
    "TRY": "₺ try lira",
    "PLN": "pln zloty zł",
    "EUR": "€ eur euro",
    "GBP": "£ gbp poundsterling",
    "AUD": "a$ au$ aud",
    "NZD": "nz$ nzd",
    "CAD": "c$ cad",
    "MOP": "mop",
    "INR": "₹ inr rupee",
    "RUB": "₽ rub rubel",
}

_OF_COUNTRY = {
    ("USD", "brunei"): "BND", ("USD", "singapura"): "SGD", ("USD", "singapur"): "SGD", ("USD", "singapore"): "SGD",
    ("USD", "hongkong"): "HKD", ("USD", "hong"): "HKD", ("USD", "hk"): "HKD",
    ("USD", "taiwan"): "TWD", ("USD", "nt"): "TWD", ("USD", "australia"): "AUD", ("USD", "aussie"): "AUD",
    ("USD", "ausi"): "AUD", ("USD", "kanada"): "CAD", ("USD", "selandia"): "NZD", ("USD", "as"): "USD",
    ("USD", "amerika"): "USD", ("USD", "us"): "USD", ("SAR", "qatar"): "QAR", ("SAR", "oman"): "OMR",
    ("SAR", "saudi"): "SAR", ("SAR", "arab"): "SAR", ("KWD", "kuwait"): "KWD", ("KWD", "bahrain"): "BHD",
    ("KWD", "yordania"): "JOD", ("KWD", "serbia"): "RSD", ("KWD", "irak"): "IQD", ("INR", "india"): "INR",
}  # fmt: skip
"""What a country beside the name makes of it: "dolar Brunei", "brunei dolar", "riyal Qatar"."""

CURRENCY_OF = {word: code for code, words in _WRITTEN.items() for word in words.split()}
"""Sign or word → ISO code."""

_COUNTRIES = frozenset(country for _, country in _OF_COUNTRY)
_DOUBTFUL = {"try": 1_000, "pln": 1_000, "lak": 1_000, "php": 500, "won": 1_000, "rial": 100, "kd": 20, "sr": 100,
             "dh": 100, "nt": 100, "kip": 1_000, "bath": 500, "perak": 100, "lira": 100, "rub": 100}  # fmt: skip
"""Words that often mean something else: with them an amount must be at least this."""

_NAMES = word_set("rupiah dolar dollar ringgit yen yuan won baht peso kyat riyal dinar dirham lira euro")
_BEFORE = re.compile(r"(?<![a-z])([a-z]{0,6}[$¥₩฿₫₱₭₺€£₹₽]|[a-z]{2,6})(?:/[a-z0-9]{2,4})?([ .:]{0,3})\Z")
_AFTER = re.compile(r"(?: |-)?(?:([a-z]{1,9}\$?|[$¥₩฿₫₱₺€£円])(?![a-z$]))")
_COUNTRY_AFTER = re.compile(r" ([a-z]{2,9})(?![a-z])")


def currency_before(norm: str, start: int, floor: int = 0) -> tuple[str, int]:
    """Code of the currency written between ``floor`` and ``start`` and where it begins; ("", start) if none is."""
    begin = max(floor, start - 14)
    match = _BEFORE.search(norm[begin:start])
    if match is None:
        return "", start
    word, gap = match.groups()
    at = begin + match.start()
    if word not in CURRENCY_OF and not word[-1].isalpha():  # "gaji$900"
        word, at = word[-1], at + len(word) - 1
    if word not in CURRENCY_OF or (word in _NAMES and gap not in ("", " ")):
        return "", start
    return CURRENCY_OF[word], at


def currency_after(norm: str, end: int) -> tuple[str, int]:
    """Code of the currency written after offset ``end`` and where it ends; ("", end) if there is none.

    "dolar Brunei" and "brunei dolar" are Brunei dollars; a "u" counts only written onto the number ("900u").
    """
    match = _AFTER.match(norm, end)
    if match is None:
        return "", end
    word = match.group(1)
    if word == "u":
        return ("USDT", match.end()) if match.start(1) == end else ("", end)
    if word in _COUNTRIES and word not in CURRENCY_OF:
        second = _AFTER.match(norm, match.end())
        code = _OF_COUNTRY.get((CURRENCY_OF.get(second.group(1), ""), word), "") if second else ""
        return (code, second.end()) if second and code else ("", end)
    code = CURRENCY_OF.get(word, "")
    country = _COUNTRY_AFTER.match(norm, match.end()) if code else None
    if country is not None and (code, country.group(1)) in _OF_COUNTRY:
        return _OF_COUNTRY[code, country.group(1)], country.end()
    return (code, match.end()) if code else ("", end)


def is_doubtful(norm: str, start: int, end: int, value: float) -> bool:
    """True when the currency word ``norm[start:end]`` is probably an ordinary word beside so small a number."""
    return value < _DOUBTFUL.get(norm[start:end].strip(" .:-"), 0)


_UNITS = {
    "hour": "jam hour hours jm",
    "day": "hari hr hri day days dino ari andau dinten",
    "week": "minggu mgg mggu week weeks wk pekan",
    "month": "bulan bln bl bulannya blnnya month months mth mo wulan sasi sasih bulen",
    "year": "tahun thn th year years yr annum",
    "head": "kepala head kepalanya palak ndas ndhas",
    "once": "trip orang org person jalan anak pax berangkat keberangkatan",
    "piece": "pcs pc biji iji toko ulasan tugas kg kilo ton paket botol klik like akun meter lembar dokumen misi",
}
_WHOLE = {
    "hour": "perjam sejam hourly sajam",
    "day": "perhari sehari sahari saharian harian sedino daily perharinya sedinten seharinya",
    "week": "perminggu seminggu mingguan weekly saminggu",
    "month": "perbulan sebulan sabulan bulanan perbln sebln monthly sewulan sesasi sasasih sasih sasi sabulannya "
    "sebulannya perbulannya",
    "year": "pertahun setahun yearly",
    "head": "perkepala sakapala",
    "once": "perorang sekali",
}
_PERIOD_OF_UNIT = {word: period for period, words in _UNITS.items() for word in words.split()}
_PERIOD_OF_WORD = {word: period for period, words in _WHOLE.items() for word in words.split()}

_PERIOD = re.compile(
    r"(?:,-)?(?: (?:bersih|nett|net|kotor|gross|clean|tunai)(?![a-z]))?[ +(\-]{0,3}"
    r"(?:(?:/ ?|(?:per|tiap|setiap|saben|ije|a|se|p)(?:[ /\-]))([a-z]+)|([a-z]+))"
)


def period_after(norm: str, end: int) -> tuple[str, int]:
    """Period written after offset ``end`` and where it ends: "/bln", "per hari", "(per jam)"; else ("", end).

    Besides the periods of ``Fact.period`` it may be "piece".
    """
    match = _PERIOD.match(norm, end)
    if match is None:
        return "", end
    unit, word = match.groups()
    period = _PERIOD_OF_UNIT.get(unit, "") if unit else _PERIOD_OF_WORD.get(word, "")
    if not period:
        return "", end
    closes = norm[match.end() : match.end() + 1] == ")" and "(" in match.group()
    return period, match.end() + closes


def period_of_words(word: str, before: str) -> str:
    """Period said by a word and the one before it: ("sebulan", …), ("bulan", "per"); empty if none."""
    if word in _PERIOD_OF_WORD:
        return _PERIOD_OF_WORD[word]
    return _PERIOD_OF_UNIT.get(word, "") if before in ("per", "tiap", "setiap", "saben", "ije") else ""
