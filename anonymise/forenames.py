"""Which forenames are forms of one another: a partition, so that two names are alike or not."""

from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from typing import Final

from nicknames import NickNamer

GROUPS: Final = tuple(
    line.split()
    for line in """
alexander alex alec alasdair alastair alistair sandy xander
alexandra alexandria sandra lexi lexie
andrew andy drew
anthony tony antony
ann anne anna annie
arthur art
barbara barb babs
benjamin ben benny benji
catherine katherine kathryn catharine katharine cathryn kate katie kathy cathy kat katy kathleen cath kath
charles charlie chas chuck
charlotte lottie charley
christine christina tina chrissie
christopher chris kris topher
daniel dan danny
david dave davie davy
deborah debbie debra deb debs
dorothy dot dottie dolly
edward ed eddie ted ned teddy eddy
eleanor elinor ellie nell nora
elizabeth elisabeth liz lizzie beth betty bess bessie eliza libby lizzy betsy
emily em emmie millie
frances fran francesca
francis frank frankie
frederick fred freddie freddy
gareth gary gaz
geoffrey geoff jeffrey jeff
george georgie
gerald gerry gerard
gillian gill jill jillian
graham graeme grahame
gregory greg gregor
harold harry
henry hal
helen helena nellie
isabella isabel isabelle bella izzy isobel
jacob jake
jacqueline jackie jacqui jacquelyn
james jim jimmy jamie jem
janet jan
jane janie
jennifer jen jenny jenni jennie
jessica jess jessie
joanne jo joanna joann
john jack johnny jon jonathan johnathan jonathon jonny
joseph joe joey
joshua josh
judith judy
julie julia
kenneth ken kenny
kimberley kim kimberly
lawrence laurence larry laurie
leonard len lenny
leslie les lesley
louise lou
lucy lucinda
lynn lynne lyn
linda lynda
margaret maggie meg peggy peg marge margie greta madge
maria mary marie molly polly
mark marc marcus
martin martyn marty
matthew matt mathew
maureen mo
michael mike mick mickey micky mikey
michelle shelly shelley
mohammed muhammad mohamed mohammad muhammed mohamad mohd mohammod muhamed
nathan nathaniel nat
nicholas nick nicky nicolas
nicola nikki nicole
oliver ollie olly
olivia liv livvy
pamela pam
patricia pat trish tricia patsy patti
patrick paddy
paul pauly
pauline paula
peter pete
philip phil phillip pip
philippa pippa
raymond ray
rebecca becky bex becca
reginald reg reggie
richard rick dick rich richie ricky
robert bob rob bobby robbie bobbie
ronald ron ronnie
rosemary rose rosie
roy royston
russell russ
samantha sammy
samuel sam
sarah sara sally sal
sean shaun shawn
simon si
sophie sophia sofia
stephanie steph stef
stephen steven steve stevie
stuart stewart stu
susan sue susie suzanne suzy susannah susanna
teresa theresa terri tess tessa
terence terry terrence
thomas tom tommy
timothy tim timmy
tracey tracy
victoria vicky vicki tori vikki
vincent vince vinny
walter wally walt
wendy wen
william bill will billy willie
yvonne evonne
zachary zach zack zac
""".strip().splitlines()
)
"""Common British forms, which go before the package's mostly American list. First name: stands for the group."""

LIKE_NAMES: Final = 0.5
"""Two full names that share this part of their nicknames are spellings of one (Abigail, Abbigail)."""


@cache
def standing_names() -> Mapping[str, str]:
    """Each known forename to the one that stands for its group."""
    ours = {name: names[0] for names in reversed(GROUPS) for name in names}
    nicknames = NickNamer().nickname_lookup
    full_names = defaultdict(set)
    for full, shorter in nicknames.items():
        for short in shorter:
            full_names[short].add(full)
    parent = {name: name for name in sorted({*nicknames, *full_names, *ours})}
    parent.update(_spellings(nicknames))
    for short in sorted(full_names):
        fuller = [
            full for full in sorted(full_names[short]) if len(nicknames[full]) > len(nicknames.get(short, ()))
        ]
        if fuller and parent[short] == short:
            parent[short] = max(fuller, key=lambda full: (_shared_start(full, short), len(nicknames[full])))
    parent.update(ours)
    return {name: _root(name, parent) for name in parent}


def _spellings(nicknames: Mapping[str, set[str]]) -> dict[str, str]:
    """Full names to the first spelling of the same name; each points to an earlier one or itself."""
    first: dict[str, str] = {}
    for name in sorted(nicknames):
        alike = (
            earlier
            for earlier in sorted(first)
            if earlier[0] == name[0]
            and len(nicknames[earlier] & nicknames[name]) >= LIKE_NAMES * len(nicknames[earlier] | nicknames[name])
        )
        first[name] = next(alike, name)
    return first


def _shared_start(left: str, right: str) -> int:
    """Letters that both start with, up to three."""
    return next((place for place, (a, b) in enumerate(zip(left[:3], right[:3], strict=False)) if a != b), 3)


def _root(name: str, parent: Mapping[str, str]) -> str:
    """The end of the chain; where it closes on itself, its alphabetically first name."""
    seen: list[str] = []
    while name not in seen:
        seen.append(name)
        name = parent[name]
    return min(seen[seen.index(name) :])
