"""How the bot introduces itself on Telegram: its menu of commands and the words people see before they write."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Profile:
    """One language of the introduction."""

    language: str
    """Telegram's language code; empty for everybody without a profile of their own."""
    commands: tuple[tuple[str, str], ...]
    """(command without "/", what it does), in the order of the menu."""
    description: str
    """Shown in the empty chat, at most 512 characters."""
    short_description: str
    """Shown on the bot's page and with a shared link, at most 120 characters."""


INDONESIAN = Profile(
    language="",
    commands=(
        ("cek", "Cek tawaran kerja ke luar negeri"),
        ("jalur", "Jalur resmi, paspor, biaya, gaji: pilih topik"),
        ("kontak", "Nomor resmi untuk bertanya dan melapor"),
        ("lapor", "Serahkan pesan ke petugas, kalau Anda setuju"),
        ("laporan_saya", "Laporan Anda dan kapan dijawab petugas"),
        ("bantuan", "Cara memakai bot ini"),
        ("privasi", "Apa yang disimpan dan apa yang tidak"),
        ("data_saya", "Lihat semua data Anda di sini"),
        ("hapus_data", "Hapus semua data Anda di sini"),
        ("bahasa", "Ganti bahasa / change language"),
    ),
    description=(
        "Ditawari kerja ke luar negeri? Cek dulu sebelum berangkat.\n\n"
        "Teruskan atau tempel pesan tawarannya di sini. Saya tunjukkan tanda bahaya yang ada di pesan itu, apa yang"
        " sebaiknya dilakukan, dan nomor resmi yang bisa dihubungi.\n\n"
        "Gratis. Pesan Anda tidak disimpan kecuali Anda yang meminta."
    ),
    short_description="Ditawari kerja ke luar negeri? Teruskan pesannya ke sini, cek dulu sebelum berangkat.",
)

ENGLISH = Profile(
    language="en",
    commands=(
        ("cek", "Check a job offer abroad"),
        ("jalur", "Legal ways, passport, costs, pay: topics"),
        ("kontak", "Official numbers to ask or report"),
        ("lapor", "Hand a message to officers, if you agree"),
        ("laporan_saya", "Your reports, and when officers answer"),
        ("bantuan", "How to use this bot"),
        ("privasi", "What is kept and what is not"),
        ("data_saya", "See all that is kept about you"),
        ("hapus_data", "Erase all that is kept about you"),
        ("bahasa", "Change language / ganti bahasa"),
    ),
    description=(
        "Offered a job abroad? Check before you leave.\n\n"
        "Forward or paste the offer here. I point out the warning signs in it, what to do next, and whom to call.\n\n"
        "Free. Your message is not kept unless you ask for it."
    ),
    short_description="Offered a job abroad? Forward the message here and check before you leave.",
)

PROFILES = (INDONESIAN, ENGLISH)
