"""Language: whether a person writes English; everything else is answered in Indonesian."""

from __future__ import annotations

from bot.checking.text import Text
from bot.conversation.memory import Language

_ENGLISH = frozenset(
    ["the", "is", "are", "was", "were", "to", "you", "your", "for", "and", "we", "our", "my", "me", "with", "of", "in", "this", "that", "they", "he", "she", "it", "can", "could", "will", "would", "how", "do", "does", "did", "have", "has", "had", "not", "what", "where", "who", "when", "why", "if", "from", "or", "be", "am", "an", "on", "at", "but", "need", "please", "help", "there", "here", "his", "her", "them", "their", "been", "job", "offer", "work", "about", "should", "someone", "no", "yes", "hi", "hello", "thanks", "thank", "hiring", "salary"]
)
_INDONESIAN = frozenset(
    ["yang", "di", "ke", "dan", "ini", "itu", "ada", "untuk", "dengan", "dari", "saya", "aku", "kami", "kita", "kamu", "anda", "apa", "gimana", "bagaimana", "mau", "bisa", "tidak", "gak", "ga", "nggak", "sudah", "udah", "belum", "jangan", "kerja", "gaji", "kalau", "kalo", "juga", "atau", "akan", "nya", "lagi", "dia", "orang", "sama", "dulu", "nanti", "pak", "bu", "kak", "mas", "mbak", "min", "yg", "utk", "dgn", "sy", "tdk", "dah", "la", "nak", "tak", "boleh", "saja", "aja", "banyak", "hari", "bulan", "tahun", "minat", "hubungi"]
)


def written_language(text: Text) -> Language | None:
    """ "en" or "id" when the words tell, None for too few words."""
    words = [token.word for token in text.tokens[:300]]
    english = sum(word in _ENGLISH for word in words)
    indonesian = sum(word in _INDONESIAN for word in words)
    if english >= 2 and english > 2 * indonesian:
        return "en"
    if english == 1 and len(words) <= 2 and not indonesian:
        return "en"
    return "id" if indonesian or len(words) > 3 else None
