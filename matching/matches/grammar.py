"""Korean grammar that the match engine relies on: sentences, what a sentence denies, the parts of a list, particles.

No word of any field of technology stands here: only endings, particles and verbs of denying.
"""

import re

_SENTENCE = re.compile(r"(?<=[.!?。])\s+|\n+")
_DENIES = r"(?:않|아니|아닌|아닙|없|못|말고|안 )"
_PASSES_ON = r"(?:제외|배제|다른 |별도|밖(?:이|입)|빼고|뺀다|뺍니다|사절)"
# A sentence of a scope is unwanted when it ends in a denial or leaves something out.
_UNWANTED = re.compile(rf"(?:{_DENIES}\S*|{_PASSES_ON}[^.,]{{0,24}}[.!]?)$")
_PARTICLE = re.compile(r"(?<=[가-힣A-Za-z0-9)])(은|는|도|을|를|이|가)(?=\s)")
_AND = re.compile(r"[,;]|(?<=[가-힣])(?:과|와|이나|나|및|또는)\s|\s(?:및|또는|혹은)\s")
_JOINT = r"(?![^ ]*(?:은|는|도|고|며|므로|어서|아서|지만|면|,)(?:\s|$))"
# What a company says it doesn't do: "…은/는/도 … 않|없|못", "…이/가 아니라", "아직 …".
_LIMIT = re.compile(
    rf"(?<=[가-힣A-Za-z0-9)\]])(?:은|는|도)\s(?:{_JOINT}\S+\s){{0,4}}?\S*{_DENIES}|(?:이|가)\s아니라|(?<!\S)아직\s"
)
_BREAK = re.compile(r"[,.]")
_CLAUSE = re.compile(r"(?<=[가-힣])(?:고|며|므로|지만)\s")


def sentences(text: str) -> list[str]:
    """The sentences of a text, without blanks around them."""
    return [part.strip() for part in _SENTENCE.split(text) if part.strip()]


def split_scope(scope: str) -> tuple[list[str], list[str]]:
    """The sentences that say what is wanted, and those that say what is not."""
    wanted: list[str] = []
    unwanted: list[str] = []
    for sentence in sentences(scope):
        (unwanted if _UNWANTED.search(sentence) else wanted).append(sentence)
    return wanted, unwanted


def denied_things(sentence: str) -> list[str]:
    """What an unwanted sentence leaves out: the whole phrase before its verb, then its parts where it is a list."""
    body = sentence.rstrip(".!。 ")
    marks = list(_PARTICLE.finditer(body))
    head = body
    for mark in reversed(marks):
        if mark.group(1) in "은는도을를" or mark is marks[0]:
            head = body[: mark.start()]
            break
    parts = [part.strip() for part in _AND.split(head) if len(part.strip()) >= 2]
    return [head, *parts] if len(parts) > 1 else [head]


def limits(text: str) -> list[tuple[str, str]]:
    """What a company says it does not do or not yet: (the phrase denied, the sentence that says so)."""
    found = []
    for sentence in sentences(text):
        for match in _LIMIT.finditer(sentence):
            end = match.start()
            if match.group().startswith("아직"):  # what is not yet so follows
                end = len(_BREAK.split(sentence[match.start() :], maxsplit=1)[0]) + match.start()
            phrase = _BREAK.split(sentence[:end])[-1].strip()
            last = _CLAUSE.split(phrase)[-1]
            phrase = last if " " in last else phrase  # 재고, 창고 end like a clause
            if phrase:
                found.append((phrase, sentence))
    return found
