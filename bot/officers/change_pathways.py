"""Change pathways (pure): one fact of an answer, in both languages, with its source and the day from which it is known."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.knowledge.content import Knowledge
from bot.knowledge.pathways import AS_OF, EnglishPathway, Pathway
from bot.knowledge.shown_checks import banned_in, claims_safety
from bot.officers.change_sources import NO_DAY, ask_source, day_in, source_of, source_steps, told_day, url_in
from bot.officers.change_steps import Again, Answer, Ask, Choice, Gone, Next, Step, Subject, Texts, Write, matching
from bot.officers.interview import State
from bot.officers.yaml_edits import AsIs, Keys, Value, quoted, value_at, with_entry, with_key, with_value

_LONGEST = 380
_PARTS = {
    "answer": "Jawaban pertama", "beware": "Awas", "who": "Siapa yang menjalankan", "requirements": "Syarat",
    "documents": "Dokumen", "steps": "Langkah", "cost": "Biaya", "pay": "Gaji", "duration": "Lamanya",
    "where": "Tempat mendaftar", "rights": "Hak", "fakes": "Tiruan dan jebakan", "unsure": "Belum pasti",
}  # fmt: skip
_ADDED = ("cost", "requirements", "documents", "steps", "where", "fakes")
"""Parts to which a line may be added."""


def _find(knowledge: Knowledge, words: str) -> list[Choice]:
    entries = {
        path.id: (path.button, " ".join((path.id, path.title, path.button, path.english.title, *(line for _, _, line in _lines(path)))))
        for path in knowledge.pathways.values()
    }  # fmt: skip
    named = {key: (label, f"{label} {knowledge.pathways[key].title} {key}") for key, (label, _) in entries.items()}
    return matching(words, named) or matching(words, entries)


def _lines(path: Pathway | EnglishPathway) -> Iterator[tuple[str, Keys, str]]:
    """(part, where it stands, sentence) of every fact, in the order in which they are shown."""
    yield from (("answer", ("answer", number), line) for number, line in enumerate(path.answer))
    yield "beware", ("beware",), path.beware
    for name, lines in path.sections.told():
        yield from ((name, ("sections", name, number), line) for number, line in enumerate(lines))


def _pathway(answer: Answer, key: str = "") -> Pathway:
    found = answer.knowledge.pathways.get(key or answer.state["key"])
    if found is None:
        raise Gone
    return found


def _read(sentence: str) -> str:
    """The sentence with its day as people read it."""
    return AS_OF.sub(lambda match: f" (per {told_day(match[1])})", sentence)


def _show(answer: Answer, key: str) -> Next:
    path = _pathway(answer, key)
    told, part = [f"📘 {path.title}"], ""
    for number, (name, _, line) in enumerate(_lines(path), 1):
        told += [f"\n{_PARTS[name]}:"] * (name != part)
        told.append(f"  {number}: {_read(line)}")
        part = name
    told.append("\nYang mana yang berubah? Tulis nomornya. Hal baru (misalnya tiruan baru): tulis 0.")
    return Ask("line", "\n".join(told), (), {"key": key})


def _line(answer: Answer) -> Next:
    path, lines = _pathway(answer), list(_lines(_pathway(answer)))
    written = answer.text.rstrip(".)")
    number = int(written) if written.isdecimal() and len(written) < 4 else -1
    if number == 0:
        return Ask("part", "Hal baru tentang apa?", tuple((_PARTS[name], name) for name in _ADDED))
    if not 1 <= number <= len(lines):
        return Again(f"Tulis satu nomor dari 1 sampai {len(lines)}, atau 0 untuk hal baru.")
    _, where, was = lines[number - 1]
    english = next((line for _, place, line in _lines(path.english) if place == where), "")
    marks = AS_OF.findall(was)
    if len(marks) > 1:
        return Again("Kalimat itu punya lebih dari satu tanggal; ubah lewat berkasnya saja.")
    learnt = {"where": list(where), "was": was, "was_english": english}
    return Ask("sentence", f"Sekarang:\n{_read(was)}\n\nTulis kalimat yang baru, tanpa tanggal “per …”; tanggalnya ditanya sesudah ini.",
               (), learnt)  # fmt: skip


def _part(answer: Answer) -> Next:
    if answer.text not in _ADDED:
        return Again("Pilih salah satu tombolnya, ya.")
    learnt = {"where": ["sections", answer.text], "was": "", "was_english": ""}
    return Ask("sentence", "Tulis kalimatnya, satu hal saja. Tanggalnya ditanya sesudah ini.", (), learnt)


def _wrong(answer: Answer) -> str:
    """Why the sentence cannot be used; empty when it can."""
    if not 5 <= len(answer.line) <= _LONGEST:
        return f"Kalimatnya {len(answer.line)} huruf; harus 5 sampai {_LONGEST}."
    if "[" in answer.line or "]" in answer.line:
        return "Tulis tanpa kurung siku."
    if claims_safety(answer.line):
        return "Bot tidak pernah menyatakan aman, karena tidak bisa menjaminnya. Tulis apa yang bisa dicek."
    banned = banned_in(answer.knowledge.do_not_use).in_text(answer.line)
    return f"“{banned.value}” tidak boleh ditunjukkan: {banned.why}" if banned else ""


def _sentence(answer: Answer) -> Next:
    if wrong := _wrong(answer):
        return Again(wrong)
    dated = AS_OF.search(answer.state["was"])
    learnt = {"sentence": answer.line}
    if dated:
        text = f"Berlaku menurut keadaan kapan? Yang lama per {told_day(dated[1])}. Tulis misalnya 11-2026 atau 20-11-2026."
        return Ask("per", text, (("Hari ini", "hari ini"),), learnt)
    text = "Bisakah ini berubah (tarif, gaji, jadwal, syarat)? Tulis sejak kapan berlaku, misalnya 11-2026. Tidak berubah: tekan Tetap."
    return Ask("per", text, (("Hari ini", "hari ini"), ("Tetap", "none")), learnt)


def _per(answer: Answer) -> Next:
    never = answer.pressed and answer.text == "none" and not AS_OF.search(answer.state["was"])
    day = "" if never else day_in(answer.text, answer.today)
    if not (day or never):
        return Again(NO_DAY)
    learnt = {"per": day}
    if day and _pathway(answer).recheck is None:
        return Ask("recheck", "Di situs resmi mana warga bisa mengecek lagi? Misalnya imigrasi.go.id", (), learnt)
    return _ask_english(answer, learnt)


def _recheck(answer: Answer) -> Next:
    host = url_in(answer.text).partition("://")[2].partition("/")[0].lower()
    if not host:
        return Again("Itu bukan nama situs. Misalnya: imigrasi.go.id")
    return _ask_english(answer, {"recheck": host})


def _ask_english(answer: Answer, learnt: State) -> Next:
    was = answer.state["was_english"]
    now = f" Sekarang:\n{_read(was)}\n" if was else ""
    choices: tuple[Choice, ...] = (("Inggris tetap", "keep"),) if was else (("Sama dengan Indonesia", "same"),)
    return Ask("english", f"Kalimat yang sama dalam bahasa Inggris?{now}\nTulis, tanpa tanggal “per …”.", choices, learnt)


def _english(answer: Answer) -> Next:
    if answer.pressed and answer.text == "keep" and _figures(answer.state["sentence"]) != _figures(answer.state["was"]):
        return Again("Angkanya berubah, jadi kalimat Inggrisnya harus ikut berubah.")
    if answer.pressed:
        english = AS_OF.sub("", answer.state["was_english"]) if answer.text == "keep" else answer.state["sentence"]
    elif wrong := _wrong(answer):
        return Again(wrong)
    else:
        english = answer.line
    return ask_source("", {"english": english}, needs_url=False)


def _figures(sentence: str) -> list[str]:
    return sorted(re.findall(r"\d+", AS_OF.sub("", sentence)))


def _dated(sentence: str, day: str) -> str:
    """With the mark of the day in front of the full stop, as the other sentences have it."""
    return f"{sentence.rstrip('.')} [per {day}]." if day else sentence


def _sourced(answer: Answer) -> Next:
    state, said = answer.state, source_of(answer)
    path = f"pathways/{state['key']}.yaml"
    where, was = tuple(state["where"]), state["was"]
    new, english = _dated(state["sentence"], state["per"]), _dated(state["english"], state["per"])
    pathway = _pathway(answer)

    def files(live: Texts) -> dict[str, str | None]:
        if path not in live:
            raise Gone
        text = live[path]
        for place, old, sentence in ((where, was, new), (("english", *where), state["was_english"], english)):
            if not old:
                text = with_entry(text, place, sentence)
                continue
            if " ".join(value_at(text, place).split()) != " ".join(old.split()):
                raise Gone
            text = with_value(text, place, quoted(sentence))
        if state.get("recheck"):
            text = with_key(text, ("recheck",), state["recheck"], behind="sections")
        source: dict[str, str | list[str]] = {"title": f"{said.words.rstrip('.')} ({told_day(said.day)})"[:390]}
        source |= ({"url": said.url} if said.url else {}) | {"checked_on": AsIs(answer.today.isoformat())}
        entry: Value = source
        return {path: with_entry(text, ("sources",), entry)}

    part = _PARTS[where[1] if where[0] == "sections" else where[0]]
    head = f"📝 {pathway.title}, {part}:\n" + (f"− {_read(was)}\n" if was else "") + f"+ {_read(new)}\nInggris: {_read(english)}\nSumber: {said.shown}"
    return Write(files, head, f"Jalur {pathway.button}: {_read(new)} {said.shown}")


_STEPS: dict[str, Step] = {
    "line": _line, "part": _part, "sentence": _sentence, "per": _per, "recheck": _recheck, "english": _english,
    **source_steps(_sourced),
}  # fmt: skip

PATHWAYS = Subject(
    "jalur",
    "Jalur resmi",
    "Jawaban yang mana? Ketik sebagian judulnya, misalnya: paspor, korea, biaya.",
    _find,
    _show,
    _STEPS,
)  # fmt: skip
