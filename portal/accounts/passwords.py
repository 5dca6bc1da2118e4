"""What nobody takes as a password here, because everybody who knows the portal tries it first."""

import re
import unicodedata
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# The programme's own names and words, in both scripts; longer ones first.
WORDS = (
    "deeptechvalueup", "openinnovation", "개방형혁신", "중소벤처기업부", "창업진흥원", "창조경제혁신센터", "deeptech",
    "valueup", "딥테크", "밸류업", "중소벤처", "창조경제", "혁신센터", "스타트업", "대기업", "startup", "portal",
    "포털", "협업", "password", "비밀번호",
)  # fmt: skip
LEAST = 10


class OwnWordsValidator:
    """A password that is hardly more than a word of the programme is refused; one that merely has it in it isn't."""

    def validate(self, password: str, user: Any = None) -> None:
        folded = re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", password)).casefold()
        rest = folded
        for word in WORDS:
            rest = rest.replace(word, "")
        if rest != folded and len(rest) < LEAST:
            raise ValidationError(self.get_help_text(), code="password_own_word")

    def get_help_text(self) -> str:
        return _("사업 이름이나 흔히 쓰는 말에 글자를 조금 보탠 비밀번호는 쓸 수 없습니다. 다른 말을 더 넣어 주십시오.")
