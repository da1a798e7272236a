"""Change, new contact (pure): an office that the bot does not know yet."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from bot.knowledge.fields import Serves
from bot.officers.change_channels import TYPES, ask_sure, ask_value, only_in_indonesia, type_choices, written
from bot.officers.change_places import country_named
from bot.officers.change_sources import Said, ask_source, source_of
from bot.officers.change_steps import Again, Answer, Ask, Gone, Next, Step, Texts, Write
from bot.officers.yaml_edits import quoted

SERVES: dict[Serves, str] = {
    "report": "lapor", "verify": "cek resmi", "emergency": "darurat", "abroad": "WNI di luar negeri",
    "women_children": "perempuan dan anak", "witness_protection": "saksi dan korban", "money_fraud": "penipuan uang",
}  # fmt: skip
"""What a contact is for, as officers say it."""
AREAS = {"national": "seluruh Indonesia", "kalteng": "Kalimantan Tengah"}
"""Areas that are no country."""


def evidence_of(said: Said) -> dict[str, str]:
    """The source as evidence of a contact."""
    return {"url": said.url, "said": said.words, "date": said.day}


def slug(name: str, taken: Collection[str]) -> str:
    """A name for the file of a contact that no other has."""
    letters = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    base = re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:50].strip("-")
    base = base if re.match(r"[a-z][a-z0-9-]", base) else f"kontak-{base}".strip("-")
    return next(one for one in (base, *(f"{base}-{number}" for number in range(2, 1_000))) if one not in taken)


def _name(answer: Answer) -> Next:
    return Ask("new_full", "Nama lengkap lembaganya? Misalnya: Kantor Imigrasi Kelas II Non TPI Palangka Raya")


def _full(answer: Answer) -> Next:
    if not 4 <= len(answer.line) <= 200:
        return Again(f"Namanya {len(answer.line)} huruf; harus 4 sampai 200.")
    if any(answer.line.lower() == contact.name.lower() for contact in answer.knowledge.contacts.values()):
        return Again(f"{answer.line} sudah ada. Cari dengan /ubah kontak {answer.line[:40]}")
    text = "Nama pendeknya, seperti dibaca warga? Paling banyak 40 huruf."
    return Ask("new_short", text, (("Sama saja", "same"),) if len(answer.line) <= 40 else (), {"name": answer.line})


def _short(answer: Answer) -> Next:
    short = answer.state["name"] if answer.pressed else answer.line
    if not 2 <= len(short) <= 40:
        return Again(f"Namanya {len(short)} huruf; harus 2 sampai 40.")
    return Ask("new_english", "Namanya dalam bahasa Inggris?", (("Sama saja", "same"),), {"short": short})


def _english(answer: Answer) -> Next:
    english = answer.state["name"] if answer.pressed else answer.line
    if not 2 <= len(english) <= 200:
        return Again(f"Namanya {len(english)} huruf; harus 2 sampai 200.")
    choices = (("Seluruh Indonesia", "national"), ("Kalimantan Tengah", "kalteng"))
    return Ask("new_area", "Untuk wilayah mana? Tekan, atau tulis nama negaranya.", choices, {"english": english})


def _area(answer: Answer) -> Next:
    area = answer.text
    if not answer.pressed:
        country = country_named(answer.knowledge, answer.text)
        if isinstance(country, Again):
            return country
        area = "national" if country.code == "ID" else country.code
    choices = tuple((name[:21].capitalize(), key) for key, name in SERVES.items())
    text = "Untuk apa? Tekan satu, atau tulis beberapa nomor, misalnya: 1, 3"
    return Ask("new_serves", text, choices, {"area": area})


def _serves(answer: Answer) -> Next:
    known = list(SERVES)
    if answer.pressed:
        chosen = [answer.text]
    else:
        numbers = [int(number) for number in re.findall(r"\d+", answer.text)]
        chosen = [known[number - 1] for number in dict.fromkeys(numbers) if 1 <= number <= len(known)]
    if not chosen or any(one not in known for one in chosen):
        return Again("Tekan salah satu tombolnya, atau tulis nomornya.")
    return Ask("new_type", "Cara menghubungi yang utama?", type_choices(), {"serves": chosen})


def _type(answer: Answer) -> Next:
    return ask_value("new_value", answer)


def _value(answer: Answer) -> Next:
    found = written(answer.state["type"], answer.text, answer.state["area"], answer.knowledge)
    if isinstance(found, Again):
        return found
    owner = next((contact for contact in answer.knowledge.contacts.values()
                  if any(one.value == found.value and one.type == answer.state["type"] for one in contact.channels)), None)  # fmt: skip
    if owner is not None:
        return Again(f"{found.value} sudah tercatat untuk {owner.short_name}.")
    return ask_sure("new_sure", {"value": found.value, "dialled": found.dialled})


def _sure(answer: Answer) -> Next:
    if not answer.pressed:
        return Again("Pilih salah satu tombolnya, ya.")
    return ask_source("", {"confidence": answer.text}, needs_url=True)


def new_contact(answer: Answer) -> Next:
    """The new contact, once its source is known."""
    state, said = answer.state, source_of(answer)
    name = slug(state["short"], answer.knowledge.contacts.keys())
    path = f"contacts/{name}.yaml"
    here = ["    only_in_indonesia: true"] * only_in_indonesia(state["type"], state["value"], state["area"])
    dialled = [f"    dialled: {quoted(state['dialled'])}"] if state["dialled"] else []
    lines = [
        "# yaml-language-server: $schema=../schema/contact.json",
        f"id: {name}", f"name: {quoted(state['name'])}", f"name_en: {quoted(state['english'])}",
        f"short_name: {quoted(state['short'])}", f"serves: [{', '.join(state['serves'])}]", f"area: {state['area']}",
        "channels:", f"  - type: {state['type']}", f"    value: {quoted(state['value'])}", *dialled,
        f"    confidence: {state['confidence']}", *here, f"confidence: {state['confidence']}",
        f"checked_on: {answer.today.isoformat()}", "evidence:",
        *(f"  {'- ' if key == 'url' else '  '}{key}: {quoted(value)}" for key, value in evidence_of(said).items()),
    ]  # fmt: skip

    def files(live: Texts) -> dict[str, str | None]:
        if path in live:
            raise Gone
        return {path: "\n".join(lines) + "\n"}

    told = f"Kontak baru: {state['short']}, {TYPES[state['type']]} {state['value']}"
    return Write(files, f"📝 {told}\nSumber: {said.shown}", f"{told}. {said.shown}")


NEW_STEPS: dict[str, Step] = {
    "new_name": _name, "new_full": _full, "new_short": _short, "new_english": _english, "new_area": _area,
    "new_serves": _serves, "new_type": _type, "new_value": _value, "new_sure": _sure,
}  # fmt: skip
"""The steps by name; a source is asked for in steps of their own."""
