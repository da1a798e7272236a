"""Training: deterministic, quick, calibrated on hands held out, and stale as soon as the knowledge differs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from zlib import crc32

import numpy as np
import pytest
import scipy.sparse

from bot.checking.compiled import compile_knowledge, with_sentences
from bot.checking.opinion import OUTCOMES, Opinion
from bot.checking.reading import read_message
from bot.checking.sentences import Floats
from bot.checking.weights import Weights, WeightsError
from bot.knowledge import Knowledge, load_files
from bot.training import stale_sentences, stale_weights, trained_on
from tests.knowledge.minimal import changed, minimal_files

pytest.importorskip("sklearn", reason="training needs the extra 'train'")

from bot.training.lessons import outcome_of, read_lessons, with_rules
from bot.training.matrix import likeness
from bot.training.ridge import fit_ridge
from bot.training.sentences import train_sentences
from bot.training.training import TooFewExamples, train

_OPENINGS = ("Halo", "Assalamualaikum", "Info", "Gan", "Permisi", "Selamat pagi")
_OUTCOMES = {
    "offer/danger": "lowongan negeri contoh gaji besar, paspor dititip, besok berangkat, bawa koper tertutup",
    "offer/no_signs": "lowongan penjaga toko di kota, gaji upah minimum, datang ke kantor, nomor izin penempatan",
    "emergency/emergency": "tolong saya dikurung di mess, tidak boleh pulang, mereka memukul",
    "question": "bagaimana cara daftar kerja resmi, lewat kantor mana, biayanya berapa",
    "other": "nanti sore main bola, jangan lupa bawa minum",
}


def _messages(hand: str) -> str:
    """An examples file: each outcome in six variations, in the manner of one hand."""
    lines = ["role: training", "messages:"]
    for outcome, text in _OUTCOMES.items():
        kind, _, level = outcome.partition("/")
        for number, opening in enumerate(_OPENINGS):
            lines.append(f"  - text: '{opening} {hand * 3} {text} {number}'\n    kind: {kind}")
            lines += [f"    level: {level}"] if level else []
            lines += ["    flags: [koper_titipan]"] if level == "danger" else []
    return "\n".join(lines) + "\n"


def lesson_files() -> dict[str, str]:
    """A whole knowledge folder with sixty messages by two hands."""
    return {**minimal_files(), **{f"examples/{hand}_contoh.yaml": _messages(hand) for hand in "ab"}}


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    """Invented knowledge with sixty messages by two hands."""
    return load_files(lesson_files())


@pytest.fixture(scope="module")
def content(knowledge: Knowledge) -> bytes:
    """The weights trained on it."""
    return train(knowledge)


def test_same_knowledge_gives_the_same_bytes(knowledge: Knowledge, content: bytes) -> None:
    """Training twice changes nothing, also when weights are already there."""
    assert train(replace(knowledge, reader=content)) == content


def test_learns_what_it_is_shown(knowledge: Knowledge, content: bytes) -> None:
    """Every message of the examples gets its own outcome back."""
    compiled = compile_knowledge(replace(knowledge, reader=content))
    assert compiled.reader is not None
    for path, file in knowledge.examples:
        for message in file.messages if path != "examples/tawaran.yaml" else ():
            opinion = compiled.reader.read(read_message(message.text, compiled), knowledge)
            assert opinion.probabilities[OUTCOMES[outcome_of(message)]] > 0.5, message.text


def test_suggests_a_flag_in_other_words(knowledge: Knowledge, content: bytes) -> None:
    """Where no phrase fires, the flag of messages that are alike is suggested, with the words that weighed."""
    compiled = compile_knowledge(replace(knowledge, reader=content))
    assert compiled.reader is not None
    text = "lowongan negeri contoh gaji besar, paspor dititip, besok berangkat, koper tertutup dibawakan ya"
    reading = read_message(text, compiled)
    assert not reading.flags
    suggestions = compiled.reader.read(reading, knowledge).explain().suggestions
    assert [suggestion.rule for suggestion in suggestions] == ["koper_titipan"]
    assert suggestions[0].quote
    assert suggestions[0].quote in text


def test_outcomes_nobody_wrote_stay_improbable(knowledge: Knowledge, content: bytes) -> None:
    """Without any warning among the examples none is seen in a message."""
    compiled = compile_knowledge(replace(knowledge, reader=content))
    assert compiled.reader is not None
    opinion = compiled.reader.read(read_message("awas penipuan, jangan ikut", compiled), knowledge)
    assert opinion.probabilities["warning"] < 0.05


def test_every_file_of_ordinary_lines_is_held_out_alone() -> None:
    """Beside the hands of messages; texts from rules are nobody's."""
    line = "role: training\nordinary_kind: other\nordinary: [{}]\n"
    ordinary = {
        f"examples/ordinary_{name}.yaml": line.format(f"{name} sudah matang di kebun") for name in ("padi", "nanas")
    }
    lessons = read_lessons(load_files({**lesson_files(), **ordinary}), lambda part: None)
    assert {lesson.hand for lesson in lessons} == {
        "a",
        "b",
        "tawaran",
        "",
        "ordinary ordinary_padi",
        "ordinary ordinary_nanas",
    }
    assert any(lesson.hand == "" and lesson.flags == {"koper_titipan"} for lesson in lessons)


def test_a_hand_held_out_is_a_fit_without_it() -> None:
    """What lessons are given by the short way is what a fit of the others gives them, but for the common bias."""
    random = np.random.default_rng(1)
    rows, truth = random.normal(size=(30, 8)), random.normal(size=(30, 2))
    hands = ["a"] * 12 + ["b"] * 10 + [""] * 8
    importance = random.uniform(0.5, 1.5, size=30)
    importance /= importance.mean()
    found = fit_ridge(rows @ rows.T, truth, 0.6, importance, hands)
    held, rest = np.arange(12), np.arange(12, 30)
    alike = rows[rest] @ rows[rest].T + np.diag(0.6 / importance[rest])
    expected = rows[held] @ rows[rest].T @ np.linalg.solve(alike, truth[rest] - found.bias) + found.bias
    assert found.held_out[held] == pytest.approx(expected)
    assert np.isnan(found.held_out[22:]).all(), "nobody's lessons are never held out"
    assert np.isnan(fit_ridge(rows @ rows.T, truth, 0.6, importance, ["a"] * 30).held_out).all()


def test_likeness_is_the_product_of_rows() -> None:
    """Columns that many lessons have and those that few have are multiplied apart; together it is every product."""
    random = np.random.default_rng(2)
    rows = scipy.sparse.csr_matrix(random.normal(size=(80, 30)) * (random.uniform(size=(80, 30)) < 0.3))
    rare = scipy.sparse.csr_matrix(random.normal(size=(80, 50)) * (random.uniform(size=(80, 50)) < 0.02))
    both = scipy.sparse.hstack([rows, rare]).tocsr()
    assert likeness(both) == pytest.approx((both @ both.T).toarray(), abs=1e-5)


def test_test_messages_are_never_learnt() -> None:
    """Messages of role test change neither the weights nor their name."""
    secret = "role: test\nmessages:\n  - {text: pesan rahasia untuk mengukur, kind: warning}\n"
    without, with_test = load_files(lesson_files()), load_files({**lesson_files(), "examples/t_uji.yaml": secret})
    assert trained_on(with_test) == trained_on(without)
    lessons = [read_lessons(known, lambda part: None) for known in (without, with_test)]
    assert len(lessons[0]) == len(lessons[1])


def test_one_part_of_what_rules_found(knowledge: Knowledge) -> None:
    """The same part every time: nothing of it, all of it, and something between."""
    compiled = compile_knowledge(knowledge)
    readings = [
        read_message(f"dibutuhkan pekerja nomor {number}, nanti bawa koper tertutup", compiled) for number in range(40)
    ]
    assert all(reading.flags for reading in readings)
    assert [with_rules(reading, 1.0) for reading in readings] == readings
    assert not any(with_rules(reading, 0.0).flags or with_rules(reading, 0.0).cues for reading in readings)
    half = [with_rules(reading, 0.5) for reading in readings]
    assert half == [with_rules(reading, 0.5) for reading in readings]
    assert 8 < sum(bool(reading.flags) for reading in half) < 32


def _staleness_cases() -> Iterator[object]:
    files = lesson_files()
    example = files["examples/a_contoh.yaml"]
    policy = files["policy.yaml"]
    flag = files["red_flags/koper_titipan.yaml"]
    changes = {
        "another message": ("examples/a_contoh.yaml", example.replace("main bola", "main voli"), True),
        "another phrase": ("red_flags/koper_titipan.yaml", flag.replace('"titip {barang}"', '"nitip {barang}"'), True),
        "another title": ("red_flags/koper_titipan.yaml", flag.replace("title: Diminta", "title: Disuruh"), False),
        "another threshold": ("policy.yaml", policy.replace("suggest_from: 0.3", "suggest_from: 0.4"), False),
    }
    for name, (path, text, stale) in changes.items():
        assert text != files[path], name
        yield pytest.param({**files, path: text}, stale, id=name)


@pytest.mark.parametrize(("files", "stale"), list(_staleness_cases()))
def test_freshness(files: dict[str, str], stale: bool, content: bytes) -> None:
    """Weights are stale exactly when something that is learnt from has changed."""
    problem = stale_weights(compile_knowledge(replace(load_files(files), reader=content)))
    assert (problem is not None) == stale
    if problem is not None:
        assert "python -m bot train" in str(problem)


def test_missing_weights_are_a_problem(knowledge: Knowledge) -> None:
    """Knowledge that was never trained says so."""
    assert "belum dilatih" in str(stale_weights(compile_knowledge(knowledge)))


def test_too_few_examples() -> None:
    """One outcome alone teaches nothing."""
    with pytest.raises(TooFewExamples, match="terlalu sedikit"):
        train(load_files(minimal_files()))


def test_one_hand_alone_is_learnt_without_calibration() -> None:
    """With a single hand nothing can be held out; training still works."""
    files = {
        **changed("examples/tawaran.yaml", "messages:", "role: test\nmessages:"),
        "examples/a_contoh.yaml": _messages("a"),
    }
    assert Weights.from_bytes(train(load_files(files))).rules == ("koper_titipan",)


def test_progress_reaches_its_end(knowledge: Knowledge) -> None:
    """The part done grows from 0 to 1."""
    parts: list[float] = []
    train(knowledge, parts.append)
    assert parts == sorted(parts)
    assert parts[-1] == pytest.approx(1.0)


def test_probabilities_are_those_of_hands_held_out(knowledge: Knowledge) -> None:
    """A message that resembles nothing learnt gets no sure opinion."""
    compiled = compile_knowledge(replace(knowledge, reader=train(knowledge)))
    assert compiled.reader is not None
    opinion = compiled.reader.read(read_message("zzz qqq", compiled), knowledge)
    assert max(opinion.probabilities.values()) < 0.9
    assert np.isfinite(list(opinion.probabilities.values())).all()


def _bag(text: str) -> Floats:
    """Which words stand in a text, as a vector of length 1: a small embedding."""
    vector = np.bincount([crc32(word.encode()) % 96 for word in text.split()], minlength=96).astype(np.float32)
    return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)


def test_sentences_are_learnt_from_hands_held_out(knowledge: Knowledge, content: bytes) -> None:
    """Deterministic; the second opinion is right, whatever the first was; stale when an example changes."""
    found = train_sentences(knowledge, _bag, lambda part: None)
    assert found == train_sentences(knowledge, _bag, lambda part: None, at_once=3)
    compiled = with_sentences(compile_knowledge(replace(knowledge, reader=content, sentences=found)), _bag)
    assert compiled.sentences is not None
    torn = Opinion(dict.fromkeys(OUTCOMES, 1 / len(OUTCOMES)))
    right = []
    for message in (message for path, file in knowledge.examples if "contoh" in path for message in file.messages):
        chances = compiled.sentences.second(read_message(message.text, compiled), knowledge, torn).probabilities
        right.append(max(chances, key=chances.__getitem__) == OUTCOMES[outcome_of(message)])
    assert sum(right) >= 0.8 * len(right)
    assert stale_sentences(compiled) is None
    other = load_files(lesson_files() | {"examples/c_contoh.yaml": _messages("c")})
    assert stale_sentences(compile_knowledge(replace(other, sentences=found))) is not None


def test_one_hand_is_not_enough_for_sentences() -> None:
    """The first opinions must be those of hands held out."""
    files = {path: text for path, text in minimal_files().items() if not path.startswith("examples/")}
    alone = load_files({**files, "examples/a_contoh.yaml": _messages("a")})
    with pytest.raises(WeightsError):
        train_sentences(alone, _bag, lambda part: None)
