"""The people of a message as the household table needs them: outsiders, the writer's own age, who lives together."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from triage.matcher import sentence
from triage.persons import Age, Band, Person, ages, persons

OUTSIDE: Final = frozenset(["neighbour", "friend", "client"])
WRITER: Final = "self"
_THEIRS: Final = frozenset(["neighbour", "friend"])
_KEYS: Final = tuple(
    (key, re.compile(pattern))
    for key, pattern in (
        ("parents", "両親|父母"),
        ("grandmother", "祖母|ばあ|婆|ばっちゃ|ばんちゃ"), ("grandfather", "祖父|じい|爺|じっちゃ"),
        ("mother", "母|ママ|姑|袋|ふくろ|かあ"), ("father", "父|パパ|舅|親父|おやじ|とう"),
        ("first son", "長男"), ("second son", "[次二三]男"), ("first daughter", "長女"),
        ("second daughter", "[次二三]女"),
        ("son", "息子|むすこ|せがれ|倅"), ("daughter", "娘|むすめ"),
        ("older brother", "兄(?!弟)"), ("older sister", "姉(?!妹)"),
        ("younger brother", "(?<!兄)弟"), ("younger sister", "(?<!姉)妹"),
    )
)  # fmt: skip
_LINK: Final = re.compile(r"(?:の(?:家|部屋|お宅|うち|ところ|方)?の?|の|家の|人の)?")
_BRACKETED: Final = re.compile(r"\(\s*(\d{1,3})(?:歳)?\s*\)")
_OWN_AGE: Final = re.compile(
    r"(?:です|になりま|になった|になる(?!(?:母|父|夫|妻))|の(?:女性?|男性?|主婦|会社員|無職)(?:です|。|、|$)|、?(?:独|一人|ひとり)暮らし|。|$)"
)
_HOMES: Final = r"施設|特養|老健|(?<!駅の)(?<!マイ)ホーム"
_AWAY_BEFORE: Final = re.compile(
    r"(?:別居(?:中|し|して(?:い)?る)?の?|離れて(?:暮ら|住)(?:す|む|している|んでいる)|遠くに(?:住|暮ら)(?:む|す|んでいる|している)"
    r"|(?:一人|ひとり|独り)(?:暮らし|住まい)(?:の|をしている|している)|独居の|入院(?:中|して(?:い)?る)の?"
    rf"|(?:{_HOMES}|病院)に(?:い|入っ|入所し|入居し)(?:る|て(?:い)?る)"
    r"|別れた|亡くなった|亡き|死んだ|実家の|単身赴任(?:中|して(?:い)?る)?の?|田舎の|海外の|県外の|元)$"
)
_AWAY_BEHIND: Final = re.compile(
    r"^(?:さん)?(?:は|が|も|の方は|とは)?(?:[^。、はがも]{0,8}?)(?:別居|(?:一人|ひとり|独り)(?:暮らし|で暮ら|住まい)|独居"
    rf"|(?:{_HOMES})(?:に(?:い|お[らりる世]|入(?:っ|り(?!た)|[所居]し)|移)|で(?:暮ら|過ご)|入[所居](?:中|し)|暮らし|です|[。、]|$)"
    r"|入院|単身赴任|県外|他県|遠く|別に住|別々に|離れて|海外|東京で|亡くな|他界|死ん|刑務所)"
)
_GONE: Final = re.compile(rf"亡|死ん|他界|一人|ひとり|独り|独居|{_HOMES}")
_IN_HOSPITAL: Final = re.compile("入院|病院")
_HOME_BEHIND: Final = re.compile(
    r"^(?:さん)?(?:と(?:の|私|わたし|子ども|[^。]{0,8}?)?[^。]{0,6}?(?:暮ら|同居|住ん|住む|住まい|人家族|一緒に)"
    r"|(?:は|が|も)?[^。]{0,8}?(?:同居|部屋から|部屋に(?:こも|いる)|一緒に(?:暮ら|住)|引きこも|ひきこも|家から出)"
    r"|(?:を|の)(?:[^。、]{0,6}?)(?:介護|看て|看病|みて(?:い)?|見て(?:い)?ま|世話|面倒|お?むつ|食事を作))"
)
_HOME_BEFORE: Final = re.compile(r"(?:同居(?:の|して(?:い)?る|中の)|一緒に(?:暮らす|住む|住んでいる|暮らしている))$")


class Apart(StrEnum):
    """Why somebody does not live with the writer: in hospital for now, at another place (which others of the family may
    share), or gone from every household of the case: to a care home, on their own, dead.
    """

    HOSPITAL = "hospital"
    ELSEWHERE = "elsewhere"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Someone:
    """A person word with what the household needs.

    `key` tells people of one role apart (母, 父); `band` and `age` are as in `Person`; `cohabiting` is whether the text
    says that they live with the writer or the case (None: it does not say); `apart` says why they do not.
    """

    role: str
    key: str
    band: Band
    age: int | None
    cohabiting: bool | None
    start: int
    end: int
    apart: Apart | None = None

    @property
    def outside(self) -> bool:
        """Neighbours, friends and clients: not of the writer's household."""
        return self.role in OUTSIDE


def people(
    text: str, raw: tuple[Person, ...] | None = None, said: tuple[Age, ...] | None = None
) -> tuple[Someone, ...]:
    """Everybody that a normal text speaks of, in order, with the writer at their own age (「84歳です」).

    `raw` and `said` are `persons` and `ages` of the text, where they are known already.
    """
    said = ages(text) if said is None else said
    found = _joined(text, persons(text) if raw is None else raw)
    found += _writers(text, said, found)
    return tuple(sorted((_someone(text, person) for person in found), key=lambda one: (one.start, one.end)))


def _joined(text: str, raw: tuple[Person, ...]) -> list[Person]:
    """隣のおばあさん and 友達のお母さん are one outsider each, with the band of the kin word."""
    joined: list[Person] = []
    for person in raw:
        last = joined[-1] if joined else None
        near = last is not None and last.role in _THEIRS and last.end <= person.start and person.start - last.end <= 6
        if last is not None and near and person.role != WRITER and _LINK.fullmatch(text[last.end : person.start]):
            joined[-1] = Person(last.role, person.band, person.age, last.start, person.end)
        else:
            joined.append(person)
    return joined


def _writers(text: str, said: tuple[Age, ...], known: list[Person]) -> list[Person]:
    """The writer, where an age stands that belongs to nobody else: 「84歳です」."""
    found = []
    for age in said:
        free = all(age.end <= person.start or age.start >= person.end for person in known)
        if free and not age.decade and _OWN_AGE.match(text, age.end) and _opens(text, age.start):
            found.append(Person(WRITER, age.band, age.years, age.start, age.end))
    return found


def _opens(text: str, at: int) -> bool:
    """Whether nothing but a short 私は stands before `at` in its sentence."""
    begin, _ = sentence(text, at, at)
    return re.fullmatch(r"\s*(?:(?:私|わたし|僕|俺|自分)(?:は|、)?)?\s*", text[begin:at]) is not None


def _someone(text: str, person: Person) -> Someone:
    age, band = person.age, person.band
    bracket = _BRACKETED.match(text, person.end)
    if age is None and bracket is not None and int(bracket[1]) <= 120:
        age = int(bracket[1])
        band = Age(age, 0, 0).band
    word = text[person.start : person.end]
    home, apart = _living(text, person)
    return Someone(person.role, _key(person.role, word), band, age, home, person.start, person.end, apart)


def _key(role: str, word: str) -> str:
    if role in OUTSIDE or role == WRITER:
        return role
    return next((f"{role}:{key}" for key, pattern in _KEYS if pattern.search(word)), role)


def _living(text: str, person: Person) -> tuple[bool | None, Apart | None]:
    """Whether the text says that they live with the writer or the case, and if not, why."""
    begin, end = sentence(text, person.start, person.end)
    before, behind = text[begin : person.start], text[person.end : end]
    if person.role in OUTSIDE or text.startswith("元", person.start):
        return False, Apart.ELSEWHERE
    behind = behind.removeprefix(bracket[0]) if (bracket := _BRACKETED.match(behind)) else behind
    if away := _AWAY_BEFORE.search(before) or _AWAY_BEHIND.match(behind):
        return False, _apart(away[0])
    if _HOME_BEFORE.search(before) or _HOME_BEHIND.match(behind):
        return True, None
    return None, None


def _apart(words: str) -> Apart:
    if _GONE.search(words):
        return Apart.GONE
    return Apart.HOSPITAL if _IN_HOSPITAL.search(words) else Apart.ELSEWHERE


def last_said(same: Iterable[Someone]) -> Someone | None:
    """Of the mentions of one person, in text order, the last that says whether they live together (暮らしていましたが、
    母は施設に); None when none does.
    """
    return next((one for one in reversed(tuple(same)) if one.cohabiting is not None), None)
