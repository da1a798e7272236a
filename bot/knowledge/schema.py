"""The shape of every knowledge file; JSON Schema for editors is generated from these models.

Every scalar arrives as text and is typed here, so `no` stays a word and `0712` keeps its zero. This file holds
what officers write most: rules, contacts and examples; `fields` and `reference` hold the rest.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from bot.knowledge.fields import (
    AREA_PATTERN,
    ChannelType,
    Confidence,
    Country,
    Element,
    Group,
    Identifier,
    IsoDate,
    Kind,
    Level,
    Line,
    Model,
    Note,
    Paragraph,
    Part,
    Phrase,
    Serves,
    Severity,
    Slug,
    Source,
    Status,
    Title,
    Url,
    Words,
)
from bot.knowledge.reference import (
    CountryFacts,
    OrdinaryWordsFile,
    Place,
    PlacesFile,
    Policy,
    RepliesFile,
    SeverityMeaning,
    Statement,
    TypicalWage,
    WagesFile,
    WordsFile,
)

__all__ = [
    "Channel", "ChannelType", "Confidence", "Contact", "Country", "CountryFacts", "DoNotUse", "DoNotUseFile",
    "Element", "EnglishRule", "Evidence", "ExampleMessage", "ExamplesFile", "Group", "Identifier", "Kind", "KindCue",
    "Level", "Line", "Marker", "Model", "MustMatch", "MustNotMatch", "OrdinaryWordsFile", "Paragraph", "Part",
    "Place", "PlacesFile", "Policy", "RedFlag", "RepliesFile", "Rule", "RuleExamples", "Serves", "Severity",
    "SeverityMeaning", "Slug", "Source", "Statement", "Status", "TypicalWage", "WagesFile", "Words", "WordsFile",
]  # fmt: skip


class MustMatch(Model):
    """A message in which the rule must be found, and the exact words it must quote."""

    text: Annotated[str, Field(min_length=3)] = Field(description="Pesan seperti yang ditulis orang.")
    quote: Annotated[str, Field(min_length=1)] = Field(
        description="Kata-kata yang harus dikutip, persis seperti di text, dari kata pertama sampai terakhir."
    )


class MustNotMatch(Model):
    """A near miss in which the rule must stay silent, with the reason."""

    text: Annotated[str, Field(min_length=3)] = Field(description="Pesan yang mirip tetapi bukan tanda ini.")
    why: Line = Field(description="Kenapa pesan ini bukan tanda ini.")


class RuleExamples(Model):
    """The proof a rule carries."""

    must_match: Annotated[list[MustMatch], Field(min_length=3)] = Field(
        description="Paling sedikit 3 pesan yang harus ketahuan; sertakan bahasa obrolan, salah ketik, bahasa daerah."
    )
    must_not_match: Annotated[list[MustNotMatch], Field(min_length=2)] = Field(
        description="Paling sedikit 2 pesan mirip yang tidak boleh kena, dengan alasannya."
    )
    known_gaps: list[MustNotMatch] = Field([], description="Pesan yang seharusnya kena tetapi hari ini belum.")


class Rule(Model):
    """What red flags, markers and kind cues have in common."""

    id: Identifier = Field(description="Sama dengan nama berkas tanpa .yaml.")
    title: Title = Field(description="Satu kalimat yang jelas berdiri sendiri; paling banyak 60 huruf bila active.")
    status: Status = Field(
        description="draft = dihitung diam-diam; active = dipakai menjawab; retired = arsip, tidak dipakai."
    )
    words: Words = Field({}, description="Daftar kata khusus aturan ini; dipanggil di frasa dengan {nama}.")
    phrases: Annotated[list[Phrase], Field(min_length=1)] = Field(
        description="Salah satu cukup. (a|b) = salah satu; [x] = boleh tidak ada; {daftar}; ... = beberapa kata; "
        "kata~ = semua bentuk kata kerja; =kata = persis."
    )
    unless: list[Phrase] = Field([], description="Frasa yang membatalkan temuan yang bertumpuk dengannya.")
    examples: RuleExamples = Field(description="Bukti bahwa aturan ini bekerja.")


class EnglishRule(Model):
    """The same words for people who write English."""

    title: Title = Field(description="title dalam bahasa Inggris.")
    explanation: Paragraph = Field(description="explanation dalam bahasa Inggris.")
    advice: list[Line] = Field([], description="advice dalam bahasa Inggris.")
    ask: Line | None = Field(None, description="ask dalam bahasa Inggris.")


class RedFlag(Rule):
    """One sign of trafficking or illegal placement."""

    severity: Severity = Field(
        description="critical = satu ini saja berbahaya; high = sangat mencurigakan; medium = perlu waspada; "
        "low = hanya berarti bersama tanda lain. Bobotnya di policy.yaml."
    )
    part: Part = Field(
        description="Bagian tawaran: company = perusahaan; contact = perekrut; vacancy = lowongan; contract = kontrak; "
        "visa_route = visa dan rute; payment = biaya dan gaji; pressure = tekanan."
    )
    group: Group = Field(description="Kelompok tanda bahaya.")
    element: Element = Field(
        description="Unsur TPPO: act = perbuatan (merekrut, mengirim); means = cara (menipu, menahan, menjerat utang); "
        "purpose = tujuan (eksploitasi)."
    )
    indicator: Line = Field(description="Indikator ILO atau UNODC yang cocok.")
    covers: list[Identifier] = Field([], description="id tanda bahaya dari daftar fakta yang dicakup aturan ini.")
    explanation: Paragraph = Field(description="Apa yang diminta pesan itu dan kenapa berbahaya; 1–3 kalimat pendek.")
    advice: Annotated[list[Line], Field(min_length=1, max_length=4)] = Field(
        description="Satu sampai empat hal yang bisa dilakukan sekarang."
    )
    ask: Line | None = Field(None, description="Pertanyaan sopan untuk dikirim balik ke perekrut.")
    contacts: list[Slug] = Field([], description="id kontak resmi dari folder contacts.")
    sources: Annotated[list[Source], Field(min_length=1)] = Field(description="Dari mana pernyataan ini diambil.")
    english: EnglishRule = Field(description="Kalimat yang sama dalam bahasa Inggris.")


class Marker(Rule):
    """One sign of a lawful path that a person can check."""

    part: Part = Field(description="Bagian tawaran yang dijelaskan petunjuk ini.")
    strength: Literal["strong", "weak"] = Field(description="strong = bisa dicek sendiri; weak = mudah ditiru penipu.")
    explanation: Paragraph = Field(description="Kenapa ini petunjuk jalur resmi; tetap belum berarti terbukti.")
    check: Line = Field(description="Cara warga mengeceknya sendiri.")
    sources: Annotated[list[Source], Field(min_length=1)] = Field(description="Dari mana pernyataan ini diambil.")
    english: EnglishRule = Field(description="Kalimat yang sama dalam bahasa Inggris.")


class KindCue(Rule):
    """Words by which the kind of a message is known; weights of one kind add up."""

    kind: Kind = Field(
        description="offer = tawaran; question = pertanyaan; emergency = darurat; warning = memperingatkan orang lain; "
        "other = lainnya."
    )
    weight: Annotated[int, Field(ge=1, le=100)] = Field(description="Bobot 1–100; bobot satu jenis dijumlahkan.")


class Channel(Model):
    """One way to reach a contact."""

    type: ChannelType = Field(description="Cara menghubungi: phone, whatsapp, web, email, sms, address, social.")
    value: Annotated[str, Field(min_length=2, max_length=300)] = Field(
        description="Nomor dengan +62…, nomor pendek, alamat situs, surel atau alamat."
    )
    dialled: Note | None = Field(None, description="Cara memutar nomor di tempat, misalnya 0811 8080 141.")
    label: Note | None = Field(None, description="Keterangan singkat untuk warga.")
    label_en: Note | None = Field(None, description="Keterangan singkat dalam bahasa Inggris.")
    confidence: Literal["high", "medium"] = Field(
        description="high = ditunjukkan apa adanya; medium = dengan kata 'belum dicek ulang'; "
        "di bawah itu jangan ditulis."
    )
    only_in_indonesia: bool = Field(False, description="true bila hanya bisa dihubungi dari dalam Indonesia.")


class Evidence(Model):
    """Who said so, where, and when."""

    url: Url = Field(description="Alamat lengkap halaman yang menyebutnya.")
    said: Line = Field(description="Apa yang dikatakan halaman itu.")
    date: Line = Field(description="Tanggal halaman itu.")


class Contact(Model):
    """An official place to ask or report."""

    id: Slug = Field(description="Sama dengan nama berkas tanpa .yaml.")
    name: Line = Field(description="Nama lengkap lembaga.")
    name_en: Line = Field(description="Nama lembaga dalam bahasa Inggris.")
    short_name: Annotated[str, Field(min_length=2, max_length=40)] = Field(description="Nama pendek untuk jawaban.")
    serves: Annotated[list[Serves], Field(min_length=1)] = Field(
        description="report = lapor; verify = cek resmi; emergency = darurat; abroad = di luar negeri; "
        "women_children = perempuan dan anak; witness_protection = saksi dan korban; money_fraud = penipuan uang."
    )
    area: Annotated[str, Field(pattern=AREA_PATTERN)] = Field(description="national, kalteng, atau kode negara.")
    channels: Annotated[list[Channel], Field(min_length=1)] = Field(description="Cara menghubungi, yang utama dulu.")
    hours: Note | None = Field(None, description="Jam layanan.")
    confidence: Literal["high", "medium"] = Field(description="Keyakinan untuk kontak ini; ikut saluran utamanya.")
    checked_on: IsoDate = Field(description="Hari kontak ini terakhir dicek, ditulis 2026-11-24.")
    evidence: Annotated[list[Evidence], Field(min_length=1)] = Field(description="Bukti bahwa kontak ini benar.")
    notes: Note | None = Field(None, description="Catatan untuk petugas; tidak ditunjukkan ke warga.")


class DoNotUse(Model):
    """A number or site that must never be shown."""

    value: Annotated[str, Field(min_length=2, max_length=300)] = Field(description="Satu nomor, situs atau surel.")
    why: Line = Field(description="Kenapa tidak boleh dipakai.")


class DoNotUseFile(Model):
    """contacts/do_not_use.yaml"""

    do_not_use: list[DoNotUse] = Field(description="Nomor dan situs yang tidak boleh ditunjukkan ke warga.")


class ExampleMessage(Model):
    """A whole message and what a careful officer would say of it."""

    text: Annotated[str, Field(min_length=2)] = Field(description="Seluruh pesan.")
    kind: Kind = Field(description="Jenis pesan: offer, question, emergency, warning atau other.")
    level: Level | None = Field(None, description="Tingkat yang diharapkan: emergency, danger, caution atau no_signs.")
    flags: list[Identifier] = Field([], description="id tanda bahaya yang harus ditemukan.")
    note: Note | None = Field(None, description="Catatan untuk petugas.")


class ExamplesFile(Model):
    """examples/*.yaml: whole messages, and ordinary lines in which no rule above low may match."""

    role: Literal["proof", "training", "test"] = Field(
        "proof",
        description="proof: harus selalu benar. training: bahan belajar pembaca contoh. test: hanya untuk mengukur.",
    )
    messages: list[ExampleMessage] = Field([], description="Pesan utuh dengan hasil yang diharapkan.")
    ordinary_kind: Kind | None = Field(
        default=None, description="Jenis baris di 'ordinary', supaya pembaca contoh ikut belajar darinya; kosong: tidak."
    )
    ordinary: list[Annotated[str, Field(min_length=1)]] = Field(
        [], description="Obrolan biasa; di sini tidak boleh ada tanda di atas low."
    )
