"""Links and handles: web addresses, mail addresses and account names, with or without "https://", spaced or spelled."""

from __future__ import annotations

import re
from itertools import islice
from typing import NamedTuple

from bot.checking.cues import MOST_FACTS, Scan, word_set

_TLDS = (
    "com|id|org|net|info|me|ly|ee|gle|gg|link|xyz|site|online|top|club|app|io|co|cc|biz|live|shop|work|jobs|asia|my|sg|hk"
    "|tw|jp|kr|kh|th|vn|la|mm|ph|cn|sa|ae|qa|tr|pl|de|au|nz|eu|us|uk|ru|gov|edu|bio|page|dev|vip|pro|tv|is|li|su|be"
)
_PLAIN_TLDS = word_set("com id org net info xyz site ee ly gle gg link app")
"""Endings that make an address of one name: of "kerja.my" nobody knows whether it is one."""
_URL = re.compile(r"https?://[^\s<>\"]{3,}")
_MAIL = re.compile(r"(?<![a-z0-9._%+\-])[a-z0-9][a-z0-9._%+\-]{0,63}@[a-z0-9\-]{1,63}(?:\.[a-z0-9\-]{1,63}){1,4}")
_DOTTED = re.compile(r"[a-z0-9]\.[a-z]{2}")
_HOST = re.compile(
    rf"(?<![a-z0-9@.\-/])(?:[a-z0-9][a-z0-9\-]{{0,62}}\.){{1,4}}(?:{_TLDS})(?![a-z0-9\-@]|\.[a-z0-9])(?:[/?][^\s<>\"]*)?"
)
_SPACED = re.compile(
    r"(?<![a-z0-9])(?:(t|wa|m) ?\.? ?(?:dot|titik)? ?me ?/ ?[a-z0-9_+]{3,}"
    r"|(bit) ?\.? ?(?:dot|titik)? ?ly ?/ ?[a-z0-9_]{3,}"
    r"|[a-z0-9\-]{3,40} ?[(\[]?(?:dot|titik)[)\]]? ?(?:com|id|net|org|co|info|xyz|site)(?![a-z]))"
)
_HANDLE = re.compile(r"(?<![a-z0-9._@])@([a-z0-9_][a-z0-9_.]{2,30})")
_NETWORKS = {
    name: network
    for network, names in {
        "telegram": "tele telegram tg telegrm telgram tlgrm",
        "instagram": "ig insta instagram",
        "tiktok": "tiktok",
        "facebook": "fb facebook",
        "line": "line idline",
        "wechat": "wechat",
        "kakao": "kakao kakaotalk",
        "signal": "signal",
        "discord": "discord",
        "skype": "skype",
        "twitter": "twitter",
    }.items()
    for name in names.split()
}
_NAMED = re.compile(
    rf"(?<![a-z0-9@./])({'|'.join(sorted(_NETWORKS, key=len, reverse=True))})(?: id)?"
    r"( ?[:=] ?@?| @| )([a-z0-9_][a-z0-9_.]{3,30})"
)
_CHAT_HOSTS = word_set(
    "t.me wa.me m.me ig.me line.me lin.ee telegram.me telegram.dog chat.whatsapp.com api.whatsapp.com "
    "whatsapp.com discord.gg discord.com signal.me signal.group wa.link chat.line.me open.kakao.com"
)
_SHORT_HOSTS = word_set(
    "bit.ly s.id tinyurl.com linktr.ee cutt.ly shorturl.at forms.gle lynk.id heylink.me msha.ke taplink.cc t.ly "
    "rb.gy is.gd goo.gl linkbio.co bio.link beacons.ai campsite.bio wa.link s.shopee.co.id lnk.bio ow.ly"
)
_OFFICIAL = re.compile(r"(?:^|\.)go\.id$|(?:^|\.)gov(?:\.[a-z]{2})?$|(?:^|\.)go\.(?:kr|jp|th)$|(?:^|\.)gob\.[a-z]{2}$")


class Link(NamedTuple):
    """A web or mail address, or an account name."""

    start: int
    """Offset in ``Text.norm``."""
    end: int
    """Offset past its last character."""
    label: str
    """chat, official, mail, short, site; for a handle the network, empty if none is named."""
    is_handle: bool
    """True for an account name."""


def read_links(scan: Scan) -> list[Link]:
    """Links and handles in order, none overlapping."""
    norm = scan.norm
    found: list[Link] = []
    if "://" in norm:
        found += _links(norm, _URL)
    if "@" in norm:
        found += [Link(match.start(), match.end(), "mail", False) for match in islice(_MAIL.finditer(norm), MOST_FACTS)]
    if _DOTTED.search(norm):
        found += _links(norm, _HOST)
    words = set(scan.words)
    if not words.isdisjoint(("me", "ly", "dot", "titik")):
        found += [_spaced(match) for match in islice(_SPACED.finditer(norm), MOST_FACTS)]
    if "@" in norm:
        found += [Link(match.start(), match.end(), _network_before(norm, match.start()), True)
                  for match in islice(_HANDLE.finditer(norm), MOST_FACTS)]  # fmt: skip
    if not words.isdisjoint(_NETWORKS):
        found += [Link(match.start(3), match.end(3), _NETWORKS[match.group(1)], True)
                  for match in islice(_NAMED.finditer(norm), MOST_FACTS) if _is_account(match)]  # fmt: skip
    return _without_overlaps(found)


def _without_overlaps(found: list[Link]) -> list[Link]:
    kept: list[Link] = []
    for link in sorted(found, key=lambda link: (link.start, not link.is_handle, -link.end)):
        if not kept or link.start >= kept[-1].end:
            kept.append(link)
    return kept


def _links(norm: str, pattern: re.Pattern[str]) -> list[Link]:
    matches = islice(pattern.finditer(norm), MOST_FACTS)
    return [link for match in matches if (link := _link(match.start(), match.group())) is not None]


def _link(start: int, raw: str) -> Link | None:
    raw = raw.rstrip(".,;:!?)]}'*")
    scheme = "://" in raw
    rest = raw.partition("://")[2] if scheme else raw
    host = re.split(r"[/?#]", rest, maxsplit=1)[0].rpartition("@")[2].partition(":")[0].removeprefix("www.")
    if not scheme and not _is_plausible(host):
        return None
    return Link(start, start + len(raw), _label(host), False)


def _is_plausible(host: str) -> bool:
    """False for numbers and for sentences without a space after the full stop: "5.org", "kerja.my"."""
    *names, tld = host.split(".")
    if not any(any(character.isalpha() for character in name) for name in names):
        return False
    return len(names) > 1 or tld in _PLAIN_TLDS or host in _CHAT_HOSTS or host in _SHORT_HOSTS


def _label(host: str) -> str:
    if host in _CHAT_HOSTS:
        return "chat"
    if host in _SHORT_HOSTS:
        return "short"
    return "official" if _OFFICIAL.search(host) else "site"


def _spaced(match: re.Match[str]) -> Link:
    return Link(match.start(), match.end(), "chat" if match.group(1) else "short" if match.group(2) else "site", False)


def _network_before(norm: str, start: int) -> str:
    words = re.findall(r"[a-z]+", norm[max(0, start - 16) : start])
    return next((_NETWORKS[word] for word in reversed(words[-2:]) if word in _NETWORKS), "")


def _is_account(match: re.Match[str]) -> bool:
    """After "tele:" any name is an account, after "tele " only one that no ordinary word looks like."""
    network, sign, name = match.groups()
    if network == "line" and "@" not in sign and not any(character.isdigit() for character in name):
        return False  # "production line: packing"
    if not any(character.isalpha() for character in name):
        return False
    return sign.strip() != "" or re.search(r"[_0-9]|[a-z]\.[a-z]", name) is not None
