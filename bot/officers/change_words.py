"""Change words (pure): how people write a word, and the word lists that phrases name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.knowledge.content import Knowledge
from bot.officers.change_steps import Again, Answer, Ask, Choice, Gone, Next, Step, Subject, Texts, Write, matching
from bot.officers.yaml_edits import has, plain, with_entry, with_key

_PATH = "words.yaml"
_LONGEST = 80
_SHOWN = 30


def listed(words: Sequence[str], most: int = _SHOWN) -> str:
    """The words with commas, the newest at the end, at most so many."""
    rest = len(words) - most
    return ", ".join(words) if rest <= 0 else f"… ({rest} lagi) {', '.join(words[-most:])}"


def new_words(text: str, known: Sequence[str]) -> list[str] | Again:
    """The words of an answer, given with commas or on lines, that are not known yet; what is wrong with them otherwise."""
    given = list(dict.fromkeys(" ".join(word.lower().split()) for word in text.replace("\n", ",").split(",")))
    given = [word for word in given if word]
    if not given:
        return Again("Belum ada kata di situ.")
    if wrong := next((word for word in given if len(word) > _LONGEST or not any(map(str.isalnum, word))), ""):
        return Again(f"“{wrong[:40]}” bukan kata atau terlalu panjang; paling banyak {_LONGEST} huruf.")
    if wrong := next((word for word in given if any(sign in word for sign in "=:(){}[]|~\"“”")), ""):
        return Again(f"Di “{wrong[:40]}” ada tanda baca yang tidak bisa dipakai. Tulis kata-katanya saja, pisahkan dengan koma.")
    old = {word.lower() for word in known}
    new = [word for word in given if word not in old]
    return new or Again(f"{'Kata itu' if len(given) == 1 else 'Semua kata itu'} sudah ada.")


def _find(knowledge: Knowledge, words: str) -> list[Choice]:
    entries = {f"s:{word}": (word, f"{word} {' '.join(ways)}") for word, ways in knowledge.words.spellings.items()}
    entries |= {f"l:{name}": (f"daftar {name}", f"{name} {' '.join(ways)}") for name, ways in knowledge.words.lists.items()}
    exact = words.lower().strip()
    ways = {f"s:{word}": known for word, known in knowledge.words.spellings.items()}
    found = matching(words, entries)
    return sorted(found, key=lambda one: one[0] != exact and exact not in ways.get(one[1], ()))


def _words_of(knowledge: Knowledge, key: str) -> Sequence[str]:
    kind, _, name = key.partition(":")
    known: Mapping[str, Sequence[str]] = knowledge.words.spellings if kind == "s" else knowledge.words.lists
    if name not in known:
        raise Gone
    return known[name]


def _show(answer: Answer, key: str) -> Next:
    known = _words_of(answer.knowledge, key)
    kind, _, name = key.partition(":")
    if kind == "s":
        text = f"“{name}” juga ditulis: {listed(known)}.\n\nTulisan apa yang ditambahkan? Pisahkan dengan koma."
    else:
        users = [rule.title for rules in (answer.knowledge.red_flags, answer.knowledge.markers, answer.knowledge.kind_cues)
                 for rule in rules.values() if name not in rule.words and any(f"{{{name}}}" in one for one in rule.phrases)]  # fmt: skip
        used = f"Dipakai {len(users)} aturan, misalnya: {'; '.join(users[:3])}." if users else "Dipakai pembaca pesan."
        text = f"Daftar {name}: {listed(known)}.\n{used}\n\nKata apa yang ditambahkan? Pisahkan dengan koma."
    return Ask("more", text, learnt={"key": key})


def _more(answer: Answer) -> Next:
    return _added(answer, answer.state["key"], answer.text)


def _added(answer: Answer, key: str, text: str) -> Next:
    """The words at the end of a spelling or a list."""
    kind, _, name = key.partition(":")
    new = new_words(text, [*_words_of(answer.knowledge, key), *((name,) if kind == "s" else ())])
    if isinstance(new, Again):
        return Again(f"{new.text} Dibaca sebagai “{name}”.") if kind == "s" and "sudah ada" in new.text else new
    place = ("spellings" if kind == "s" else "lists", name)

    def files(live: Texts) -> dict[str, str | None]:
        after = live[_PATH]
        if not has(after, place):
            raise Gone
        for word in new:
            after = with_entry(after, place, word, plain)
        return {_PATH: after}

    told = ", ".join(f"“{word}”" for word in new)
    head = f"📝 {told} = “{name}”" if kind == "s" else f"📝 {told} masuk daftar {name}"
    return Write(files, head + _also(answer.knowledge, name, new), f"Kata: {head.removeprefix('📝 ')}")


def _also(knowledge: Knowledge, name: str, new: Sequence[str]) -> str:
    """What the new words are read as already."""
    known = [(word, other) for word in new for other, ways in knowledge.words.spellings.items() if word in ways and other != name]
    return "".join(f"\n“{word}” sudah juga dibaca “{other}”." for word, other in known[:3])


def _direct(answer: Answer) -> Next | None:
    """gmn = bagaimana."""
    written, sign, meant = answer.text.partition("=")
    meant = " ".join(meant.lower().split())
    if not sign or not written.strip() or not meant:
        return None
    spellings = answer.knowledge.words.spellings
    key = meant if meant in spellings else next((word for word, ways in spellings.items() if meant in ways), "")
    if key:
        return _added(answer, f"s:{key}", written)
    checked = new_words(written, [meant])
    if isinstance(checked, Again):
        return checked
    if isinstance(wrong := new_words(meant, ()), Again):
        return wrong
    question = f"“{meant}” belum ada sebagai kata baku. Jadikan kata baku, dengan tulisan lain: {', '.join(checked)}?"
    return Ask("head", question, (("Ya, tambahkan", "yes"),), {"meant": meant, "written": checked})


def _head(answer: Answer) -> Next:
    if not answer.pressed:
        return Again("Tekan Ya, atau Batal.")
    meant, written = answer.state["meant"], answer.state["written"]

    def files(live: Texts) -> dict[str, str | None]:
        words = ", ".join(map(plain, written))
        if meant in answer.knowledge.words.spellings:
            raise Gone
        return {_PATH: with_key(live[_PATH], ("spellings", meant), f"[{words}]")}

    head = f"📝 Kata baku baru “{meant}”, juga ditulis: {', '.join(written)}"
    return Write(files, head, f"Kata: {head.removeprefix('📝 ')}")


_STEPS: Mapping[str, Step] = {"more": _more, "head": _head}

WORDS = Subject(
    "kata",
    "Kata dan singkatan",
    "Singkatan atau ejaan: tulis seperti ini, gmn = bagaimana. Atau ketik sebagian nama sebuah kata atau daftar kata, misalnya: dokumen.",
    _find,
    _show,
    _STEPS,
    direct=_direct,
)  # fmt: skip
