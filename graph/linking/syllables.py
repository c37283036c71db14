"""Names of East Asia in Latin letters: their syllables, and the families that have them."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Final

__all__ = ["is_japanese", "is_vietnamese", "syllables"]

_PINYIN: Final = """
-: a ai an ang ao e ei en er o ou; b: a ai an ang ao ei en eng i ian iao ie in ing o u;
p: a ai an ang ao ei en eng i ian iao ie in ing o ou u;
m: a ai an ang ao e ei en eng i ian iao ie in ing iu o ou u; f: a an ang ei en eng o ou u;
d: a ai an ang ao e ei eng i ian iao ie ing iu ong ou u uan ui un uo;
t: a ai an ang ao e eng i ian iao ie ing ong ou u uan ui un uo;
n: a ai an ang ao e ei en eng i ian iang iao ie in ing iu ong ou u uan uo;
l: a ai an ang ao e ei eng i ia ian iang iao ie in ing iu ong ou u uan un uo v;
g: a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo;
k: a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo;
h: a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo;
j: i ia ian iang iao ie in ing iong iu u uan ue un;
q: i ia ian iang iao ie in ing iong iu u uan ue un;
x: i ia ian iang iao ie in ing iong iu u uan ue un;
zh: a ai an ang ao e ei en eng i ong ou u ua uai uan uang ui un uo;
ch: a ai an ang ao e en eng i ong ou u ua uai uan uang ui un uo;
sh: a ai an ang ao e ei en eng i ou u ua uai uan uang ui un uo;
r: an ang ao e en eng i ong ou u ua uan ui un uo;
z: a ai an ang ao e ei en eng i ong ou u uan ui un uo;
c: a ai an ang ao e en eng i ong ou u uan ui un uo;
s: a ai an ang ao e en eng i ong ou u uan ui un uo;
y: a an ang ao e i in ing o ong ou u uan ue un; w: a ai an ang ei en eng o u
"""
"""The syllables of Mandarin in Pinyin: what each begins with, and how it goes on."""
_CHINESE: Final = """
chieh chien chih ching chuen chueh chuang fai hei hin hoi hon hsi hsiang hsiao hsien hsin hsing
hsiu hsiung hsu hsuan hsueh hsun jen jui jyh ka kam kei kin kit kok kuang kuei kuo kwan kwok
kwong lok lung mau nga on pak pui sau shiang shing shuo shyh siu suet szu tak tsai tse tseng tsung
tsz tung tze tzu wah wing wun yat yee yeh yen yin yiu yueh yuen yuk yung
"""
"""Syllables of Taiwan and Hong Kong that Pinyin does not have."""
_KOREAN: Final = """
ah bae bin bok bong bum byeong byoung byung chae chan cheol chul dae dal dong doo eun geun gi gil
guk gwan gwang gyeong gyu hae hak hee hoon hui hun hwa hwan hye hyeok hyeon hyo hyuk hyoung hyun
hyung il im jae jeong jin jong joo joon joong jun jung keun ki kil koo kun kwang kyo kyong kyoung
kyu kyun kyung moon mun myeong myung nam ok pil sam seo seok seon seong seung sik sol sook soo
soon suk sung tae uk ung won woo woong yeol yeon yeong yoo yoon you young yul yun
"""
_VIETNAMESE: Final = """
anh bach binh chau cuong dat diep dinh duc dung duong duy giang hanh hien hieu hoai hoan hue hung
huong huu huy huyen khai khanh khoa khoi kien ky lam lien linh loan loc loi luan ly manh minh my
nga ngan nghia ngoc nguyen nha nhan nhat nhi nhu nhung oanh phat phong phu phuc phuong quang que
quoc quy quyen quynh tam thai thang thanh thao thi thien thinh tho thoa thong thu thuan thuong thuy
tien tin tinh toan trang tri trinh trong truc trung truong tuan tung tuyen tuyet van viet vinh vu
vuong xuan
"""
_FAMILIES: Final = """
au cheung chou chow choi choo chung chiang chu hsiao hsieh hsu ho hung kwan kwok kwong lam lau law
lee leung lui mak mok ng poon siu tam tang tong tsai tsang tse tseng tso tsui wong wu yau yeh yeung
yip yiu yu yuen kim park bak cho choe chon hahm hwang hyun im jang jeon jeong jo jun jung kang ko
koo kwak kwon lim min moon nam noh oh paik pyo ryu seo shim shin sohn son suh sung yang yi yim yoo
yoon youn yun rhee ahn bae baek byun cha chae ha heo huh hong joo ju ki kook ku eom um gu gim gwon
"""
"""Families of Taiwan, Hong Kong and Korea; those of Mandarin are syllables of it."""
_VIETNAMESE_FAMILIES: Final = frozenset(
    {"bui", "chu", "dang", "dao", "dinh", "do", "doan", "duong", "ha", "ho", "hoang", "huynh"}
    | {"lam", "le", "luong", "mai", "ngo", "nguyen", "nguyn", "pham", "phan", "phung", "quach"}
    | {"ta", "thai", "to", "tran", "trinh", "truong", "vo", "vu", "vuong"}
)
_MORA: Final = re.compile(
    r"(?:[kgnbpmr]?[aiueo]|[kgnhbpmr]y[auo]|[szhtd][aeo]|h[aio]|[sz]u|(?:sh|ch|j)[aiuo]|tsu|fu"
    r"|y[auo]|wa|n(?![aiueoy]))+"
)
_UMLAUT: Final = re.compile("([aou])e")
"""As names are folded: `xue` is `xu`."""
_MOST: Final = 2
"""Syllables of a given name; what has more, as `benjamin`, is of elsewhere."""


@lru_cache(maxsize=100_000)
def syllables(given: str, family: str) -> int:
    """Of how many syllables a Chinese, Korean or Vietnamese given name is; 0 if it is none.

    :param given, family: folded, without spaces. Both are to be such names: `dan li` may be one,
        `dan roth` is none.
    """
    if family not in _families() and family not in _VIETNAMESE_FAMILIES:
        return 0
    known = _syllables()
    fewest = [0, *[_MOST + 1] * len(given)]
    for end in range(1, len(given) + 1):
        for start in range(max(0, end - 7), end):
            if given[start:end] in known:
                fewest[end] = min(fewest[end], fewest[start] + 1)
    return fewest[-1] if fewest[-1] <= _MOST else 0


def is_vietnamese(family: str) -> bool:
    """Whether people of Vietnam have such a family name, who leave out some of their given ones."""
    return family in _VIETNAMESE_FAMILIES


def is_japanese(given: str, family: str) -> bool:
    """Whether both are of syllables as Japanese has them (in Hepburn's spelling)."""
    return bool(_MORA.fullmatch(given) and _MORA.fullmatch(family)) and len(family) > 3


@cache
def _mandarin() -> frozenset[str]:
    found = set()
    for line in _PINYIN.split(";"):
        initial, ends = line.split(":")
        found |= {initial.strip(" \n-") + end for end in ends.split()}
    return frozenset(_UMLAUT.sub(r"\1", each) for each in found)


@cache
def _syllables() -> frozenset[str]:
    others = (_CHINESE + _KOREAN + _VIETNAMESE).split()
    return _mandarin() | {_UMLAUT.sub(r"\1", each) for each in others}


@cache
def _families() -> frozenset[str]:
    known = frozenset(_UMLAUT.sub(r"\1", each) for each in _FAMILIES.split())
    return known | {each for each in _mandarin() if len(each) > 1} | {"ouyang", "zhuge", "situ"}
