"""What the dictionary says of a text word by word, for those who look at grammar and not for words to find."""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from madoguchi.search.tokens import cut, pieces_of


class Morpheme(NamedTuple):
    """One word as it stands. Offsets count characters of the text as given."""

    start: int
    end: int
    surface: str
    normal: str  #: the dictionary's spelling of its base form
    pos: tuple[str, ...]  #: six of them, by UniDic: kind, kind, kind, kind, conjugation, form

    @property
    def kind(self) -> str:
        """名詞, 動詞, 助詞 and so on."""
        return self.pos[0]

    @property
    def is_name(self) -> bool:
        """A person's family or given name, as far as the dictionary knows."""
        return self.pos[2] == "人名"


def morphemes(text: str) -> list[Morpheme]:
    """The words of a text, blanks and marks included, in order."""
    return list(_morphemes(text))


def _morphemes(text: str) -> Iterator[Morpheme]:
    for begin, piece in pieces_of(text):
        for each in cut(piece):
            yield Morpheme(
                begin + each.begin(),
                begin + each.end(),
                each.surface(),
                each.normalized_form(),
                tuple(each.part_of_speech()),
            )


@lru_cache(maxsize=2_048)
def conjugation_of(base: str) -> str:
    """How a verb in its base form is conjugated: 五段-ラ行, 下一段-カ行 …; empty for what is no verb."""
    found = morphemes(base[:20])
    return found[0].pos[4] if len(found) == 1 and found[0].kind == "動詞" else ""
