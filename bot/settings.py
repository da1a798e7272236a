"""Settings: environment variables as one frozen object; every problem is reported at once, never a value."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.failures import Failure
from bot.office import OfficeHours, Zone, read_days, read_holidays, read_hours


class SettingsError(Failure):
    """The environment cannot be used; the message names every variable and what is expected, never a value."""

    exit_code = 2


def _long_enough(secret: SecretStr) -> SecretStr:
    if len(secret.get_secret_value()) < 32:
        raise ValueError("too short")
    return secret


def _each_long_enough(secrets: SecretStr) -> SecretStr:
    keys = secrets.get_secret_value().replace(",", " ").split()
    if not keys or any(len(key) < 32 for key in keys):
        raise ValueError("too short")
    return SecretStr(" ".join(keys))


def _webhook_secret(secret: SecretStr) -> SecretStr:
    """What Telegram takes as secret_token (Bot API 10.0, setWebhook), and long enough."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{32,256}", secret.get_secret_value()):
        raise ValueError("no webhook secret")
    return secret


def _web_address(address: str) -> str:
    if not address.startswith(("http://", "https://")) or any(character.isspace() for character in address):
        raise ValueError("no web address")
    if not urlsplit(address).hostname:  # raises ValueError itself for broken brackets
        raise ValueError("no host")
    return address.rstrip("/")


WebAddress = Annotated[str, AfterValidator(_web_address)]


def _database_address(address: str) -> str:
    """Several threads open the database, so one that lives in the memory of a connection cannot be used."""
    scheme, _, rest = address.partition("://")
    if not re.fullmatch(r"(sqlite|postgres|postgresql)(\+\w+)?", scheme) or rest in ("", "/", "/:memory:"):
        raise ValueError("no database address")
    return address


def _office_hours(written: str) -> str:
    read_hours(written)
    return written


def _office_days(written: str) -> str:
    read_days(written)
    return written


def _office_holidays(written: str) -> str:
    read_holidays(written)
    return written


class Settings(BaseSettings):
    """What the environment says; the description of each field is what `settings` prints."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True, env_ignore_empty=True)

    telegram_token: SecretStr | None = Field(
        None, description="Token dari @BotFather. Tanpa ini bot berjalan sebagai obrolan di terminal."
    )
    telegram_api_base: WebAddress = Field(
        "https://api.telegram.org", description="Alamat Bot API: http:// atau https://, tanpa token."
    )
    telegram_webhook_url: WebAddress | None = Field(
        None, description="Alamat publik bot (https://…). Diisi: webhook. Kosong: polling."
    )
    telegram_webhook_secret: Annotated[SecretStr, AfterValidator(_webhook_secret)] | None = Field(
        None,
        description="Rahasia webhook, 32–256 huruf Latin, angka, _ atau -. Kosong: diturunkan dari PERSON_SECRET.",
    )
    telegram_per_second: float = Field(
        30.0, ge=0, le=10_000,
        description="Pesan per detik yang boleh dikirim, semua proses bersama. 0: tanpa batas, juga per obrolan.",
    )  # fmt: skip
    person_secret: Annotated[SecretStr, AfterValidator(_long_enough)] | None = Field(
        None, description="Rahasia untuk menyamarkan pengguna, sedikitnya 32 huruf. Kosong: dibuat di samping database."
    )
    encryption_keys: Annotated[SecretStr, AfterValidator(_each_long_enough)] | None = Field(
        None,
        description="Kunci isi tersimpan, dipisah koma, masing-masing sedikitnya 32 huruf. Yang pertama mengunci, semua"
        " bisa membuka. Ganti kunci: taruh yang baru di depan, jalankan reseal, lalu buang yang lama."
        " Kosong: diturunkan dari PERSON_SECRET.",
    )
    production: bool | None = Field(
        None,
        description="yes: PERSON_SECRET wajib. no: coba-coba, kunci dibuat di samping database."
        " Kosong: yes bila ada TELEGRAM_TOKEN (kecuali Bot API di mesin ini) atau PostgreSQL.",
    )
    database_url: Annotated[str, AfterValidator(_database_address)] = Field(
        "sqlite+aiosqlite:///cekdulu.db",
        repr=False,  # it may hold a password
        description="Alamat database: sqlite:///berkas.db atau postgresql://pengguna@host/nama.",
    )
    knowledge_dir: Path | None = Field(None, description="Folder pengetahuan. Kosong: yang dibawa bot.")
    sentences: bool = Field(
        True,
        description="yes: pembaca kalimat ikut ditanya saat pembaca contoh ragu, bila dipasang (.[sentences]); kira-kira"
        " 70 MB dan 20 ms per pesan yang meragukan. no: tidak.",
    )
    publish_by_second: bool = Field(
        False, description="yes: usulan aturan diterbitkan petugas lain daripada yang mengusulkan."
    )
    quiet_seconds: float = Field(
        1.2,
        ge=0,
        le=5,
        description="Detik tanpa pesan baru sebelum beberapa pesan beruntun dijawab sekali sebagai satu; 0: satu per satu.",
    )
    messages_per_person: int = Field(
        30,
        ge=0,
        description="Pesan dan tombol dari satu orang yang dijawab dalam satu menit; sisanya diberi satu kalimat."
        " 0: tanpa batas.",
    )
    replies_per_minute: int = Field(
        60_000,
        ge=0,
        description="Jawaban untuk semua orang dalam satu menit; bila lewat, pesan baru menunggu dan pengirimnya diberi"
        " tahu sekali. 0: tanpa batas.",
    )
    host: str = Field("127.0.0.1", min_length=1, description="Alamat tempat server web mendengarkan.")
    port: int = Field(8080, ge=0, le=65535, description="Nomor port server web, 0–65535.")
    office_hours: Annotated[str, AfterValidator(_office_hours)] = Field(
        "08.00-16.00", description="Jam kerja petugas, untuk janji jawaban: 08.00-16.00."
    )
    office_days: Annotated[str, AfterValidator(_office_days)] = Field(
        "senin-jumat", description="Hari kerja petugas: senin-jumat, atau senin, rabu."
    )
    office_holidays: Annotated[str, AfterValidator(_office_holidays)] = Field(
        "", description="Hari libur petugas, dipisah koma: 2026-12-25, 2027-01-01."
    )
    office_zone: Zone = Field("WIB", description="Zona waktu kantor petugas: WIB, WITA atau WIT.")
    answer_hours: float = Field(
        8.0, gt=0, le=400, description="Dalam berapa jam kerja laporan dijawab; itulah yang dijanjikan ke pelapor."
    )
    emergency_minutes: float = Field(
        15.0, gt=0, le=1440, description="Dalam berapa menit, kapan pun, laporan darurat dijawab sebelum diteruskan ke atasan."
    )
    keep_case_days: int = Field(180, ge=1, le=3650, description="Berapa hari laporan disimpan sejak disetujui.")
    keep_dead_letter_days: int = Field(30, ge=1, le=365, description="Berapa hari pesan yang gagal diolah disimpan.")
    keep_tombstone_days: int = Field(
        7,
        ge=2,
        le=90,
        description="Berapa hari nomor pesan yang sudah dijawab diingat, tanpa isi, agar tidak dijawab dua kali.",
    )
    keep_person_days: int = Field(
        365, ge=1, le=3650, description="Berapa hari bahasa pilihan diingat sejak orangnya terakhir menulis."
    )
    keep_feedback_days: int = Field(
        730, ge=1, le=3650, description="Berapa hari penilaian jawaban disimpan, tanpa orangnya."
    )
    invitation_hours: float = Field(
        48.0, gt=0, le=720, description="Berapa jam kode undangan petugas berlaku, sejak dibuat."
    )
    log_level: str = Field(
        "info",
        pattern="^(debug|info|warning|error)$",
        description="Banyaknya catatan: debug, info, warning atau error.",
    )
    log_format: Literal["auto", "json", "plain"] = Field(
        "auto", description="Bentuk catatan: json, plain, atau auto (mudah dibaca di terminal, selain itu json)."
    )
    status_port: int | None = Field(
        None,
        ge=0,
        le=65535,
        description="Port sendiri untuk /healthz, /readyz dan /metrics di HOST; jangan dibuka untuk umum."
        " Kosong: hanya di port webhook.",
    )
    metrics_token: Annotated[SecretStr, AfterValidator(_webhook_secret)] | None = Field(
        None,
        description="Token Bearer untuk /metrics, 32–256 huruf Latin, angka, _ atau -. Kosong: /metrics hanya ada di"
        " STATUS_PORT.",
    )

    @property
    def office(self) -> OfficeHours:
        """When officers work and how soon they answer."""
        opens, closes = read_hours(self.office_hours)
        return OfficeHours(
            opens, closes, read_days(self.office_days), read_holidays(self.office_holidays), self.office_zone,
            self.answer_hours, self.emergency_minutes,
        )  # fmt: skip


def read_settings() -> Settings:
    """The settings of this process; raises SettingsError with all problems together."""
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsError(_sentences(error)) from None


def _sentences(error: ValidationError) -> str:
    lines = []
    for problem in error.errors(include_input=False, include_context=False, include_url=False):
        name = str(problem["loc"][0])
        lines.append(f"{name.upper()}: isinya tidak bisa dipakai. {Settings.model_fields[name].description}")
    return "\n".join(["Lingkungan belum benar:", *lines])


def explain_settings(settings: Settings) -> list[tuple[str, str, str]]:
    """(variable, state, description) for every variable; the state never shows a secret."""
    return [
        (name.upper(), _state(name, getattr(settings, name), settings), field.description or "")
        for name, field in Settings.model_fields.items()
    ]


def _state(name: str, value: Any, settings: Settings) -> str:
    if value is None:
        return "kosong"
    if isinstance(value, SecretStr) or name == "database_url":
        return "diisi" if name in settings.model_fields_set else "bawaan"
    return f"{value}"
