"""The smallest knowledge that loads, as texts: everything in it is invented."""

from __future__ import annotations

from bot.knowledge import KnowledgeError, KnowledgeProblem, load_files

RED_FLAG = """\
id: koper_titipan
title: Diminta membawa koper milik orang lain
status: active
severity: high
part: pressure
group: pressure
element: means
indicator: Invented indicator
covers: [koper_orang]
explanation: Pesan ini meminta Anda membawa koper milik orang lain ke luar negeri.
advice: [Tolak membawa barang milik orang lain.]
ask: "Boleh saya tahu isi kopernya?"
contacts: [kantor-contoh]
sources:
  - title: Lembaga Contoh
    url: https://lembaga.example/koper
    checked_on: 2026-11-24
english:
  title: Asked to carry a stranger's suitcase
  explanation: This message asks you to carry a stranger's suitcase abroad.
  advice: [Refuse to carry other people's things.]
  ask: May I know what is inside?
words:
  titipan: [koper tertutup, tas tertutup]
phrases:
  - "(bawa~|antar~) ... {titipan}"
  - "titip {barang}"
unless:
  - "jangan (bawa~|antar~) ... {titipan}"
examples:
  must_match:
    - text: "Nanti kamu bawa koper tertutup ini ya."
      quote: "bawa koper tertutup"
    - text: "tlg bawain tas tertutup punya bos"
      quote: "bawain tas tertutup"
    - text: "titip dus ke kapal, aman kok"
      quote: "titip dus"
    - text: "Jangan khawatir ya, nanti bawa koper tertutup itu."
      quote: "bawa koper tertutup"
  must_not_match:
    - text: "Jangan bawa koper tertutup milik orang lain."
      why: Peringatan, bukan permintaan.
    - text: "Bawa baju secukupnya di koper sendiri."
      why: Barang sendiri.
"""

MARKER = """\
id: izin_tertulis
title: Nomor izin penempatan disebut
status: active
part: company
strength: strong
explanation: Perusahaan yang berizin bisa dicek sendiri di daftar resmi.
check: Cocokkan nama dan nomornya di daftar resmi.
sources: [{title: Lembaga Contoh, checked_on: 2026-11-24}]
english:
  title: A placement licence number is named
  explanation: A licensed company can be checked in the official register.
phrases: ["nomor izin ... penempatan"]
examples:
  must_match:
    - {text: "nomor izin penempatan kami 1/2026", quote: "nomor izin penempatan"}
    - {text: "Nomor izin untuk penempatan tertulis", quote: "Nomor izin untuk penempatan"}
    - {text: "ini nomor izin penempatan", quote: "nomor izin penempatan"}
  must_not_match:
    - {text: "nomor rumah saya", why: Bukan izin.}
    - {text: "izin tidak masuk", why: Bukan penempatan.}
"""

KIND_CUE = """\
id: menawarkan_kerja
title: Menawarkan pekerjaan
status: active
kind: offer
weight: 40
phrases: ["dibutuhkan pekerja"]
examples:
  must_match:
    - {text: "dibutuhkan pekerja kebun", quote: "dibutuhkan pekerja"}
    - {text: "Dibutuhkan pekerja cepat", quote: "Dibutuhkan pekerja"}
    - {text: "segera dibutuhkan pekerja", quote: "dibutuhkan pekerja"}
  must_not_match:
    - {text: "pekerja pulang", why: Tidak ada tawaran.}
    - {text: "dibutuhkan waktu", why: Bukan pekerja.}
"""

PATHWAY = """\
id: kerja_kebun
title: Kerja kebun di Negeri Contoh
button: Negeri Contoh
topic: asia_gulf
status: active
covers: [C99]
answer:
  - Dijalankan Kantor Contoh.
  - Biaya 100.000 [per 2026-11].
beware: Yang meminta uang lewat chat itu tiruan.
sections:
  requirements: [Umur 18 tahun ke atas.]
  cost: ["Biaya 100.000 [per 2026-11-01]."]
recheck: kantor.example
contacts: [kantor-contoh]
sources:
  - {title: Lembaga Contoh, url: "https://lembaga.example/kebun", checked_on: 2026-11-24}
english:
  title: Farm work in Exampleland
  button: Exampleland
  answer:
    - Run by the Example Office.
    - It costs 100,000 [per 2026-11].
  beware: Whoever asks for money by chat is a fake.
  sections:
    requirements: [18 or over.]
    cost: ["It costs 100,000 [per 2026-11-01]."]
words:
  kebun: [kebun, ladang]
asks:
  - "kerja ... {kebun}"
  - "kerja ... {place:country=QX}"
examples:
  must_match:
    - Bagaimana cara kerja di kebun Negeri Contoh?
    - gmn kerja ladang di negeri contoh
    - kerja kebun di kota contoh lewat siapa
    - How do I work on a farm in negeri contoh?
  must_not_match:
    - {text: cara memupuk tanaman di rumah, why: Bukan soal kerja.}
"""

CONTACT = """\
id: kantor-contoh
name: Kantor Contoh
name_en: Example Office
short_name: Kantor Contoh
serves: [report, emergency, abroad]
area: national
channels:
  - {type: phone, value: "+62210000001", dialled: 021 000 0001, confidence: high}
  - {type: phone, value: 0199, confidence: medium, only_in_indonesia: true}
  - {type: web, value: "https://kantor.example", confidence: high}
hours: 24 jam
confidence: high
checked_on: 2026-11-24
evidence:
  - {url: "https://kantor.example/kontak", said: Nomor ini tercantum., date: 2026-11-01}
"""

DO_NOT_USE = """\
do_not_use:
  - {value: 199, why: Nomor karangan.}
  - {value: "+6281200000099", why: Nomor karangan yang pernah beredar.}
  - {value: palsu.example, why: Situs tiruan.}
  - {value: admin@tiruan.example, why: Surel tiruan.}
"""

WORDS = """\
spellings:
  tidak: [gak, ora, no]
  yang: [yg]
lists:
  barang: [dus, peti]
  negasi: [tidak, bukan, jangan, tanpa, belum]
  fact_wage: [gaji, upah]
  fact_fee: [biaya, ongkos]
  fact_debt: [utang]
  fact_deduction: [potong gaji, dipotong]
  fact_payout: [uang saku, uang fit]
  fact_penalty: [denda]
  fact_bounty: [per kepala]
  fact_price: [harga]
  fact_pays: [bayar]
  fact_gets: [dapat]
  fact_repays: [ganti]
  fact_leaving: [mundur, kabur]
  fact_age: [umur, usia]
  fact_birth: [lahir]
  fact_person: [anak]
  fact_duration: [kontrak, pengalaman]
  fact_hours: [kerja]
  fact_work: [pekerja]
  fact_haste: [besok, lusa]
  fact_going: [berangkat]
  fact_visa: [visa]
  fact_entry: [masuk]
  fact_phone: [wa, hubungi]
  fact_account: [rekening]
  fact_visa_tourist: [visa turis]
  fact_visa_pilgrimage: [visa umrah]
  fact_visa_student: [visa pelajar]
  fact_visa_training: [visa magang]
  fact_visa_work: [visa kerja]
  fact_visa_holiday: [whv]
  fact_visa_free: [bebas visa]
  fact_kind_tourist: [turis]
  fact_kind_pilgrimage: [umrah]
  fact_kind_student: [pelajar]
  fact_kind_training: [magang]
  fact_kind_work: [kerja]
  fact_kind_holiday: [liburan]
"""

PLACES = """\
countries:
  - {code: ID, name: Indonesia, name_en: Indonesia, names: [indonesia], dial_code: 62, currency: IDR, status: home}
  - {code: QX, name: Negeri Contoh, name_en: Exampleland, names: [negeri contoh], dial_code: 0999, currency: QXD,
     status: open, status_source: {title: Lembaga Contoh, checked_on: 2026-11-24}}
places:
  - {names: [kota contoh], country: QX, scam_hub: true}
"""

WAGES = """\
rupiah_per: {QXD: 4000, IDR: 1}
rates_source: {title: Lembaga Contoh, checked_on: 2026-11-24}
jobs: {kebun: [kebun, petani], perawat: [perawat]}
skilled: [perawat]
typical:
  - {country: QX, job: kebun, low: 5000000, high: 7000000, said: Lima sampai tujuh juta., volatile: false,
     source: {title: Lembaga Contoh, checked_on: 2026-11-24}}
"""

POLICY = """\
severities:
  critical: {points: 100, meaning: Cukup sendiri untuk BAHAYA.}
  high: {points: 50, meaning: Dua berarti BAHAYA.}
  medium: {points: 25, meaning: Dua berarti WASPADA.}
  low: {points: 5, meaning: Hanya bersama tanda lain.}
danger_from: 100
caution_from: 50
relief_per_strong_marker: 20
relief_per_weak_marker: 10
relief_at_most: 50
unproven_offer_level: caution
kind_from: {offer: 30, question: 50, emergency: 50, warning: 50, other: 30}
example_reader:
  {emergency_from: 0.5, emergency_considerable: 0.25, risky_considerable: 0.3, emergency_doubted: 0.05, short_words: 4, short_emergency_from: 40,
   mute_from: 0.6, caution_from: 0.5, danger_from: 0.5, spare_from: 0.8, proven_from: 0.8, sentences_below: 0.7, suggest_from: 0.3}
reasons_shown: 3
first_answer_bytes: 700
longest_message: 20000
default_contact: kantor-contoh
emergency_contact_home: kantor-contoh
emergency_contact_abroad: kantor-contoh
women_children_contact: kantor-contoh
lawful_offer_states:
  - id: izin
    text: nomor izin penempatan
    text_en: placement licence number
    ask: Boleh minta nomor izinnya?
    ask_en: May I have the licence number?
    shown_by: [izin_tertulis]
area_contacts: [kantor-contoh]
contact_check_months: 6
memory_hours: 1
"""

EXAMPLES = """\
messages:
  - text: Dibutuhkan pekerja, sekalian bawa koper tertutup.
    kind: offer
    level: caution
    flags: [koper_titipan]
ordinary:
  - Besok hujan, jangan lupa payung.
"""


def minimal_files() -> dict[str, str]:
    """Texts of a whole valid knowledge folder by path, a new dict each time."""
    return {
        "red_flags/koper_titipan.yaml": RED_FLAG,
        "markers/izin_tertulis.yaml": MARKER,
        "kinds/menawarkan_kerja.yaml": KIND_CUE,
        "pathways/kerja_kebun.yaml": PATHWAY,
        "contacts/kantor-contoh.yaml": CONTACT,
        "contacts/do_not_use.yaml": DO_NOT_USE,
        "words.yaml": WORDS,
        "ordinary_words.yaml": "words: makan minum Pagi\n",
        "places.yaml": PLACES,
        "wages.yaml": WAGES,
        "policy.yaml": POLICY,
        "replies/id.yaml": 'replies:\n  salam: "Halo {nama}, cek dulu sebelum berangkat."\n',
        "replies/en.yaml": 'replies:\n  salam: "Hello {nama}, check before you leave."\n',
        "examples/tawaran.yaml": EXAMPLES,
    }


def changed(path: str, old: str, new: str) -> dict[str, str]:
    """The minimal files with the one `old` in `path` replaced by `new`."""
    files = minimal_files()
    assert files[path].count(old) == 1, (path, old)
    return {**files, path: files[path].replace(old, new)}


def problems_in(files: dict[str, str]) -> tuple[KnowledgeProblem, ...]:
    """All problems of `files`; empty when they load."""
    try:
        load_files(files)
    except KnowledgeError as error:
        return error.problems
    return ()


def only_problem(files: dict[str, str]) -> KnowledgeProblem:
    """The one problem of `files`."""
    (problem,) = problems_in(files)
    return problem
