"""What officers are told about being officers: short Indonesian sentences, as one colleague speaks to another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta, timezone

from bot.officers.commands import commands_of
from bot.officers.invitations import LONGEST_NAME, Invitation, Post
from bot.officers.officer import Officer, Role
from bot.officers.roster import Outcome

_HERE = timezone(timedelta(hours=7))
"""Western Indonesian time, which Central Kalimantan has."""
_DOES: Mapping[Role, str] = {
    "petugas": "petugas (menangani laporan, mengusulkan aturan)",
    "penyunting": "penyunting (juga menerbitkan aturan)",
    "pengelola": "pengelola (juga mengurus petugas dan pengaturan)",
}
_EXAMPLE = "/petugas undang petugas BP3MI Palangka Raya; Kapuas, Seruyan"

LEFT = (
    "Anda bukan petugas lagi. Terima kasih sudah membantu.\n"
    "Nama dan kantor Anda masih tercatat untuk jejak kerja; hapus dengan /hapus_data."
)
LAST_SELF = (
    "Belum bisa: Anda satu-satunya pengelola, nanti tidak ada yang mengurus petugas."
    " Jadikan orang lain pengelola dulu, lalu coba lagi."
)
ALREADY = "Anda sudah petugas, jadi kode itu tidak dipakai. Peran diganti oleh pengelola: /petugas peran NOMOR PERAN."
ONLY_PENGELOLA = "Itu hanya bisa dilakukan pengelola. Ketik /petugas untuk melihat yang bisa Anda lakukan."
HOW_TO_INVITE = (
    f"Tulis peran, kantor, lalu wilayahnya, misalnya:\n{_EXAMPLE}\n"
    f"Peran: petugas, penyunting, atau pengelola. Tanpa wilayah berarti semua. Paling panjang {LONGEST_NAME} huruf."
)
HOW_TO_REMOVE = "Tulis nomor petugasnya, misalnya: /petugas cabut 3. Nomornya ada di /petugas daftar."
HOW_TO_CHANGE_ROLE = (
    "Tulis nomor dan perannya, misalnya: /petugas peran 3 penyunting. Peran: petugas, penyunting, atau pengelola."
    " Nomornya ada di /petugas daftar."
)
GONE = "Tidak ada petugas dengan nomor itu sekarang. Lihat /petugas daftar."
WAS_REMOVED = (
    "Anda bukan petugas lagi; pengelola sudah mencabut akses Anda. Kalau ini keliru, hubungi kantor Anda.\n"
    "Nama dan kantor Anda masih tercatat untuk jejak kerja; hapus dengan /hapus_data."
)
ON_DUTY = "✅ Anda sedang jaga. Kabar darurat langsung dikirim ke sini. Selesai: /jaga selesai"
OFF_DUTY = "Jaga selesai. Kabar darurat tidak dikirim ke Anda lagi. Terima kasih."
REFUSED: Mapping[Outcome, str] = {
    "gone": GONE,
    "last": "Belum bisa: itu satu-satunya pengelola. Jadikan orang lain pengelola dulu, lalu coba lagi.",
    "forbidden": "Tidak jadi: Anda sudah tidak berwenang untuk itu.",
}


def card(officer: Officer) -> str:
    """Who an officer is and what they can type."""
    duty = "sedang jaga" if officer.on_duty else "tidak sedang jaga"
    who = [f"👤 {officer.name}, {officer.office}", f"Peran: {_DOES[officer.role]}", f"Wilayah: {_areas(officer.areas)}"]
    return "\n".join([*who, f"Sekarang: {duty}", "", "Yang bisa Anda ketik:", commands_of(officer)])


def welcome(officer: Officer) -> tuple[str, str]:
    """For somebody who has just become one: what is kept of them, and what they can do."""
    kept = (
        f"✅ Selamat bergabung, {officer.name}. Anda sekarang {officer.role} CekDulu.\n"
        "Yang disimpan, terkunci: nama, kantor, cara membalas ke chat ini, dan jejak kerja Anda sebagai petugas."
        " Nama Anda dilihat sesama petugas, bukan warga. Lihat: /data_saya, hapus: /hapus_data."
    )
    return kept, card(officer)


def ask_name(code: str, post: Post, too_odd: bool) -> str:
    """For somebody with a good code and no name that can be one."""
    asked = f"Nama itu belum bisa dipakai (2 sampai {LONGEST_NAME} huruf)." if too_odd else "Kodenya benar."
    return (
        f"{asked} Anda diundang sebagai {post.role}, {post.office}.\nKetik sekali lagi dengan nama lengkap Anda:\n"
        f"/petugas {code} Nama Lengkap\nNama disimpan terkunci dan hanya dilihat sesama petugas."
    )


def unknown(officer: Officer) -> str:
    """For what an officer typed behind /petugas that is nothing."""
    return f"Itu tidak saya kenal. Yang bisa Anda ketik:\n{commands_of(officer)}"


def how_is_duty(officer: Officer) -> str:
    """How to begin and end a duty."""
    now = "Anda sedang jaga." if officer.on_duty else "Anda tidak sedang jaga."
    return f"{now} Ketik /jaga mulai atau /jaga selesai."


def invited(post: Post, until: float) -> str:
    """For who invites."""
    return (
        f"Undangan dibuat: {post.role}, {post.office}, wilayah {_areas(post.areas)}. Berlaku sampai {moment(until)}.\n"
        "Teruskan pesan berikut hanya kepada orangnya; siapa pun yang memegang kode ini bisa memakainya."
    )


def invitation(code: str, until: float) -> str:
    """To be forwarded to who is invited."""
    return (
        "Anda diundang menjadi petugas CekDulu. Buka chat pribadi dengan bot CekDulu, lalu ketik:\n"
        f"/petugas {code} Nama Lengkap\nKode berlaku satu kali, sampai {moment(until)}."
    )


def roster(officers: Sequence[Officer], waiting: Iterable[Invitation]) -> str:
    """Everybody with their number, and the invitations that nobody used yet."""
    lines = [f"{len(officers)} petugas:", *map(entry, officers)] if officers else ["Belum ada petugas."]
    open_ones = [
        f"• {one.post.role}, {one.post.office}, wilayah {_areas(one.post.areas)}, sampai {moment(one.expires_at)}"
        for one in waiting
    ]
    return "\n".join([*lines, *(["Undangan yang belum dipakai:", *open_ones] if open_ones else [])])


def entry(officer: Officer) -> str:
    """One line on an officer."""
    duty = ", sedang jaga" if officer.on_duty else ""
    return f"{officer.id}. {officer.name}, {officer.role}, {officer.office}, wilayah {_areas(officer.areas)}{duty}"


def removed(officer: Officer) -> str:
    """For who removed somebody."""
    return f"{officer.name} (nomor {officer.id}) bukan petugas lagi. Berlaku sekarang juga."


def role_given(officer: Officer, role: Role) -> str:
    """For who gave a role."""
    return f"{officer.name} (nomor {officer.id}) sekarang {role}. Berlaku sekarang juga."


def new_role(role: Role) -> str:
    """For who got a role."""
    return f"Peran Anda sekarang: {_DOES[role]}. Ketik /petugas untuk melihat yang bisa Anda lakukan."


def moment(seconds: float) -> str:
    """A moment as people write it: 26-11-2026 pukul 07.30 WIB."""
    return datetime.fromtimestamp(seconds, _HERE).strftime("%d-%m-%Y pukul %H.%M WIB")


def _areas(areas: tuple[str, ...]) -> str:
    return ", ".join(areas) or "semua"
