"""What rules lean on: words, places, wages, the policy and the sentences of the bot, one model per file."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from bot.knowledge.fields import (
    CURRENCY_PATTERN,
    DIAL_PATTERN,
    JOB_PATTERN,
    RATE_PATTERN,
    REPLY_KEY_PATTERN,
    Country,
    Entries,
    Entry,
    Identifier,
    Kind,
    Level,
    Line,
    Model,
    Severity,
    Slug,
    Source,
    Words,
)

Reply = Annotated[str, Field(min_length=1, max_length=4000)]
"""One sentence of the bot; Telegram takes 4,096 characters (core.telegram.org/bots/api#sendmessage, 2026-11-24)."""


class WordsFile(Model):
    """words.yaml: how people write, and lists that phrases may name."""

    spellings: dict[Entry, Entries] = Field(
        description="Kata baku, lalu cara orang menulisnya di obrolan dan bahasa daerah: tidak: [gak, ora, kada]."
    )
    lists: Words = Field(description="Daftar kata yang bisa dipanggil di frasa dengan kurung kurawal: {dokumen}.")


class OrdinaryWordsFile(Model):
    """ordinary_words.yaml: common words that are never a misspelling of another, separated by spaces."""

    words: str = Field(description="Kata sehari-hari yang bukan salah ketik dari kata lain; pisahkan dengan spasi.")


class Place(Model):
    """A country, or a town, port or crossing within one."""

    names: Entries = Field(description="Nama tempat dan cara orang menulisnya.")
    country: Country = Field(description="Kode negara dua huruf besar, misalnya KH.")
    scam_hub: bool = Field(False, description="true bila tempat ini dikenal sebagai pusat penipuan daring.")
    crossing: bool = Field(False, description="true bila tempat ini pelabuhan atau perlintasan ke luar negeri.")


class CountryFacts(Model):
    """A country as the rules see it."""

    code: Country = Field(description="Kode negara dua huruf besar, misalnya MY.")
    name: Line = Field(description="Nama negara dalam bahasa Indonesia.")
    name_en: Line = Field(description="Nama negara dalam bahasa Inggris.")
    names: Entries = Field(description="Cara orang menyebut negara ini.")
    dial_code: Annotated[str, Field(pattern=DIAL_PATTERN)] = Field(description="Kode telepon tanpa +, misalnya 60.")
    currency: Annotated[str, Field(pattern=CURRENCY_PATTERN)] = Field(description="Kode mata uang, misalnya MYR.")
    status: Literal["home", "closed", "conflict", "restricted", "open", "unknown"] = Field(
        description="home = Indonesia; closed = penempatan ditutup; conflict = perang; restricted = dibatasi; "
        "open = dibuka; unknown = belum jelas."
    )
    status_source: Source | None = Field(None, description="Sumber yang menyatakan status itu.")


class PlacesFile(Model):
    """places.yaml"""

    countries: Annotated[list[CountryFacts], Field(min_length=1)] = Field(description="Negara, masing-masing sekali.")
    places: list[Place] = Field(description="Kota, pelabuhan dan perlintasan.")


class TypicalWage(Model):
    """What work there usually pays, in rupiah a month."""

    country: Country = Field(description="Kode negara dua huruf besar.")
    job: Annotated[str, Field(pattern=JOB_PATTERN)] = Field(description="Salah satu nama di bagian jobs.")
    low: Annotated[int, Field(ge=100_000)] = Field(description="Gaji biasa terendah, rupiah sebulan, tanpa titik.")
    high: Annotated[int, Field(ge=100_000)] = Field(description="Gaji biasa tertinggi, rupiah sebulan, tanpa titik.")
    said: Line = Field(description="Apa tepatnya yang dikatakan sumber.")
    volatile: bool = Field(description="true bila angka ini sering berubah.")
    source: Source = Field(description="Dari mana angka ini.")


class WagesFile(Model):
    """wages.yaml: typical pay by country and job, and rough exchange rates."""

    rupiah_per: dict[Annotated[str, Field(pattern=RATE_PATTERN)], Annotated[float, Field(gt=0)]] = Field(
        description="Kira-kira berapa rupiah untuk satu satuan mata uang, misalnya MYR: 3900."
    )
    rates_source: Source = Field(description="Sumber kurs.")
    jobs: Words = Field(description="Nama pekerjaan, lalu cara orang menyebutnya.")
    skilled: list[str] = Field(description="Nama dari jobs yang menuntut keahlian; gaji tinggi di sini wajar.")
    typical: list[TypicalWage] = Field(description="Gaji biasa per negara dan pekerjaan.")


class SeverityMeaning(Model):
    """What one match of a severity means and weighs."""

    points: Annotated[int, Field(ge=0, le=100)] = Field(description="Bobot satu temuan, 0–100; besar = gawat.")
    meaning: Line = Field(description="Arti tingkat ini bagi orang yang menerima tawaran.")


class Statement(Model):
    """Something a lawful offer abroad states and a person can ask for."""

    id: Identifier = Field(description="Nama pendek, huruf kecil dan garis bawah.")
    text: Line = Field(description="Yang belum disebut, satu frasa: 'nama P3MI dan nomor izinnya'.")
    text_en: Line = Field(description="Sama, dalam bahasa Inggris.")
    ask: Line = Field(description="Pertanyaan sopan kepada perekrut.")
    ask_en: Line = Field(description="Sama, dalam bahasa Inggris.")
    shown_by: Annotated[list[Identifier], Field(min_length=1, description="Id petunjuk resmi yang memenuhinya.")]


Chance = Annotated[float, Field(ge=0, le=1)]


class ExampleReaderPolicy(Model):
    """How far the example reader is trusted; all are probabilities between 0 and 1."""

    emergency_from: Chance = Field(description="Mulai yakin segini, pesan dianggap DARURAT meski tanpa ciri yang kena.")
    emergency_considerable: Chance = Field(
        description="Mulai segini, pesan tidak dijawab sebagai obrolan atau BELUM ADA TANDA, tetapi sebagai DARURAT."
    )
    risky_considerable: Chance = Field(
        default=1.0,
        description="Mulai segini, pesan yang lebih panjang dari short_words tidak dijawab sebagai obrolan, tetapi sebagai "
        "tawaran yang perlu dicek.",
    )
    emergency_doubted: Chance = Field(
        description="Di bawah segini, ciri darurat yang kena dianggap kutipan atau cerita, bukan DARURAT."
    )
    cry_from: Annotated[int, Field(ge=0)] = Field(
        default=80, description="Mulai bobot ciri darurat segini, pesan yang terbaca sebagai obrolan tetap bisa DARURAT."
    )
    cry_doubted: Chance = Field(
        default=0.05, description="Di bawah peluang darurat segini, ciri sekeras itu pun tetap dijawab sebagai obrolan."
    )
    short_words: Annotated[int, Field(ge=0)] = Field(
        description="Dalam pesan yang paling banyak sekian kata, ciri darurat tidak diragukan: terlalu sedikit yang terbaca."
    )
    short_emergency_from: Annotated[int, Field(ge=1)] = Field(
        description="Bobot ciri darurat mulai berapa pesan sependek itu DARURAT."
    )
    mute_from: Chance = Field(
        description="Mulai yakin segini bahwa ini peringatan, pertanyaan atau obrolan, tandanya tidak dihitung."
    )
    caution_from: Chance = Field(description="Mulai segini mirip tawaran berisiko, tingkatnya paling sedikit WASPADA.")
    danger_from: Chance = Field(
        description="Mulai segini mirip tawaran berbahaya, dan ada tanda atau fakta yang jelas, tingkatnya BAHAYA."
    )
    danger_alone_from: Chance = Field(
        default=0.5,
        description="Mulai yakin segini bahwa pesan tawaran berbahaya, tingkatnya BAHAYA meski tak ada tanda atau fakta "
        "yang jelas.",
    )
    spare_from: Chance = Field(
        description="Mulai yakin segini bahwa tawaran resmi, dan ada petunjuk resmi, tanda yang bukan critical tidak "
        "membuatnya BAHAYA, hanya WASPADA."
    )
    proven_from: Chance = Field(
        description="Mulai yakin segini bahwa tawaran menyebut jalur resmi yang bisa dicek, tawaran ke luar negeri "
        "tanpa petunjuk resmi yang dikenal tidak otomatis WASPADA."
    )
    sentences_below: Chance = Field(
        description="Bila pembaca contoh tidak seyakin ini, pembaca kalimat (bila dipasang) ikut ditanya."
    )
    suggest_from: Chance = Field(description="Mulai segini sebuah tanda disebut 'mirip …' meski frasanya tidak kena.")


class Policy(Model):
    """policy.yaml: how readings become a level; written for officers to read."""

    severities: dict[Severity, SeverityMeaning] = Field(description="Arti dan bobot critical, high, medium, low.")
    danger_from: Annotated[int, Field(ge=1)] = Field(description="Jumlah bobot yang berarti BAHAYA.")
    caution_from: Annotated[int, Field(ge=1)] = Field(description="Jumlah bobot yang berarti WASPADA.")
    relief_per_strong_marker: Annotated[int, Field(ge=0)] = Field(description="Pengurang per petunjuk resmi kuat.")
    relief_per_weak_marker: Annotated[int, Field(ge=0)] = Field(description="Pengurang per petunjuk resmi lemah.")
    relief_at_most: Annotated[int, Field(ge=0)] = Field(description="Pengurang paling banyak seluruhnya.")
    unproven_offer_level: Level = Field(description="Tingkat untuk tawaran tanpa satu pun petunjuk resmi.")
    kind_from: dict[Kind, Annotated[int, Field(ge=1)]] = Field(description="Bobot mulai jenis pesan itu dipercaya.")
    example_reader: ExampleReaderPolicy = Field(description="Seberapa jauh pembaca contoh dipercaya.")
    reasons_shown: Annotated[int, Field(ge=1, le=5)] = Field(description="Banyaknya alasan di jawaban pertama.")
    first_answer_bytes: Annotated[int, Field(ge=300)] = Field(description="Panjang jawaban pertama, dalam bita.")
    longest_message: Annotated[int, Field(ge=1000)] = Field(description="Panjang pesan yang dibaca, dalam huruf.")
    default_contact: Slug = Field(description="id kontak yang ditunjukkan bila aturan tidak menyebut kontak.")
    emergency_contact_home: Slug = Field(description="id kontak darurat untuk orang di Indonesia.")
    emergency_contact_abroad: Slug = Field(description="id kontak darurat untuk orang di luar negeri.")
    women_children_contact: Slug = Field(description="id kontak untuk perempuan dan anak.")
    lawful_offer_states: Annotated[list[Statement], Field(description="Yang disebut tawaran resmi ke luar negeri.")]
    area_contacts: list[Slug] = Field(description="id kontak kantor terdekat, urut dari yang diutamakan.")
    contact_check_months: Annotated[int, Field(ge=1)] = Field(description="Kontak dicek ulang tiap berapa bulan.")
    memory_hours: Annotated[int, Field(ge=1, le=72)] = Field(description="Berapa jam percakapan diingat.")


class RepliesFile(Model):
    """replies/<language>.yaml: every sentence the bot can say, by key; {names} are filled in."""

    replies: dict[Annotated[str, Field(pattern=REPLY_KEY_PATTERN)], Reply] = Field(
        description="Kunci, lalu kalimatnya. {nama} diisi bot; jangan diubah atau diterjemahkan."
    )
