"""Which language a mail is in, by script first: enough to choose a template, a queue or a spelling checker."""

import re

_SAMPLE_CHARS = 4_000
_KANA = re.compile("[\u3041-\u30ff\uff66-\uff9d]")
_HAN = re.compile("[\u4e00-\u9fff]")
_HANGUL = re.compile("[\uac00-\ud7a3]")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
_NOISE = re.compile(r"https?://\S+|(?<!\S)\S[^\s@]*+@\S+|^>.*$", re.MULTILINE)
_ENGLISH = re.compile(
    r"\b(?:the|and|is|are|to|of|for|you|your|this|that|with|have|please|hello|hi|dear|thanks|thank|my|not|can|i|we|a|an|in|it|how|what|when|does|do|was|but|me)\b",
    re.IGNORECASE,
)
_CHINESE_CHARSETS = frozenset(("gb18030", "big5", "hz"))


def guess_language(text: str, charset: str = "") -> str:
    """The code ja, zh, ko or en, empty when unknown; quotes and addresses count only where there is nothing else."""
    sample = text[:_SAMPLE_CHARS]
    own = _NOISE.sub("", sample)
    sample = own if own.strip() else sample
    kana, han, hangul, latin = (len(script.findall(sample)) for script in (_KANA, _HAN, _HANGUL, _LATIN))
    if hangul > kana + han // 2 and hangul * 4 > latin:
        return "ko"
    if kana and (kana + han) * 8 > latin:
        return "ja"
    if han * 8 > latin and han:
        return "zh" if charset in _CHINESE_CHARSETS or not _is_japanese_kanji(sample) else "ja"
    return "en" if latin and _ENGLISH.search(sample) else ""


def _is_japanese_kanji(sample: str) -> bool:
    """Whether every kanji exists in Japan's standard; a short Japanese subject has no kana at all."""
    kanji = "".join(_HAN.findall(sample))
    return kanji.encode("cp932", "ignore").decode("cp932") == kanji
