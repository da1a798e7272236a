"""Dialogue: every kind of message gets a useful answer; buttons and numbers do the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from bot.checking import Compiled
from bot.conversation.first_answer import first_answer
from bot.conversation.memory import Checked
from bot.conversation.wording import Wording
from tests.conversation.talk import DANGEROUS, DAY, Talk, button


@pytest.fixture
def talk(compiled: Compiled) -> Talk:
    """A person who never wrote before."""
    return Talk(compiled)


def test_an_offer_gets_level_reasons_advice_and_contact(talk: Talk) -> None:
    """The first answer has one level, at most three quoted reasons, one thing to do and one dated contact."""
    (reply,) = talk.says(DANGEROUS)
    lines = reply.text.split("\n")
    assert lines[0] == "⛔🔴 BAHAYA"
    reasons = [line for line in lines if line.startswith("• ")]
    assert 1 <= len(reasons) <= 3
    for reason in reasons:
        quote = reason.split("“")[1].rstrip("”")
        assert all(part in DANGEROUS for part in quote.split("…"))
    assert sum(line.startswith("👉") for line in lines) == 1
    assert sum(line.startswith("📞") for line in lines) == 1
    assert "dicek 24-11-2026" in reply.text
    assert len(reply.text.encode()) <= 700


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        pytest.param("Rincian", "Peta bukti", id="details"),
        pytest.param("Tanya balik", "Teruskan pesan di bawah", id="questions"),
        pytest.param("Kontak resmi", "0800 1000", id="contacts"),
        pytest.param("Salah", "kurang tepat", id="wrong"),
    ],
)
def test_buttons_and_numbers_do_the_same(compiled: Compiled, label: str, expected: str) -> None:
    """What a tap does, the number in front of the label does when typed."""
    tapped, typed = Talk(compiled), Talk(compiled)
    pressed = tapped.presses(button(tapped.says(DANGEROUS), label))
    wanted = button(typed.says(DANGEROUS), label)
    numbered = typed.says(wanted.label.partition(".")[0])
    assert expected in pressed[0].text
    assert [reply.text for reply in pressed] == [reply.text for reply in numbered]


def test_details_show_every_sign_with_quote_explanation_and_source(talk: Talk, compiled: Compiled) -> None:
    """Nothing that was found is left out of the details, and each sign names its source and day."""
    found = button(talk.says(DANGEROUS), "Rincian")
    assert talk.memory.checked is not None
    map_, signs = talk.presses(found)
    assert "❔" in map_.text
    assert "❌" in map_.text
    for reason in talk.memory.checked.reasons:
        flag = compiled.knowledge.red_flags[reason.rule]
        assert flag.title in signs.text
        assert flag.sources[0].title in signs.text
    assert signs.text.count("dicek ") >= len(talk.memory.checked.reasons)


def test_questions_back_can_be_forwarded_as_they_are(talk: Talk) -> None:
    """The second message is for the recruiter: numbered questions and nothing about danger."""
    intro, message = talk.presses(button(talk.says(DANGEROUS), "Tanya balik"))
    assert "1. " in message.text
    assert not any(word in message.text.lower() for word in ("bahaya", "penipu", "tppo"))
    assert intro.text not in message.text


def test_an_old_button_gets_an_explanation(talk: Talk) -> None:
    """A button of an earlier answer never shows a later message's details."""
    old = button(talk.says(DANGEROUS), "Rincian")
    talk.says("Lowongan pabrik sarung tangan di Malaysia, gaji RM1700, minat WA")
    (reply,) = talk.presses(old)
    assert "lebih lama" in reply.text


def test_a_button_after_forgetting_gets_an_explanation(compiled: Compiled) -> None:
    """When the quotes are erased, the button says so instead of showing nothing."""
    talk = Talk(compiled)
    found = button(talk.says(DANGEROUS), "Rincian")
    (reply,) = Talk(compiled).presses(found)
    assert "hapus" in reply.text


@pytest.mark.parametrize("number", ["0", "6", "99"])
def test_a_number_that_is_no_choice(talk: Talk, number: str) -> None:
    """A wrong number is explained, before and after there are choices."""
    assert "Teruskan dulu" in talk.says(number)[0].text
    talk.says(DANGEROUS)
    assert "tidak ada di pilihan" in talk.says(number)[0].text


def test_feedback_holds_the_verdict_and_no_words(talk: Talk) -> None:
    """ "Salah" asks what is wrong, then notes rules and verdict only."""
    choices = talk.presses(button(talk.says(DANGEROUS), "Salah"))
    (thanks,) = talk.presses(button(choices, "Terlalu keras"))
    assert talk.last is not None
    feedback = talk.last.feedback
    assert feedback is not None
    assert (feedback.verdict, feedback.kind, feedback.level) == ("milder", "offer", "danger")
    assert feedback.rules
    assert "jangan berangkat" in thanks.text


def test_a_message_that_is_no_offer_can_be_called_one(talk: Talk) -> None:
    """ "Ini tawaran kerja" checks the message as an offer and notes the mistake."""
    found = button(talk.says("selamat pagi semuanya, semoga sehat"), "Ini tawaran")
    (reply,) = talk.presses(found)
    assert reply.text.split("\n")[0].startswith(("🔎", "⚠️", "⛔"))
    assert talk.last is not None
    assert talk.last.feedback is not None
    assert talk.last.feedback.verdict == "is_offer"


def test_emergency_with_country_names_the_embassy_first(talk: Talk) -> None:
    """Help comes before scoring: the mission's number, what to do, how to write discreetly."""
    (reply,) = talk.says("tolong saya disekap di sihanoukville, paspor diambil bos")
    lines = reply.text.split("\n")
    assert lines[0].startswith("🆘")
    assert "KBRI Phnom Penh" in lines[1]
    assert "+855" in lines[1]
    assert "🤫" in reply.text


def test_emergency_without_country_asks_in_one_tap(talk: Talk) -> None:
    """Both hotlines at once, and a button for the country; its name may be typed too."""
    replies = talk.says("tolong saya disekap bos, tidak boleh pulang")
    assert "110" in replies[0].text
    assert "+6281290070027" in replies[0].text
    (tapped,) = talk.presses(button(replies, "Myanmar"))
    assert "Yangon" in tapped.text
    talk.says("tolong saya disekap bos, tidak boleh pulang")
    (typed,) = talk.says("malaysia")
    assert "Kuala Lumpur" in typed.text


def test_numbers_that_work_only_at_home_are_not_offered_first_abroad(talk: Talk) -> None:
    """Someone abroad is not told to dial 0800 or 110 first."""
    (reply,) = talk.says("tolong aku dikurung di myawaddy")
    first, second = [line for line in reply.text.split("\n") if line.startswith("📞")][:2]
    assert "+" in first
    assert "+" in second


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("/start", "Selamat datang", id="start"),
        pytest.param("/start desa-hanjak", "Selamat datang", id="start with payload"),
        pytest.param("/bantuan", "Cara pakai", id="help"),
        pytest.param("bantuan", "Cara pakai", id="help without slash"),
        pytest.param("/cek", "Teruskan pesan", id="check"),
        pytest.param("/kontak", "Hotline KP2MI", id="contacts"),
        pytest.param("/kontak taiwan", "KDEI Taipei", id="contacts of a country"),
        pytest.param("/privasi", "paling lama 1 jam", id="privacy"),
        pytest.param("/bahasa", "Choose a language", id="language"),
        pytest.param("/entah", "tidak ada", id="unknown command"),
        pytest.param("/BANTUAN@cekdulu_bot", "Cara pakai", id="case and bot name"),
        pytest.param("", "kosong", id="empty"),
        pytest.param("👍👍", "CekDulu", id="emoji only"),
        pytest.param("   \n ", "kosong", id="blank"),
    ],
)
def test_commands_and_oddities(talk: Talk, text: str, expected: str) -> None:
    """Every command and odd message has its sentence; silence is never an answer."""
    assert expected in talk.says(text)[0].text


def test_start_payload_is_kept(talk: Talk) -> None:
    """Where a person came from outlives later messages and a second /start."""
    talk.says("/start desa-hanjak")
    talk.says(DANGEROUS)
    talk.says("/start lain")
    assert talk.memory.payload == "desa-hanjak"


@pytest.mark.parametrize("attachment", ["sticker", "voice", "photo", "unknown"])
def test_what_cannot_be_read_says_what_can(talk: Talk, attachment: str) -> None:
    """Stickers, voice and pictures without words get a kind sentence and an emergency number."""
    (reply,) = talk.says("", kind="unsupported", attachment=attachment)
    assert "tulisan" in reply.text
    assert "110" in reply.text


def test_an_edit_is_answered_as_an_edit(talk: Talk) -> None:
    """The person sees that the new answer is for the changed message."""
    talk.says("halo")
    (reply,) = talk.says(DANGEROUS, kind="edit")
    assert reply.text.startswith("✏️")


def test_a_forwarded_command_is_text(talk: Talk) -> None:
    """A forwarded message is checked, never obeyed."""
    (reply,) = talk.says("/start", forwarded_from="Agen")
    assert "Selamat datang" not in reply.text


def test_english_in_english_out(talk: Talk) -> None:
    """A person who writes English reads English, titles and buttons included."""
    (reply,) = talk.says(
        "They want me to work in Cambodia on a tourist visa and the boss will keep my passport, is it okay?"
    )
    assert reply.text.split("\n")[0] == "⛔🔴 DANGER"
    assert "Details" in reply.buttons[0].label


def test_a_chosen_language_stays(talk: Talk) -> None:
    """/bahasa wins over what the words look like."""
    talk.says("/bahasa")
    talk.says("2")
    assert "DANGER" in talk.says(DANGEROUS)[0].text


def test_a_forwarded_english_ad_is_answered_in_the_persons_language(talk: Talk) -> None:
    """The recruiter's language says nothing about the villager's."""
    talk.says("assalamualaikum admin")
    (reply,) = talk.says("Work in Cambodia, tourist visa, the company will keep your passport", forwarded_from="Agent")
    assert "BAHAYA" in reply.text


def test_long_messages_are_cut_with_a_notice(talk: Talk) -> None:
    """What is beyond the limit is not read, and the answer says so."""
    (reply,) = talk.says(DANGEROUS + " lagi" * 10_000)
    assert "bagian awal" in reply.text
    assert len(reply.text.encode()) <= 700


def test_an_old_contact_says_so(compiled: Compiled) -> None:
    """A number that was checked too long ago is shown with that day."""
    talk = Talk(compiled, today=date(2028, 1, 1))
    assert "perlu dicek ulang" in talk.says(DANGEROUS)[0].text


@pytest.mark.parametrize("kind", ["blocked", "unblocked"])
def test_leaving_and_coming_back_are_not_answered(talk: Talk, kind: str) -> None:
    """Nothing is sent to somebody who stopped the bot."""
    assert talk.says("", kind=kind) == ()  # type: ignore[arg-type]


def test_the_same_input_gives_the_same_answer(compiled: Compiled) -> None:
    """Step 5 is pure: repeating it after a crash changes nothing."""
    one, two = Talk(compiled), Talk(compiled)
    assert one.says(DANGEROUS) == two.says(DANGEROUS)
    assert one.memory == two.memory


@pytest.mark.parametrize(
    "make", [str.lower, str.upper, str.title, lambda text: text[::-1]], ids=["low", "up", "title", "reversed"]
)
def test_no_answer_claims_safety(talk: Talk, make: Callable[[str], str]) -> None:
    """No answer to any of these says or implies *aman*."""
    for text in (DANGEROUS, "lowongan kasir toko di Palangka Raya, gaji UMR", "halo", "ini aman kan?"):
        for reply in talk.says(make(text)):
            assert "aman" not in reply.text.lower().replace(make(text).lower(), "").split()


def test_a_short_offer_after_an_emergency_is_checked(talk: Talk) -> None:
    """While the bot waits for a country, an offer that names one is still an offer."""
    talk.says("tolong saya disekap bos, tidak boleh pulang")
    (reply,) = talk.says("kerja di Kamboja, paspor dipegang bos")
    assert reply.text.startswith("⛔🔴 BAHAYA")


def test_a_level_raised_by_resemblance_still_says_why(compiled: Compiled) -> None:
    """Where no phrase was found, the words that weighed are quoted."""
    words = "tinggal bawa badan, sisanya biar aku"
    raised = Checked("offer", "caution", (), (), {}, (), ("kp2mi-callcenter",), (), resembles=words)
    told = first_answer(raised, Wording(compiled.knowledge, "id", DAY))
    assert f"“{words}”" in told
