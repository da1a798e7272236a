"""Change contacts (pure): a number, site, address or hours of an office, with the source and the day it was checked."""

from __future__ import annotations

from collections.abc import Iterator

from bot.knowledge.content import Knowledge
from bot.knowledge.schema import Contact
from bot.officers.change_channels import (
    HOW,
    TYPES,
    as_sure_as_its_channels,
    ask_sure,
    ask_value,
    line_of,
    only_in_indonesia,
    type_choices,
    written,
)
from bot.officers.change_new_contact import AREAS, NEW_STEPS, SERVES, evidence_of, new_contact
from bot.officers.change_sources import ask_source, site_of, source_of, source_steps, told_day
from bot.officers.change_steps import (
    Again,
    Answer,
    Ask,
    Choice,
    Gone,
    Next,
    Over,
    Step,
    Subject,
    Texts,
    Write,
    matching,
)
from bot.officers.drafting import with_check
from bot.officers.interview import State
from bot.officers.yaml_edits import (
    AsIs,
    has,
    quoted,
    value_at,
    with_comment,
    with_entry,
    with_key,
    with_value,
    without_entry,
)

_BANNED_PATH = "contacts/do_not_use.yaml"
_LABEL = 21


def _find(knowledge: Knowledge, words: str) -> list[Choice]:
    names = {country.code: country.name for country in knowledge.places.countries}
    entries = {
        contact.id: (
            contact.short_name,
            " ".join((contact.id, contact.name, contact.name_en, contact.short_name, names.get(contact.area, contact.area),
                      *(f"{channel.value} {channel.dialled or ''}" for channel in contact.channels))),
        )
        for contact in knowledge.contacts.values()
    }  # fmt: skip
    return matching(words, entries)


def _contact(answer: Answer) -> Contact:
    contact = answer.knowledge.contacts.get(answer.state["key"])
    if contact is None:
        raise Gone
    return contact


def _path(answer: Answer) -> str:
    return f"contacts/{answer.state['key']}.yaml"


def _show(answer: Answer, key: str) -> Next:
    contact = answer.knowledge.contacts.get(key)
    if contact is None:
        raise Gone
    choices: tuple[Choice, ...] = (
        ("Ganti satu saluran", "channel"), ("Tambah saluran", "add"), ("Jam layanan", "hours"),
        ("Masih benar, dicek", "checked"), ("Hapus satu saluran", "drop"), ("Tidak dipakai lagi", "retire"),
    )  # fmt: skip
    return Ask("what", "\n".join(_shown(contact, answer.knowledge)), choices, {"key": key})


def _shown(contact: Contact, knowledge: Knowledge) -> Iterator[str]:
    yield f"📇 {contact.name}"
    yield from (f"• {line_of(channel)}" for channel in contact.channels)
    yield f"Jam: {contact.hours or 'belum dicatat'}"
    areas = AREAS | {country.code: country.name for country in knowledge.places.countries}
    yield f"Wilayah: {areas.get(contact.area, contact.area)}. Untuk: {', '.join(SERVES[one] for one in contact.serves)}."
    proof = contact.evidence[0]
    yield f"Dicek {contact.checked_on:%d-%m-%Y}, menurut {site_of(proof.url)} ({told_day(proof.date)})."
    yield "\nApa yang mau diubah?"


def _what(answer: Answer) -> Next:
    contact, wish = _contact(answer), answer.text
    if not answer.pressed:
        return Again("Pilih salah satu tombolnya, ya.")
    learnt = {"wish": wish}
    if wish in ("channel", "drop"):
        if wish == "drop" and len(contact.channels) == 1:
            return Again("Ini satu-satunya saluran, jadi tidak bisa dihapus. Ganti saja, atau pilih Tidak dipakai lagi.")
        lines = [f"{number}. {line_of(one)}" for number, one in enumerate(contact.channels, 1)]
        choices = tuple(((one.dialled or one.value).removeprefix("https://")[:_LABEL], str(number))
                        for number, one in enumerate(contact.channels))  # fmt: skip
        return Ask("which", "\n".join(["Saluran yang mana?", *lines]), choices, learnt)
    if wish == "add":
        return Ask("type", "Saluran apa?", type_choices(), learnt)
    if wish == "hours":
        return Ask("hours", "Tulis jam layanannya, misalnya: Senin-Jumat 08.00-16.00 WIB, atau 24 jam.", (), learnt)
    if wish == "retire":
        if users := _users(contact.id, answer.knowledge):
            told = "\n".join(f"• {user}" for user in users[:8])
            return Over(f"{contact.short_name} masih ditunjukkan di sini, jadi belum bisa dihapus:\n{told}\nGanti dulu kontaknya"
                        " di situ (kirim berkasnya), atau hapus saluran yang mati saja. Tidak ada yang diubah.")  # fmt: skip
        return ask_source(f"{contact.short_name} akan hilang dari daftar kontak.\n", learnt, needs_url=True)
    return ask_source("", learnt | {"all": True}, needs_url=True)


def _users(contact: str, knowledge: Knowledge) -> list[str]:
    """Where a contact is named, for reading."""
    policy = knowledge.policy
    special = (policy.default_contact, policy.emergency_contact_home, policy.emergency_contact_abroad,
               policy.women_children_contact, *policy.area_contacts)  # fmt: skip
    found = ["kontak utama di kebijakan (policy.yaml)"] if contact in special else []
    found += [f"tanda “{flag.title}”" for flag in knowledge.red_flags.values() if contact in flag.contacts]
    return found + [f"jawaban “{path.title}”" for path in knowledge.pathways.values() if contact in path.contacts]


def _which(answer: Answer) -> Next:
    contact = _contact(answer)
    number = int(answer.text) if answer.pressed else -1
    if not 0 <= number < len(contact.channels):
        return Again("Pilih salah satu tombolnya, ya.")
    channel = contact.channels[number]
    learnt = {"which": number, "was": channel.value, "type": channel.type}
    if answer.state["wish"] == "drop":
        text = f"{line_of(channel)}\nKenapa dihapus? Nomor atau situs yang palsu dilarang, supaya tidak pernah ditunjukkan lagi."
        return Ask("ban", text, (("Sudah mati", "dead"), ("Palsu, larang", "banned")), learnt)
    return Ask("value", f"Sekarang: {line_of(channel)}\n{HOW[channel.type]}", (), learnt)


def _ban(answer: Answer) -> Next:
    if not answer.pressed:
        return Again("Pilih salah satu tombolnya, ya.")
    return _rest_checked(answer, {"banned": answer.text == "banned"})


def _type(answer: Answer) -> Next:
    return ask_value("value", answer)


def _value(answer: Answer) -> Next:
    contact = _contact(answer)
    found = written(answer.state["type"], answer.text, contact.area, answer.knowledge)
    if isinstance(found, Again):
        return found
    kind = answer.state["type"]
    if any(one.type == kind and one.value == found.value for one in contact.channels):
        return Again(f"{TYPES[kind]} {found.value} sudah tercatat di kontak ini.")
    learnt = {"value": found.value, "dialled": found.dialled}
    if answer.state["wish"] == "channel":
        return ask_sure("sure", learnt)
    text = "Keterangan singkat untuk warga? Misalnya: hotline pengaduan"
    return Ask("label", text, (("Tanpa keterangan", "none"),), learnt)


def _label(answer: Answer) -> Next:
    if len(answer.line) > 100:
        return Again(f"Keterangannya {len(answer.line)} huruf; paling banyak 100.")
    return ask_sure("sure", {"label": "" if answer.pressed else answer.line})


def _sure(answer: Answer) -> Next:
    if not answer.pressed:
        return Again("Pilih salah satu tombolnya, ya.")
    return _rest_checked(answer, {"confidence": answer.text})


def _hours(answer: Answer) -> Next:
    if not 3 <= len(answer.line) <= 200:
        return Again(f"Jamnya {len(answer.line)} huruf; harus 3 sampai 200.")
    return _rest_checked(answer, {"hours": answer.line})


def _rest_checked(answer: Answer, learnt: State) -> Next:
    """Whether the day of checking is that of the whole contact."""
    contact = _contact(answer)
    if len(contact.channels) == 1 and answer.state["wish"] != "hours":
        return ask_source("", learnt | {"all": True}, needs_url=True)
    text = f"Apakah saluran {contact.short_name} yang lain juga Anda cek hari ini? Kalau ya, hari dicek menjadi hari ini."
    return Ask("rest", text, (("Ya, semuanya", "all"), ("Hanya yang ini", "one")), learnt)


def _rest(answer: Answer) -> Next:
    if not answer.pressed:
        return Again("Pilih salah satu tombolnya, ya.")
    return ask_source("", {"all": answer.text == "all"}, needs_url=True)


def _sourced(answer: Answer) -> Next:
    """All is known."""
    if "name" in answer.state:
        return new_contact(answer)
    contact, path, state, said = _contact(answer), _path(answer), answer.state, source_of(answer)
    wish = state["wish"]

    def files(live: Texts) -> dict[str, str | None]:
        if path not in live:
            raise Gone
        if wish == "retire":
            return {path: None}
        after = live[path]
        after = with_entry(after, ("evidence",), evidence_of(said), at=0)
        after = as_sure_as_its_channels(_changed(answer, after))
        changed: dict[str, str | None] = {path: with_check(after, answer.today) if state["all"] else after}
        if state.get("banned"):
            why = f"Dilarang {answer.today:%d-%m-%Y}: {said.shown}"
            changed[_BANNED_PATH] = with_entry(live[_BANNED_PATH], ("do_not_use",), {"value": state["was"], "why": why[:390]})
        return changed

    told = f"{contact.short_name}: {_told(answer, contact)}"
    return Write(files, f"📝 {told}\nSumber: {said.shown}", f"Kontak {told}. {said.shown}")


def _changed(answer: Answer, text: str) -> str:
    """The file of the contact with what was wished; raises Gone when the channel is another one by now."""
    state = answer.state
    here = state["wish"] in ("channel", "add") and only_in_indonesia(state["type"], state["value"], _contact(answer).area)
    match state["wish"]:
        case "channel":
            place = ("channels", state["which"])
            _same(text, (*place, "value"), state["was"])
            text = with_value(text, (*place, "value"), quoted(state["value"]))
            text = with_value(text, (*place, "confidence"), state["confidence"])
            if state["dialled"] or has(text, (*place, "dialled")):
                text = with_key(text, (*place, "dialled"), quoted(state["dialled"] or state["value"]), behind="value")
            if here or has(text, (*place, "only_in_indonesia")):
                text = with_key(text, (*place, "only_in_indonesia"), "true" if here else "false")
            return text
        case "add":
            entry = {"type": AsIs(state["type"]), "value": state["value"], "dialled": state["dialled"],
                     "label": state["label"], "confidence": AsIs(state["confidence"]),
                     "only_in_indonesia": AsIs("true" if here else "")}  # fmt: skip
            return with_entry(text, ("channels",), {key: value for key, value in entry.items() if value})
        case "drop":
            _same(text, ("channels", state["which"], "value"), state["was"])
            text = without_entry(text, ("channels", state["which"]))
            note = f"Dihapus {answer.today.isoformat()}: {state['was']}. {source_of(answer).shown}"
            return with_comment(text, ("channels", 0), note)
        case "hours":
            return with_key(text, ("hours",), quoted(state["hours"]), behind="channels")
    return text


def _same(text: str, keys: tuple[str | int, ...], was: str) -> None:
    if value_at(text, keys) != was:
        raise Gone


def _told(answer: Answer, contact: Contact) -> str:
    state = answer.state
    match state["wish"]:
        case "channel":
            return f"{TYPES[state['type']]} {state['was']} menjadi {state['value']}"
        case "add":
            return f"ditambah {TYPES[state['type']]} {state['value']}"
        case "drop":
            return f"{state['was']} dihapus" + (" dan dilarang" if state["banned"] else "")
        case "hours":
            return f"jam layanan {state['hours']}"
        case "retire":
            return "tidak dipakai lagi"
    return f"masih benar, dicek {answer.today:%d-%m-%Y}"


_STEPS: dict[str, Step] = {
    "what": _what, "which": _which, "ban": _ban, "type": _type, "value": _value, "label": _label, "sure": _sure,
    "hours": _hours, "rest": _rest, **source_steps(_sourced), **NEW_STEPS,
}  # fmt: skip

CONTACTS = Subject(
    "kontak",
    "Kontak resmi",
    "Kontak yang mana? Ketik sebagian nama, kota, negara, atau nomornya. Misalnya: bangkok. Belum ada? Tekan Kontak baru.",
    _find,
    _show,
    _STEPS,
    ("Kontak baru", "new_name"),
)  # fmt: skip
