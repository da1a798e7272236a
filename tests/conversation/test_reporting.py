"""Reporting: nothing becomes a case before its person saw it, word by word, and agreed."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from bot.checking import Compiled
from bot.conversation.dialogue import Answer, answer
from bot.conversation.gathering import gathered
from bot.conversation.memory import Memory
from bot.keeping import Kept, NewCase, NewLesson
from bot.messages import Incoming, Reply
from tests.conversation.talk import DANGEROUS, DAY, button

OFFER = f"{DANGEROUS}. Minat hub WA Bang Roni 0811-0000-0000. NIK saya 6271034455660001, nomor saya 085711112222"
CRY = "Tolong kak, saya disekap di sini, paspor diambil bos, tadi malam dipukul."


class Person:
    """Somebody talking to the bot, whose memory goes through JSON as in the storage."""

    def __init__(self, compiled: Compiled) -> None:
        self._compiled = compiled
        self.memory = Memory()
        self.cases: list[NewCase] = []
        self.lessons: list[NewLesson] = []
        self._count = 0

    def does(self, incoming: Incoming) -> tuple[Reply, ...]:
        self._count += 1
        result = self.answered(replace(incoming, id=incoming.id or f"m{self._count}"))
        self.memory = Memory.from_json(result.memory.to_json())
        assert self.memory == result.memory
        self.cases += [result.case] if result.case else []
        self.lessons += [result.lesson] if result.lesson else []
        return result.replies

    def answered(self, incoming: Incoming) -> Answer:
        return answer(incoming, self.memory, self._compiled, DAY, Kept(case_days=90))

    def says(self, text: str, forwarded: str = "") -> tuple[Reply, ...]:
        return self.does(Incoming("", "text", text, forwarded_from=forwarded))

    def presses(self, replies: tuple[Reply, ...], label: str, about: str = "") -> tuple[Reply, ...]:
        action = button(replies, label).action
        return self.does(Incoming("", "button", action=action, about=about, about_forwarded=bool(about)))


@pytest.fixture
def siti(compiled: Compiled) -> Person:
    return Person(compiled)


def test_the_button_shows_what_would_be_kept_and_keeps_nothing(siti: Person) -> None:
    """The message with numbers masked, who sees it, for how long, and that nothing is kept yet."""
    answered = siti.says(OFFER, "Bang Roni")
    shown, asked = siti.presses(answered, "Laporkan", about=OFFER)
    assert "0811-0000-0000" in shown.text
    assert "[NIK]" in shown.text
    assert "6271" not in shown.text
    for told in ("petugas imigrasi", "90 hari", "/hapus_data", "Belum disimpan"):
        assert told in asked.text
    assert [re.sub(r"^\d\. ", "", found.label) for found in asked.buttons] == ["Setuju", "Umur di bawah 18", "Tidak"]
    assert siti.cases == []


def test_agreeing_keeps_exactly_what_was_shown(siti: Person) -> None:
    """Text, quotes, level and the wording agreed to; the person is told the number and until when."""
    shown, asked = siti.presses(siti.says(OFFER, "Bang Roni"), "Laporkan", about=OFFER)
    (told,) = siti.presses((asked,), "Setuju")
    (case,) = siti.cases
    assert case.text in shown.text
    assert all(words in case.text for _, quote in case.quotes for words in quote.split("…"))
    assert (case.kind, case.level, case.minor) == ("offer", "danger", False)
    assert "KH" in case.countries
    assert case.quotes
    assert re.fullmatch("id-[0-9a-f]{12}", case.consent)
    assert re.fullmatch("([A-Z2-9]{3}-?){3}", case.number)
    assert case.number in told.text
    assert "22-02-2027" in told.text
    assert siti.memory.draft is None


def test_the_same_consent_has_the_same_number(siti: Person) -> None:
    """Handled again after a crash it is the same case; another message is another one."""
    _, asked = siti.presses(siti.says(OFFER), "Laporkan", about=OFFER)
    action = button((asked,), "Setuju").action
    numbers = [
        case.number
        for id in ("1", "1", "2")
        if (case := siti.answered(Incoming(id, "button", action=action)).case) is not None
    ]
    assert len(numbers) == 3
    assert (numbers[0] == numbers[1], numbers[0] == numbers[2]) == (True, False)


def test_own_words_beside_a_forward_are_masked_as_such(siti: Person) -> None:
    """Of a forward all contacts are the recruiter's; of a story sent along with it they may be the person's own."""
    story = Incoming("1", "text", "Dapat loker pabrik Johor gaji 8 juta kak, nomor saya 085711112222")
    siti.says("/lapor")
    shown, _ = siti.does(gathered([story, Incoming("2", "text", "Minat hub 0811-0000-0000", forwarded_from="Roni")]))
    assert "0811-0000-0000" in shown.text
    assert "085711112222" not in shown.text


@pytest.mark.parametrize("typed", ["1", "1.", "Setuju", "ya", "YA SETUJU"])
def test_yes_can_be_typed(siti: Person, typed: str) -> None:
    """As a number or a word."""
    siti.says("lapor")
    siti.says(OFFER)
    siti.says(typed)
    assert len(siti.cases) == 1


@pytest.mark.parametrize("typed", ["3", "tidak", "batal"])
def test_no_keeps_nothing(siti: Person, typed: str) -> None:
    """And what was shown is forgotten."""
    siti.says("/lapor")
    siti.says(OFFER)
    (told,) = siti.says(typed)
    assert "tidak ada yang disimpan" in told.text
    assert (siti.cases, siti.memory.draft) == ([], None)
    siti.says("setuju")
    assert siti.cases == []


@pytest.mark.parametrize("other", ["/bantuan", "Halo apa kabar semuanya", "5", "/lapor"])
def test_anything_else_forgets_what_was_shown(siti: Person, other: str) -> None:
    """The bot does not hold on to a message that its person has left."""
    siti.says("/lapor")
    _, asked = siti.says(OFFER)
    siti.says(other)
    assert siti.memory.draft is None
    (told,) = siti.presses((asked,), "Setuju")
    assert siti.cases == []
    assert "/lapor" in told.text


def test_an_old_yes_is_not_for_a_new_message(siti: Person) -> None:
    """Only the buttons under the very message that was shown."""
    siti.says("/lapor")
    _, first = siti.says(OFFER)
    siti.says("/lapor")
    siti.says("Kerja kebun di Malaysia, bayar 5 juta dulu")
    siti.presses((first,), "Setuju")
    assert siti.cases == []


def test_a_forwarded_yes_is_no_yes(siti: Person) -> None:
    """Words of a recruiter agree to nothing."""
    siti.says("/lapor")
    siti.says(OFFER)
    siti.says("setuju", forwarded="Bang Roni")
    assert siti.cases == []


def test_without_the_words_the_message_is_asked_for(siti: Person) -> None:
    """Where the platform does not tell them: they were erased with the answer, so they are sent again."""
    answered = siti.says(OFFER, "Bang Roni")
    (told,) = siti.presses(answered, "Laporkan")
    assert "perlu dikirim lagi" in told.text
    shown, _ = siti.says(OFFER, "Bang Roni")
    assert "0811-0000-0000" in shown.text


def test_with_words_behind_the_command(siti: Person) -> None:
    """/lapor and the story in one message; a number of one's own in it is masked."""
    shown, _ = siti.says(f"/lapor {OFFER}")
    assert "[HP]" in shown.text
    assert "0857" not in shown.text


def test_a_command_in_reply_to_a_message(siti: Person) -> None:
    """It is that message that is meant."""
    shown, _ = siti.does(Incoming("", "text", "/lapor", about=OFFER, about_forwarded=True))
    assert "0811-0000-0000" in shown.text


def test_under_18(siti: Person) -> None:
    """A guardian is asked; NIK, passport and every phone of the child's own words are gone from what is shown and kept."""
    siti.says("/lapor")
    _, asked = siti.says(OFFER)
    shown, guardian = siti.presses((asked,), "di bawah 18")
    assert "orang tua atau wali" in guardian.text
    assert "0811" not in shown.text
    assert siti.cases == []
    siti.presses((guardian,), "Orang tua/wali")
    (case,) = siti.cases
    assert case.minor
    assert not re.search("[0-9]{4}", case.text.replace("-", ""))
    assert not any(re.search("[0-9]{4}", quote.replace("-", "")) for _, quote in case.quotes)
    assert case.consent != ""


def test_under_18_the_first_yes_is_not_enough(siti: Person) -> None:
    """The button from before, without the guardian, makes no case."""
    siti.says("/lapor")
    _, asked = siti.says(OFFER)
    siti.presses((asked,), "di bawah 18")
    siti.presses((asked,), "Setuju")
    assert siti.cases == []


def test_somebody_who_writes_that_they_are_16_keeps_no_phone(siti: Person) -> None:
    """Nobody has to press a button for that."""
    shown, _ = siti.says("/lapor Saya umur 16 tahun, diajak kerja di Malaysia, disuruh hubungi 0811-0000-0000")
    assert "0811" not in shown.text


def test_a_cry_for_help_is_answered_before_it_is_a_report(siti: Person) -> None:
    """Help first; then it can be handed over."""
    siti.says("/lapor")
    helped = siti.says(CRY)
    assert "DARURAT" in helped[0].text
    siti.says("/lapor")
    shown, _ = siti.says(CRY)
    assert "disekap" in shown.text


def test_not_in_a_group(siti: Person) -> None:
    """The message would be shown to everybody."""
    (told,) = siti.does(Incoming("", "text", f"/lapor {OFFER}", in_group=True))
    assert "chat pribadi" in told.text
    (offer,) = siti.does(Incoming("", "text", OFFER, in_group=True))
    assert not any("Laporkan" in found.label for found in offer.buttons)


def test_english(siti: Person) -> None:
    """The wording agreed to is noted with its language."""
    siti.says("/bahasa en")
    _, asked = siti.says(f"/report {OFFER}")
    assert "immigration officers" in asked.text
    siti.says("I agree")
    assert siti.cases[0].consent.startswith("en-")


def test_a_very_long_message_is_kept_as_it_is_shown(siti: Person) -> None:
    """Its beginning, with a sign that it goes on; what is not shown is not kept."""
    shown, asked = siti.says(f"/lapor {OFFER} {'Panen baik. ' * 900}")
    siti.presses((asked,), "Setuju")
    assert siti.cases[0].text.endswith("…")
    assert siti.cases[0].text in shown.text


def test_every_label_is_short(siti: Person) -> None:
    """In both languages, numbers included."""
    for language in ("id", "en"):
        siti.says(f"/bahasa {language}")
        _, asked = siti.says(f"/lapor {OFFER}")
        _, guardian = siti.presses((asked,), asked.buttons[1].label)
        labels = [found.label for reply in (asked, guardian) for found in reply.buttons]
        assert max(map(len, labels)) <= 24


def says_wrong(siti: Person, about: str = OFFER) -> tuple[Reply, ...]:
    """What comes for "Salah", "Terlalu keras"."""
    asked = siti.presses(siti.says(OFFER, "Bang Roni"), "Salah", about=OFFER)
    return siti.presses(asked, "Terlalu keras", about=about)


def test_a_false_alarm_is_shown_to_officers_by_consent_alone(siti: Person) -> None:
    """The words without anybody's number, the recruiter's neither, and the rules that were told; no case comes of it."""
    shown, asked = siti.presses(says_wrong(siti), "Tunjukkan ke petugas", about=OFFER)
    assert not re.search(r"\d{4}", shown.text)
    for words in ("90 hari", "contoh tetap", "Belum disimpan", "/hapus_data"):
        assert words in asked.text
    assert siti.lessons == []
    (told,) = siti.presses((asked,), "Setuju")
    (lesson,) = siti.lessons
    assert shown.text.endswith(lesson.text)
    assert "document_retention" in lesson.rules
    assert siti.cases == []
    siti.presses((asked,), "Setuju")
    assert len(siti.lessons) == 1
    assert "/data_saya" in told.text


def test_who_does_not_agree_teaches_nothing(siti: Person) -> None:
    """"Tidak", or anything else that is done meanwhile."""
    _, asked = siti.presses(says_wrong(siti), "Tunjukkan ke petugas", about=OFFER)
    assert "tidak ada yang disimpan" in siti.presses((asked,), "Tidak")[0].text
    _, asked = siti.presses(says_wrong(siti), "Tunjukkan ke petugas", about=OFFER)
    siti.says("/bantuan")
    siti.presses((asked,), "Setuju")
    assert siti.lessons == []


def test_nothing_to_show_where_the_words_are_not_known(siti: Person) -> None:
    """Then the verdict alone is noted, as without this."""
    (thanks,) = says_wrong(siti, about="")
    assert thanks.buttons == ()


def test_under_18_a_guardian_agrees_to_a_lesson_too(siti: Person) -> None:
    _, asked = siti.presses(says_wrong(siti), "Tunjukkan ke petugas", about=OFFER)
    _, again = siti.presses((asked,), "Umur di bawah 18")
    assert "wali" in again.text
    siti.presses((again,), "wali setuju")
    assert len(siti.lessons) == 1
