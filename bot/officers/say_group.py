"""What is said of officers' groups, in them and to who looks after them."""

from __future__ import annotations

from collections.abc import Sequence

from bot.officers.groups import Group

FOR_OFFICERS = "Tombol ini untuk petugas."
GO_PRIVATE = "Buka obrolan pribadi dengan saya untuk itu, ya."
IN_PRIVATE = "Lanjut di obrolan pribadi dengan saya, ya."
UNBLOCK = "Saya belum bisa menulis ke obrolan pribadi Anda. Buka obrolan pribadi dengan saya, ketuk Mulai, lalu ketuk lagi di sini."
HOW_TO_NAME_AREAS = (
    "Tulis wilayahnya dengan koma, misalnya: /kelompok_petugas Barito Utara, Kapuas. Paling banyak 20 wilayah, masing-masing"
    " 60 huruf. Tanpa wilayah berarti semua."
)
NO_GROUP = "Itu bukan kelompok petugas sekarang. Lihat daftarnya: /kelompok_petugas di obrolan pribadi."
ENDED = "Kelompok ini bukan kelompok petugas lagi. Laporan baru tidak masuk ke sini."


def made(group: Group) -> str:
    """For the group, also when its areas change."""
    return (
        f"✅ Kelompok ini sekarang kelompok petugas nomor {group.id}, wilayah: {_areas(group)}. Laporan baru masuk ke sini,"
        " nomor pribadi disamarkan.\n"
        "Semua anggota bisa membacanya, jadi pastikan isinya hanya petugas. Menjawab pelapor tetap di obrolan pribadi"
        " dengan saya.\nBerhenti: /kelompok_petugas lepas"
    )


def listed(groups: Sequence[Group]) -> str:
    """For a pengelola: every group, how to end one and how to make one."""
    how = (
        "Membuat: undang saya ke kelompok Telegram petugas, lalu tulis di sana /kelompok_petugas (sebut nama saya kalau saya"
        " diam: /kelompok_petugas@nama_bot), boleh dengan wilayah: /kelompok_petugas Barito Utara, Kapuas."
    )
    end = "Melepas: /kelompok_petugas lepas NOMOR, atau /kelompok_petugas lepas di kelompoknya."
    return "\n".join([*lines(groups), *([end] if groups else []), how])


def lines(groups: Sequence[Group]) -> list[str]:
    """One line on each group."""
    if not groups:
        return ["Belum ada kelompok petugas."]
    return [f"{len(groups)} kelompok petugas:", *(f"{one.id}. wilayah: {_areas(one)}" for one in groups)]


def ended(group: Group) -> str:
    """For who ended it from elsewhere."""
    return f"Kelompok petugas nomor {group.id} dilepas. Laporan baru tidak masuk ke sana lagi."


def lost(group: Group) -> str:
    """For every pengelola."""
    return (
        f"⚠️ Saya tidak bisa menulis lagi di kelompok petugas nomor {group.id} (wilayah: {_areas(group)}), jadi kelompok itu"
        " saya lepas. Laporan baru kembali ke obrolan pribadi petugas.\n"
        "Kalau itu keliru: undang saya lagi, lalu tulis /kelompok_petugas di sana."
    )


def _areas(group: Group) -> str:
    return ", ".join(group.areas) or "semua"
