"""The example reader: calibrated opinions with the person's own words, and what the policy makes of them."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.checking import Compiled, check, compile_knowledge
from bot.checking.assessment import Assessment, assess
from bot.checking.examples import LONGEST_STRETCH, SUGGESTED_AT_MOST, ExampleReader
from bot.checking.opinion import OUTCOMES, Explanation, Opinion, Outcome, Suggestion
from bot.checking.reading import read_message
from bot.checking.weights import Weights, WeightsError
from bot.knowledge import KnowledgeError, load_files
from tests.knowledge.minimal import changed, minimal_files

SURE = 0.97


@pytest.fixture(scope="module")
def reader(compiled: Compiled) -> ExampleReader:
    """The reader that is shipped."""
    assert compiled.reader is not None
    return compiled.reader


@pytest.fixture(scope="module")
def small() -> Compiled:
    """Invented knowledge with one sign (high), one strong marker and one country, without a reader."""
    return compile_knowledge(load_files(minimal_files()))


@pytest.fixture(scope="module")
def small_critical() -> Compiled:
    """The same, its sign being critical."""
    return compile_knowledge(
        load_files(changed("red_flags/koper_titipan.yaml", "severity: high", "severity: critical"))
    )


def _opinion(outcome: Outcome, probability: float = SURE, second: Outcome = "other") -> Opinion:
    """An opinion with ``probability`` on one outcome and the rest on a second."""
    chances: dict[Outcome, float] = dict.fromkeys(OUTCOMES, 0.0)
    chances[second] += 1 - probability
    chances[outcome] += probability
    return Opinion(chances, lambda: Explanation(start=0, end=5))


def _assessed(text: str, compiled: Compiled, opinion: Opinion | None) -> Assessment:
    return assess(read_message(text, compiled), compiled, opinion)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=st.text(max_size=300))
def test_any_text(text: str, compiled: Compiled, reader: ExampleReader) -> None:
    """Probabilities add up to 1; every quote is exactly what stands at its place in the message."""
    opinion = reader.read(read_message(text, compiled), compiled.knowledge)
    assert sum(opinion.probabilities.values()) == pytest.approx(1)
    explanation = opinion.explain()
    assert 0 <= explanation.start <= explanation.end <= len(text)
    assert len(explanation.suggestions) <= SUGGESTED_AT_MOST
    for suggestion in explanation.suggestions:
        assert text[suggestion.start : suggestion.end] == suggestion.quote


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        pytest.param("mba kalau mau kerja ke Jepang yang resmi daftarnya lewat mana ya?", "question", id="question"),
        pytest.param("tolong saya disekap di Kamboja, paspor diambil, tidak boleh keluar", "emergency", id="emergency"),
        pytest.param("Lowongan admin di Phnom Penh, gaji 12 juta, paspor dipegang kantor", "offer", id="offer"),
        pytest.param("selamat pagi semua, nanti sore jadi main futsal?", "other", id="chat"),
    ],
)
def test_plain_messages(text: str, kind: str, compiled: Compiled, reader: ExampleReader) -> None:
    """The shipped reader knows the plainest message of each kind."""
    opinion = reader.read(read_message(text, compiled), compiled.knowledge)
    assert max(OUTCOMES, key=lambda outcome: opinion.probabilities[outcome]).partition(":")[0] == kind


def test_stretch_is_short(compiled: Compiled, reader: ExampleReader) -> None:
    """What is quoted is a run of a few words, not the message."""
    text = "Halo semua. " * 5 + "Kerja di Kamboja gaji besar tiket gratis paspor dipegang bos. " + "Salam sehat. " * 5
    why = reader.read(read_message(text, compiled), compiled.knowledge).explain()
    assert 0 < len(text[why.start : why.end].split()) <= LONGEST_STRETCH
    assert text[why.start : why.end] in "Kerja di Kamboja gaji besar tiket gratis paspor dipegang bos."


def test_suggestions_leave_out_what_rules_found(compiled: Compiled, reader: ExampleReader) -> None:
    """A flag that a phrase found is no suggestion, and neither is a flag that is not in use."""
    flags = compiled.knowledge.red_flags
    for flag in flags.values():
        reading = read_message(flag.examples.must_match[0].text, compiled)
        suggested = {suggestion.rule for suggestion in reader.read(reading, compiled.knowledge).explain().suggestions}
        assert not suggested & {match.rule for match in reading.flags}
        assert all(flags[rule].status == "active" for rule in suggested)


def test_speed(compiled: Compiled, reader: ExampleReader) -> None:
    """An opinion on 400 characters takes about 0.5 ms on one core; ten times that is a defect."""
    reading = read_message(
        ("Dibutuhkan orang kerja kebun di Malaysia, gaji RM1.800, besok berangkat. " * 6)[:400], compiled
    )
    best = float("inf")
    for _ in range(20):
        start = time.perf_counter()
        reader.read(reading, compiled.knowledge)
        best = min(best, time.perf_counter() - start)
    assert best < 0.005


def test_weights_survive_their_file(reader: ExampleReader) -> None:
    """What is read back is what was written, and writing it again gives the same bytes."""
    content = reader.weights.to_bytes()
    again = Weights.from_bytes(content)
    assert again.to_bytes() == content
    assert again.trained_on == reader.weights.trained_on
    assert np.array_equal(again.flags.grams, reader.weights.flags.grams)
    assert len(content) < 3_000_000


@pytest.mark.parametrize(
    "content",
    [pytest.param(b"", id="empty"), pytest.param(b"weights", id="text"), pytest.param(b"PK\x03\x04rest", id="half")],
)
def test_damaged_file(content: bytes) -> None:
    """A file that holds no weights is refused with a sentence, never half used."""
    with pytest.raises(WeightsError, match="rusak"):
        Weights.from_bytes(content)


def test_weights_of_another_size(reader: ExampleReader) -> None:
    """Weights for other buckets or other signs do not fit."""
    signs = dict(list(reader.weights.signs.items())[1:])
    with pytest.raises(WeightsError, match="tidak cocok"):
        Weights.from_bytes(replace(reader.weights, signs=signs).to_bytes())


def test_damaged_weights_are_a_knowledge_problem(small: Compiled) -> None:
    """Knowledge with a damaged reader does not compile, and the problem says what to run."""
    with pytest.raises(KnowledgeError, match="python -m bot train"):
        compile_knowledge(replace(small.knowledge, reader=b"weights"))


NOTHING = "halo apa kabar"
LONGER = "halo apa kabar keluarga di rumah"
ABROAD = "ada kerja di negeri contoh, ikut yuk"
HIGH = "dibutuhkan pekerja, nanti bawa koper tertutup"
LAWFUL = "dibutuhkan pekerja di negeri contoh, nomor izin penempatan 1/2026"
LAWFUL_ONE_SIGN = "nomor izin penempatan 1/2026, nanti bawa koper tertutup"


@pytest.mark.parametrize(
    ("text", "opinion", "expected"),
    [
        pytest.param(NOTHING, _opinion("offer:caution"), ("offer", "caution"), id="raises to caution without a rule"),
        pytest.param(NOTHING, _opinion("offer:danger"), ("offer", "danger"), id="to danger on strong resemblance alone"),
        pytest.param(NOTHING, _opinion("offer:danger", 0.45, "offer:caution"), ("offer", "caution"),
                     id="not to danger on some resemblance alone"),
        pytest.param(ABROAD, _opinion("offer:danger", 0.55, "offer:caution"), ("offer", "danger"),
                     id="to danger on some beside a clear fact"),
        pytest.param(ABROAD, _opinion("offer:danger"), ("offer", "danger"), id="to danger beside a clear fact"),
        pytest.param(HIGH, _opinion("offer:danger"), ("offer", "danger"), id="to danger beside a sign"),
        pytest.param(HIGH, _opinion("offer:no_signs"), ("offer", "caution"), id="signs keep their weight"),
        pytest.param(HIGH, _opinion("warning"), ("warning", None), id="sure of a warning mutes"),
        pytest.param(HIGH, _opinion("warning", 0.55), ("offer", "caution"), id="unsure of a warning mutes nothing"),
        pytest.param(HIGH, _opinion("other"), ("other", None), id="sure of chat mutes"),
        pytest.param(ABROAD, _opinion("question"), ("question", None), id="a question has no level"),
        pytest.param(NOTHING, _opinion("emergency"), ("emergency", "emergency"), id="emergency without a cue"),
        pytest.param(HIGH, _opinion("emergency", 0.6, "offer:danger"), ("emergency", "emergency"), id="over danger"),
        pytest.param(NOTHING, _opinion("other", 0.7, "emergency"), ("emergency", "emergency"), id="never chat when"),
        pytest.param(LONGER, _opinion("other", 0.65, "offer:danger"), ("offer", "caution"), id="never chat when risky"),
        pytest.param(NOTHING, _opinion("other", 0.65, "offer:danger"), ("other", None), id="too few words for that"),
        pytest.param(LONGER, _opinion("other", 0.75, "offer:danger"), ("other", None), id="chat when hardly risky"),
        pytest.param(NOTHING, _opinion("question", 0.65, "offer:danger"), ("question", None), id="a question may be risky"),
        pytest.param(NOTHING, _opinion("offer:no_signs", 0.7, "emergency"), ("emergency", "emergency"),
                     id="never no_signs when considerable"),
        pytest.param(ABROAD, _opinion("offer:no_signs", 0.55, "offer:caution"), ("offer", "caution"),
                     id="unproven abroad stays caution"),
        pytest.param(LAWFUL, _opinion("offer:no_signs"), ("offer", "no_signs"), id="lawful with a marker"),
    ],
)  # fmt: skip
def test_policy(text: str, opinion: Opinion, expected: tuple[str, str | None], small: Compiled) -> None:
    """What the policy makes of an opinion beside the rules."""
    found = _assessed(text, small, opinion)
    assert (found.kind, found.level) == expected


def test_never_lowers_a_critical_sign(small_critical: Compiled) -> None:
    """However sure of a lawful offer, a critical sign means danger."""
    assert _assessed(LAWFUL_ONE_SIGN, small_critical, _opinion("offer:no_signs")).level == "danger"


def test_spares_danger_of_lesser_signs_beside_a_marker() -> None:
    """A lawful offer that the reader is sure of is at most caution when no sign is critical."""
    files = changed("policy.yaml", "high: {points: 50", "high: {points: 100")
    compiled = compile_knowledge(load_files({**files, "policy.yaml": files["policy.yaml"].replace(
        "relief_at_most: 50", "relief_at_most: 0")}))  # fmt: skip
    assert _assessed(LAWFUL_ONE_SIGN, compiled, _opinion("offer:no_signs", 0.5, "offer:caution")).level == "danger"
    assert _assessed(LAWFUL_ONE_SIGN, compiled, _opinion("offer:no_signs")).level == "caution"
    assert _assessed(HIGH, compiled, _opinion("offer:no_signs")).level == "danger"


def test_without_a_reader_rules_decide(small: Compiled) -> None:
    """Knowledge without trained weights works: the burden of proof is on the recruiter."""
    assert small.reader is None
    found = _assessed(f"dibutuhkan pekerja. {ABROAD}", small, None)
    assert (found.kind, found.level, found.unproven, found.suggestions) == ("offer", "caution", True, ())


def test_person_says_it_is_an_offer(small: Compiled) -> None:
    """Probabilities are then those among offers: what is left for danger counts in full."""
    opinion = _opinion("question", 0.9, "offer:danger")
    assert assess(read_message(ABROAD, small), small, opinion, kind="offer").level == "danger"


def test_reason_line_when_no_rule_fired(small: Compiled) -> None:
    """A raised level names the first suggestion with the words that weighed, and lists all of them."""
    suggestion = Suggestion("koper_titipan", 0.4, 4, 9, ABROAD[4:9])
    opinion = replace(_opinion("offer:danger"), explain=lambda: Explanation((suggestion,)))
    found = _assessed(ABROAD, small, opinion)
    assert found.suggestions == (suggestion,)
    assert found.resembles is not None
    assert (found.resembles.rule, found.resembles.quote) == ("koper_titipan", ABROAD[4:9])


def test_reason_line_without_a_suggestion(small: Compiled) -> None:
    """Without a suggested flag the words that weighed most are quoted under no rule."""
    found = _assessed(ABROAD, small, _opinion("offer:danger"))
    assert found.resembles is not None
    assert (found.resembles.rule, found.resembles.quote) == ("", ABROAD[:5])


def test_no_suggestions_where_no_reasons_are_told(small: Compiled) -> None:
    """A question or an offer without signs carries no "mirip …"."""
    suggestion = Suggestion("koper_titipan", 0.4, 0, 3, ABROAD[:3])
    opinion = replace(_opinion("question"), explain=lambda: Explanation((suggestion,)))
    assert _assessed(ABROAD, small, opinion).suggestions == ()


@pytest.mark.parametrize("text", ["tolong", "SOS", "disekap", "dikurung", "kamboja tolong", "help me", "toloong"])
def test_a_word_of_alarm_is_enough(text: str, compiled: Compiled) -> None:
    """Who is watched writes one word; no reader doubts it for being short."""
    assert check(text, compiled).level == "emergency"


@pytest.mark.parametrize(
    "text", ["kak", "bisa dibantu?", "sudah", "ok makasih", "Dapat loker ini kak, nomor saya 0811"]
)
def test_a_few_common_words_raise_no_alarm(text: str, compiled: Compiled) -> None:
    """The shortest messages are mostly greetings."""
    assert check(text, compiled).level not in ("emergency", "danger")


@pytest.mark.parametrize("text", ["lewati", "gpp", "nanti"])
def test_a_single_word_of_nothing_wants_no_care(text: str, compiled: Compiled) -> None:
    """Too little can be read in a word that the reader does not know."""
    assert check(text, compiled).level is None


def test_ordinary_lines_raise_no_alarm(compiled: Compiled) -> None:
    """Of ordinary lines hardly any is answered as an emergency, or as a dangerous offer."""
    lines = [line for _, file in compiled.knowledge.examples for line in file.ordinary]
    levels = Counter(check(line, compiled).level for line in lines)
    assert levels["emergency"] <= len(lines) // 200
    assert levels["danger"] <= len(lines) // 1000
