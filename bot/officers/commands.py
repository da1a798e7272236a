"""What an officer can type, by role; every room adds its own lines here. Nobody else is shown any of it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.officers.officer import Officer, Role


@dataclass(frozen=True, slots=True)
class Command:
    """One thing that can be typed."""

    role: Role
    """From which role on."""
    typed: str
    """As it is typed."""
    does: str
    """What it does, in Indonesian."""


COMMANDS = (
    Command("petugas", "/petugas", "siapa Anda dan apa yang bisa diketik"),
    Command("petugas", "/jaga mulai", "mulai jaga: kabar darurat langsung ke Anda"),
    Command("petugas", "/jaga selesai", "selesai jaga"),
    Command("petugas", "/kasus", "laporan yang menunggu; /kasus NOMOR: satu laporan"),
    Command("petugas", "/statistik", "angka laporan"),
    Command("petugas", "/usul", "ajarkan tanda baru dari sebuah pesan; /usul ID: tambah frasa pada yang ada"),
    Command("petugas", "/ubah", "ubah kontak, kata, tempat, kalimat bot, atau jalur resmi"),
    Command("petugas", "/usulan", "usulan yang menunggu"),
    Command("petugas", "/aturan", "cari aturan; /aturan ID, /aturan sepi, /aturan meleset"),
    Command("petugas", "/revisi", "riwayat terbitan"),
    Command("petugas", "/salah", "pesan yang salah terbaca jadi pelajaran"),
    Command("petugas", "/pelajaran", "kerjakan pelajaran yang menunggu"),
    Command("petugas", "/kontak cek", "cek ulang kontak yang sudah lama"),
    Command("petugas", "/petugas keluar", "berhenti menjadi petugas"),
    Command("penyunting", "/batalkan", "kembalikan terbitan sebelumnya"),
    Command("pengelola", "/petugas daftar", "semua petugas, nomornya, dan undangan yang belum dipakai"),
    Command("pengelola", "/petugas undang PERAN kantor; wilayah", "buat kode undangan sekali pakai"),
    Command("pengelola", "/petugas peran NOMOR PERAN", "ganti peran seorang petugas"),
    Command("pengelola", "/petugas cabut NOMOR", "cabut akses seorang petugas"),
    Command("pengelola", "/kelompok_petugas", "ditulis di kelompok Telegram: laporan baru masuk ke sana; di sini: daftarnya"),
)

_ALSO = ("/ambil", "/lepas", "/jawab", "/tanya", "/teruskan", "/tutup", "/bantuan_kasus")
_EVERYBODYS = frozenset({"/kontak"})
WORDS = frozenset(one.typed.split()[0] for one in COMMANDS).union(_ALSO) - _EVERYBODYS
"""First words of all that only officers can type."""


def commands_of(officer: Officer) -> str:
    """What this officer can type, a line each."""
    return "\n".join(f"{one.typed}: {one.does}" for one in COMMANDS if officer.may(one.role))
