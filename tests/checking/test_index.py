"""Index: phrases are found however people write them, and only there."""

from __future__ import annotations

import random
import time

import pytest

from bot.bench.engines import NAIVE_SCORE, naive_engine, our_engine
from bot.bench.report import measure
from bot.bench.synthetic import make_messages, make_phrases, make_words
from bot.checking.index import Index, IndexBuilder
from bot.checking.text import read_text

SPELLINGS = {"tidak": ["gak", "kada"], "paspor": ["pasport"], "luar negeri": ["ln", "luar nagari"]}
LISTS = {
    "negasi": ["tidak", "jangan"],
    "dokumen": ["paspor", "ktp", "kartu keluarga"],
    "pemegang": ["agen", "bos besar", "kantor"],
}
PHRASES = [
    "{dokumen} ... tahan~ ... {pemegang}",
    "kerja di luar negeri",
    "tidak pakai kontrak",
    "jalan-jalan dulu",
    "=kps langsung",
    "{dokumen} asli & luar negeri",
]


@pytest.fixture(scope="module")
def index() -> Index:
    """A small index with every kind of phrase."""
    builder = IndexBuilder(SPELLINGS, LISTS, ["tahun", "kontrol"])
    for number, phrase in enumerate(PHRASES):
        builder.add(number, phrase, {})
    builder.add(0, "jangan [mau] tahan~", {}, unless=True)
    return builder.build()


def quotes(index: Index, message: str, rule: int) -> list[str]:
    text = read_text(message)
    lattice = index.lattice(text)
    spans = [span for span in index.found(lattice) if span.rule == rule and not span.unless]
    return [message[slice(*text.span(*lattice.span(span.start, span.end)))] for span in spans]


@pytest.mark.parametrize(
    ("rule", "message", "quote"),
    [
        pytest.param(0, "nanti paspor ditahan agen ya", "paspor ditahan agen", id="plain"),
        pytest.param(
            0, "KTP-nya mau ditahanin sama kantor", "KTP-nya mau ditahanin sama kantor", id="forms and filler"
        ),
        pytest.param(0, "pspor d1tahan ag3n", "pspor d1tahan ag3n", id="typo and digits"),
        pytest.param(0, "p a s p o r di tahan agen", "p a s p o r di tahan agen", id="spaced and split"),
        pytest.param(0, "pasporditahan agen", "pasporditahan agen", id="joined"),
        pytest.param(0, "𝗣𝗮𝘀𝗽𝗼𝗿 menahan bos besar", "𝗣𝗮𝘀𝗽𝗼𝗿 menahan bos besar", id="decorated, two-word entry"),
        pytest.param(0, "kartu keluarga nahan agen", "kartu keluarga nahan agen", id="informal nasal verb"),
        pytest.param(1, "kerja di LN enak", "kerja di LN", id="abbreviation of two words"),
        pytest.param(1, "kerja di luar nagari", "kerja di luar nagari", id="dialect of two words"),
        pytest.param(2, "kada pakai kontrak", "kada pakai kontrak", id="dialect word"),
        pytest.param(3, "jalan2 dulu aja", "jalan2 dulu", id="doubled with 2"),
        pytest.param(4, "kps langsung", "kps langsung", id="exact word"),
        pytest.param(
            5, "KE LN!\n- bawa paspor asli", "LN!\n- bawa paspor asli", id="parts anywhere, quoted in one piece"
        ),
        pytest.param(
            5,
            "KE LN! " + "lama sekali " * 9 + "bawa paspor asli",
            "paspor asli",
            id="parts far apart, the first is quoted",
        ),
        pytest.param(2, "mau ikut ga, tidak pakai kontrak kok", "tidak pakai kontrak", id="a question tag before"),
        pytest.param(0, "paspor asli gak, ditahan agen", "paspor asli gak, ditahan agen", id="a question tag in a gap"),
    ],
)
def test_found_with_the_persons_own_words(index: Index, rule: int, message: str, quote: str) -> None:
    """The quote is what the person wrote, from the first to the last word of the phrase."""
    assert quote in quotes(index, message, rule)


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        pytest.param(0, "paspor tidak ditahan agen", id="a gap never skips a negator"),
        pytest.param(0, "paspor. Ditahan agen", id="a gap never leaves the sentence"),
        pytest.param(0, "paspor satu dua tiga empat lima enam tujuh ditahan agen", id="a gap has an end"),
        pytest.param(0, "paspor tahun agen", id="an ordinary word is no typo"),
        pytest.param(2, "pakai kontrak", id="half a phrase"),
        pytest.param(4, "kpss langsung", id="an exact word has no typos"),
        pytest.param(4, "", id="nothing"),
        pytest.param(5, "bawa paspor asli", id="one part of two"),
    ],
)
def test_not_found(index: Index, rule: int, message: str) -> None:
    """Look-alikes stay silent."""
    assert quotes(index, message, rule) == []


def test_unless_is_reported_apart(index: Index) -> None:
    """An unless phrase never counts as a find of its own."""
    text = read_text("jangan mau ditahan agen")
    assert {span.unless for span in index.found(index.lattice(text))} == {True}


def test_recall_is_not_below_the_naive_engine() -> None:
    """On the same damaged phrases we find at least what one ``partial_ratio`` a phrase finds, and less by chance."""
    random_ = random.Random(3)
    phrases = make_phrases(random_, make_words(random_, 200), 400)
    messages = make_messages(random_, make_words(random_, 1500), phrases, 120)
    ours, naive = (measure(engine(phrases), messages, 400) for engine in (our_engine, naive_engine))
    assert NAIVE_SCORE == 85
    assert ours.recall >= naive.recall
    assert ours.recall >= 0.93
    assert ours.extra <= naive.extra


@pytest.mark.parametrize("word", ["paspor ", "paspor ditahan ", "tidak ", "a ", "p a s p o r ", "kartu "])
def test_hostile_repeats_stay_linear(index: Index, word: str) -> None:
    """Twice the text costs about twice the time, also for the worst repeats."""

    def seconds(message: str) -> float:
        times = []
        for _ in range(3):
            started = time.perf_counter()
            index.found(index.lattice(read_text(message)))
            times.append(time.perf_counter() - started)
        return min(times)

    short, long = seconds((word * 4000)[:5_000]), seconds((word * 4000)[:20_000])
    assert long < 0.2
    assert long < short * 12
