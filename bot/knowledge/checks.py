"""What must hold across files: names that exist, words that mean one thing, replies in both languages."""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping
from typing import get_args

from bot.knowledge.content import Draft
from bot.knowledge.fields import COMPULSORY_LISTS, Kind, Severity
from bot.knowledge.layout import LANGUAGES
from bot.knowledge.pathway_checks import check_pathways
from bot.knowledge.problems import KnowledgeProblem, listed, meant
from bot.knowledge.rule_checks import check_rules, contact_exists, fact_names_as_lists
from bot.knowledge.schema import Contact, Policy
from bot.knowledge.shown_checks import check_shown
from bot.knowledge.yaml_nodes import Steps


def check_all(draft: Draft) -> list[KnowledgeProblem]:
    """All problems that no file shows alone; parts that could not be read are passed over, not reported again."""
    checks = (
        check_rules,
        check_pathways,
        check_shown,
        _contacts,
        _policy,
        _words,
        _places,
        _wages,
        _replies,
        _examples,
    )
    return [problem for check in checks for problem in check(draft)]


def _contacts(draft: Draft) -> Iterator[KnowledgeProblem]:
    for contact in draft.contacts.values():
        if contact.confidence == "high" and all(channel.confidence != "high" for channel in contact.channels):
            advice = "Tulis medium, atau naikkan saluran yang buktinya kuat."
            place: Steps = ("contacts", contact.id, "confidence")
            yield draft.locations.problem(place, "kontak high tanpa satu pun saluran high", advice)
        if contact.area not in ("national", "kalteng"):
            yield from _country(draft, ("contacts", contact.id, "area"), contact.area)


def _country(draft: Draft, place: Steps, code: str) -> Iterator[KnowledgeProblem]:
    codes = [country.code for country in draft.places.countries] if draft.places else [code]
    if code not in codes:
        advice = f"Tambahkan negara itu di sana, atau pakai yang ada: {listed(codes, most=40)}."
        yield draft.locations.problem(place, f'negara "{code}" tidak ada di places.yaml', advice)


def _policy(draft: Draft) -> Iterator[KnowledgeProblem]:
    policy = draft.policy
    if policy is None:
        return
    for key in ("default_contact", "emergency_contact_home", "emergency_contact_abroad", "women_children_contact"):
        yield from contact_exists(draft, ("policy", key), getattr(policy, key))
    for index, contact in enumerate(policy.area_contacts):
        yield from contact_exists(draft, ("policy", "area_contacts", index), contact)
    yield from _statements(draft, policy)
    if policy.caution_from >= policy.danger_from:
        message = f"caution_from ({policy.caution_from}) harus di bawah danger_from ({policy.danger_from})"
        yield draft.locations.problem(("policy", "caution_from"), message, "WASPADA datang sebelum BAHAYA.")
    for severity in get_args(Severity):
        if severity not in policy.severities:
            advice = f'Tambahkan "{severity}:" dengan points dan meaning.'
            yield draft.locations.problem(("policy", "severities"), f'"{severity}" belum dijelaskan', advice)
    for kind in get_args(Kind):
        if kind not in policy.kind_from:
            advice = f'Tambahkan "{kind}: 50", atau bobot lain.'
            yield draft.locations.problem(("policy", "kind_from"), f'jenis "{kind}" belum punya bobot', advice)
    yield from _emergency_abroad(draft, policy)


def _statements(draft: Draft, policy: Policy) -> Iterator[KnowledgeProblem]:
    markers = draft.names.get("markers", set())
    for number, statement in enumerate(policy.lawful_offer_states):
        for index, marker in enumerate(statement.shown_by):
            if marker not in markers:
                place: Steps = ("policy", "lawful_offer_states", number, "shown_by", index)
                advice = meant(marker, sorted(markers)) or "Tulis nama berkas di folder markers, tanpa .yaml."
                yield draft.locations.problem(place, f'petunjuk resmi "{marker}" tidak ada', advice)


def _emergency_abroad(draft: Draft, policy: Policy) -> Iterator[KnowledgeProblem]:
    contact = draft.contacts.get(policy.emergency_contact_abroad)
    if contact and not _reachable_abroad(contact):
        message = f'kontak "{contact.id}" tidak punya telepon atau WhatsApp yang bisa dihubungi dari luar negeri'
        advice = "Pilih kontak dengan nomor tanpa only_in_indonesia."
        yield draft.locations.problem(("policy", "emergency_contact_abroad"), message, advice)


def _reachable_abroad(contact: Contact) -> bool:
    return any(channel.type in ("phone", "whatsapp") and not channel.only_in_indonesia for channel in contact.channels)


def _words(draft: Draft) -> Iterator[KnowledgeProblem]:
    if draft.words is None:
        return
    yield from fact_names_as_lists(draft, ("words", "lists"), draft.words.lists)
    for name in sorted(COMPULSORY_LISTS - draft.words.lists.keys()):
        advice = f"Tambahkan. {meant(name, draft.words.lists)}".strip()
        yield draft.locations.problem(("words", "lists"), f'daftar "{name}" wajib ada', advice)
    for word, variants in draft.words.spellings.items():
        seen: set[str] = set()
        for index, variant in enumerate(variants):
            written = variant.lower()
            if written in seen:  # under another word it may stand again: "tulak" is both pergi and berangkat
                place: Steps = ("words", "spellings", word, index)
                message = f'"{variant}" sudah ditulis untuk "{word}"'
                yield draft.locations.problem(place, message, "Hapus salah satunya.")
            seen.add(written)


def _places(draft: Draft) -> Iterator[KnowledgeProblem]:
    if draft.places is None:
        return
    seen: set[str] = set()
    for index, country in enumerate(draft.places.countries):
        if country.code in seen:
            place: Steps = ("places", "countries", index, "code")
            yield draft.locations.problem(place, f'negara "{country.code}" sudah ada', "Gabung kedua entri itu.")
        seen.add(country.code)
    for index, town in enumerate(draft.places.places):
        yield from _country(draft, ("places", "places", index, "country"), town.country)


def _wages(draft: Draft) -> Iterator[KnowledgeProblem]:
    wages = draft.wages
    if wages is None:
        return
    for index, job in enumerate(wages.skilled):
        yield from _job(draft, ("wages", "skilled", index), job, wages.jobs)
    for index, wage in enumerate(wages.typical):
        place: Steps = ("wages", "typical", index)
        yield from _country(draft, (*place, "country"), wage.country)
        yield from _job(draft, (*place, "job"), wage.job, wages.jobs)
        if wage.low > wage.high:
            yield draft.locations.problem((*place, "low"), "low lebih besar dari high", "Tukar kedua angka itu.")


def _job(draft: Draft, place: Steps, job: str, jobs: Mapping[str, object]) -> Iterator[KnowledgeProblem]:
    if job not in jobs:
        advice = meant(job, jobs) or f"Yang ada: {listed(jobs, most=40)}."
        yield draft.locations.problem(place, f'pekerjaan "{job}" tidak ada di jobs', advice)


def _replies(draft: Draft) -> Iterator[KnowledgeProblem]:
    names: dict[str, dict[str, set[str]]] = {language: {} for language in draft.replies}
    for language, replies in draft.replies.items():
        for key, text in replies.items():
            try:
                names[language][key] = placeholders(text)
            except ValueError:
                message, advice = "tanda { } tidak berpasangan atau berisi lebih dari satu nama", "Tulis {nama} saja."
                yield draft.locations.problem(("replies", language, "replies", key), message, advice)
    if all(language in draft.replies for language in LANGUAGES):
        yield from _same_replies(draft, names)


def _same_replies(draft: Draft, names: dict[str, dict[str, set[str]]]) -> Iterator[KnowledgeProblem]:
    for language, other in (("id", "en"), ("en", "id")):
        for key in draft.replies[other]:
            if key not in draft.replies[language]:
                advice = f"Tambahkan, atau hapus dari {other}.yaml. {meant(key, draft.replies[language])}".strip()
                place: Steps = ("replies", language, "replies")
                yield draft.locations.problem(place, f'kalimat "{key}" belum ada di {language}.yaml', advice)
    for key in names["id"].keys() & names["en"].keys():
        if names["id"][key] != names["en"][key]:
            different = listed(sorted(f"{{{name}}}" for name in names["id"][key] ^ names["en"][key]))
            message = f"isian tidak sama dengan id.yaml: {different}"
            place = ("replies", "en", "replies", key)
            yield draft.locations.problem(place, message, "Pakai isian yang sama di kedua bahasa.")


def placeholders(text: str) -> set[str]:
    """The names in {…} of a reply; raises ValueError for anything but plain names."""
    found = set()
    for _, name, form, conversion in string.Formatter().parse(text):
        if name is None:
            continue
        if not name.isidentifier() or form or conversion:
            raise ValueError(name)
        found.add(name)
    return found


def _examples(draft: Draft) -> Iterator[KnowledgeProblem]:
    names = draft.names.get("red_flags", set())
    for path, file in draft.examples:
        for number, message in enumerate(file.messages):
            for index, flag in enumerate(message.flags):
                place: Steps = ("examples", path, "messages", number, "flags", index)
                if flag not in names:
                    advice = meant(flag, sorted(names)) or "Tulis nama berkas di folder red_flags, tanpa .yaml."
                    yield draft.locations.problem(place, f'tanda bahaya "{flag}" tidak ada', advice)
