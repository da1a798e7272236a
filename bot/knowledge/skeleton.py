"""The skeleton of a new red flag: a draft that explains itself and loads before anything is replaced."""

from __future__ import annotations

import re
from pathlib import Path

from bot.failures import Failure
from bot.knowledge.fields import ID_PATTERN, PATTERN_MEANINGS

_FOLDERS = ("red_flags", "markers", "kinds")
_YAML_WORDS = ("null", "true", "false")

_SKELETON = """\
# yaml-language-server: $schema=../schema/red_flag.json
# Tanda bahaya baru. Ganti semua yang diawali GANTI, dan ganti contoh koper titipan dengan tanda Anda sendiri.
# Sesudah itu jalankan: python -m bot check-knowledge
id: ${id}                       # sama dengan nama berkas; jangan diubah
title: "GANTI: tanda bahaya dalam satu kalimat pendek"   # alasan di jawaban pertama; paling banyak 60 huruf
status: draft                   # draft = dihitung diam-diam; active = dipakai menjawab; retired = arsip
severity: medium                # critical = satu ini saja berbahaya; high; medium; low = hanya bersama tanda lain
part: pressure                  # company | contact | vacancy | contract | visa_route | payment | pressure
group: pressure                 # destination | job | wage | requirements | visa_documents | route | fees_debt |
                                # retention | pressure | recruiter | institution | control | minors | family
element: means                  # act = perbuatan; means = cara (menipu, menahan, menjerat); purpose = tujuan
indicator: "GANTI: indikator ILO atau UNODC yang cocok"
covers: []                      # id tanda bahaya di daftar fakta, bila ada: [paspor_ditahan]
explanation: >-
  GANTI: apa yang diminta pesan ini dan kenapa berbahaya. Satu sampai tiga kalimat pendek, seperti kepada tetangga.
advice:                         # satu sampai empat hal yang bisa dilakukan sekarang
  - "GANTI: satu langkah yang jelas, misalnya simpan chat ini dan jangan berangkat dulu."
ask: "GANTI: pertanyaan sopan untuk dikirim balik ke perekrut?"   # hapus baris ini bila tidak ada
contacts: []                    # nama berkas di folder contacts, tanpa .yaml: [kp2mi-callcenter]
sources:                        # dari mana pernyataan ini; paling sedikit satu
  - title: "GANTI: lembaga dan judul halaman atau dokumen"
    # url: "https://…"          # alamat lengkap; boleh tidak ada
    checked_on: 2000-01-01      # GANTI: hari Anda membaca sumber itu, tahun-bulan-hari
english:                        # kalimat yang sama dalam bahasa Inggris
  title: "GANTI: the same title in English"
  explanation: "GANTI: the same explanation in English."
  advice: ["GANTI: the same advice in English."]
  ask: "GANTI: the same question in English?"
words:                          # daftar kata khusus aturan ini; hapus bila cukup dengan daftar di words.yaml
  titipan: [koper tertutup, tas tertutup, dus tertutup]
# Frasa ditulis dengan kata baku dan huruf kecil; satu frasa yang cocok sudah cukup.
#   (a|b)     salah satu               [x]       boleh tidak ada          {titipan}  salah satu isi daftar
#   ...       beberapa kata di antara  bawa~     semua bentuk: dibawa, bawain, membawakan
#   =kps      persis kata ini          {fee}     fakta yang dibaca bot: wage, fee, place, visa, age, phone …
# Salah ketik, singkatan obrolan, -nya/-in/-kan dan kata daerah di words.yaml sudah dikenali sendiri.
phrases:
  - "(bawa~|antar~) ... {titipan}"
# unless membatalkan temuan yang kata-katanya bertumpuk; perlu paling sedikit 4 must_match. Hapus bila tidak perlu.
unless:
  - "jangan (bawa~|antar~) ... {titipan}"
examples:
  must_match:                   # harus ketahuan; quote disalin persis dari kata pertama sampai kata terakhir
    - text: "Nanti kamu bawa koper tertutup ini ke pelabuhan ya."
      quote: "bawa koper tertutup"
    - text: "tlg bawain tas tertutup punya bos"               # bahasa obrolan
      quote: "bawain tas tertutup"
    - text: "Mbak antarkan dus trtutup itu dulu, upahnya gede"   # salah ketik
      quote: "antarkan dus trtutup"
    - text: "Jangan khawatir ya, nanti bawa koper tertutup itu."  # bukti bahwa unless tidak menutupi ini
      quote: "bawa koper tertutup"
  must_not_match:               # mirip tetapi bukan tanda ini, dengan alasannya
    - text: "Jangan bawa koper tertutup milik orang lain."
      why: "Peringatan, bukan permintaan."
    - text: "Bawa baju secukupnya di koper sendiri."
      why: "Barang sendiri, bukan titipan."
  known_gaps: []                # seharusnya kena tetapi hari ini belum; bentuknya sama dengan must_not_match
"""


class NewFlagError(Failure):
    """A red flag that cannot be started; the message is one Indonesian sentence for the officer."""


def new_flag_text(id: str) -> str:
    """A whole rule file for a draft called `id`, with a comment at each field and an invented example.

    Raises NewFlagError when `id` is no good name.
    """
    if not re.match(ID_PATTERN, id) or id.endswith("\n") or id in _YAML_WORDS:
        raise NewFlagError(f'"{id}" tidak bisa menjadi id. {PATTERN_MEANINGS[ID_PATTERN]}')
    return _SKELETON.replace("${id}", id)


def write_new_flag(folder: Path, id: str) -> Path:
    """Writes red_flags/<id>.yaml in the knowledge folder and returns its path; never overwrites.

    Raises NewFlagError for a bad id, one that any rule has already, or a folder that cannot be written.
    """
    text = new_flag_text(id)
    for section in _FOLDERS:
        if (folder / section / f"{id}.yaml").exists():
            raise NewFlagError(f'id "{id}" sudah dipakai di {section}/{id}.yaml. Pilih id lain.')
    path = folder / "red_flags" / f"{id}.yaml"
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        raise NewFlagError(f"Berkas {path} tidak bisa ditulis. Periksa alamat folder dan izinnya.") from error
    return path
