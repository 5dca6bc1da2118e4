"""Accounts and organisations of the sample (their names are part of the portal's contract)."""

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from portal.accounts.models import User
from portal.kernel.clock import now
from portal.kernel.roles import Kind, Role
from portal.organizations.actors import actor_for
from portal.organizations.models import Code, Membership, Organization
from portal.security.actor import Actor

PASSWORD = "valueup-demo-2025!"  # noqa: S105  (the sample's, printed by `make demo`)
JOINED = datetime(2024, 1, 2, tzinfo=UTC)

MINISTRY = {
    "officer": (Role.OFFICER, "김담당"),
    "approver": (Role.APPROVER, "이승인"),
    "finance": (Role.FINANCE, "박지급"),
    "auditor": (Role.AUDITOR, "최감사"),
    "operator": (Role.OPERATOR, "정운영"),
}
FOUNDATION = {
    "case": (Role.CASE_MANAGER, "한접수"),
    "advisor1": (Role.ADVISOR, "오변호"),
    "advisor2": (Role.ADVISOR, "유변리"),
}
CORPORATIONS = ("hyundai", "samsung", "skhynix", "lgsciencepark", "posco", "hdhhi", "kt")
FAMILY = "강고권김남노류문박배서손신안양오유윤이임장전정조차최하한허홍"
GIVEN = ("민준", "서연", "도윤", "지우", "하준", "서윤", "은우", "수아", "시우", "지아", "주원", "다은", "지훈", "예은")


@dataclass(frozen=True, slots=True)
class Startup:
    """A sample startup. `no` makes a business number that passes its check and is not issued."""

    slug: str
    name: str
    name_en: str
    no: int
    region: str


# The six of the pilot [fact: names], then invented firms.
PILOT = (
    Startup("deepinsight", "딥인사이트", "Deep In Sight", 101, "11"),
    Startup("inchems", "인켐스", "Inchems", 102, "41"),
    Startup("rowain", "로웨인", "Rowain", 103, "41"),
    Startup("tesollo", "테솔로", "Tesollo", 104, "41"),
    Startup("plaif", "플라잎", "Plaif", 105, "11"),
    Startup("floatic", "플로틱", "Floatic", 106, "11"),
)
INVENTED = (
    Startup("hanbitlidar", "한빛라이다", "Hanbit Lidar", 201, "41"),
    Startup("saebyeokai", "새벽에이아이", "Saebyeok AI", 202, "30"),
    Startup("dolsanbattery", "돌산배터리", "Dolsan Battery", 203, "46"),
    Startup("nurisensor", "누리센서", "Nuri Sensor", 204, "27"),
)

# Invented as well: they meet at the joint meetup.
FAIR = (
    Startup("haneulrobotics", "하늘로보틱스", "Haneul Robotics", 301, "11"),
    Startup("solbitvision", "솔빛비전", "Solbit Vision", 302, "41"),
    Startup("garamenergy", "가람에너지", "Garam Energy", 303, "30"),
    Startup("miraesense", "미래센스", "Mirae Sense", 304, "27"),
    Startup("dongbaekbio", "동백소재", "Dongbaek Materials", 305, "26"),
    Startup("naruquantum", "나루퀀텀", "Naru Quantum", 306, "30"),
    Startup("onnuri", "온누리시큐리티", "Onnuri Security", 307, "11"),
    Startup("byeolmaru", "별마루에이아이", "Byeolmaru AI", 308, "41"),
    Startup("taeyangcell", "태양셀", "Taeyang Cell", 309, "44"),
    Startup("barammarine", "바람마린", "Baram Marine", 310, "31"),
    Startup("cheongsolweld", "청솔용접로봇", "Cheongsol Welding", 311, "31"),
    Startup("hanbada", "한바다테크", "Hanbada Tech", 312, "48"),
    Startup("jinbotics", "진보틱스", "Jinbotics", 313, "41"),
    Startup("geoulai", "거울데이터", "Geoul Data", 314, "11"),
    Startup("sandeulsteel", "산들스틸", "Sandeul Steel", 315, "47"),
    Startup("yeoulnet", "여울네트웍스", "Yeoul Networks", 316, "11"),
)

# Invented, too, and named so that they sound it: those whom the nineteen centers recommend, each center six or seven.
STEMS = {
    "가온들": "Gaondeul", "나래울": "Naraeul", "다온샘": "Daonsaem", "라온뜰": "Raontteul", "마루솔": "Marusol",
    "바론재": "Baronjae", "새론빛": "Saeronbit", "아라뫼": "Aramoe", "이음터": "Ieumteo", "자람골": "Jaramgol",
    "찬들녘": "Chandeulnyeok", "큰솔재": "Keunsoljae", "토담길": "Todamgil", "푸름터": "Pureumteo", "하람결": "Haramgyeol",
    "윤슬강": "Yunseulgang", "늘봄터": "Neulbomteo", "단비골": "Danbigol", "미르재": "Mirjae", "도담뜰": "Dodamtteul",
}  # fmt: skip
TRADES = {
    "로보틱스": "Robotics",
    "세미콘": "Semicon",
    "바이오": "Bio",
    "에너지": "Energy",
    "데이터": "Data",
    "마린": "Marine",
}
REGIONS = ("11", "26", "27", "28", "29", "30", "31", "41", "43", "44", "46", "47", "48", "50")
GUIDED = tuple(
    Startup(f"{stem_en}{trade_en}".lower(), stem + trade, f"{stem_en} {trade_en}", 401 + place, REGIONS[place % 14])
    for place, ((stem, stem_en), (trade, trade_en)) in enumerate(product(STEMS.items(), TRADES.items()))
)


def business_no(no: int) -> str:
    """A well-formed number of an unissued block: 104 → 000-88-01042. `no` below 100,000,000."""
    nine = f"{880_000 + no:09d}"
    digits = [int(d) for d in nine]
    total = sum(d * w for d, w in zip(digits, (1, 3, 7, 1, 3, 7, 1, 3, 5), strict=True)) + digits[8] * 5 // 10
    return f"{nine[:3]}-{nine[3:5]}-{nine[5:]}{(10 - total % 10) % 10}"


class Cast:
    """Everybody in the sample, by e-mail. Finds who is there, makes who is missing."""

    def __init__(self) -> None:
        self._hash = make_password(PASSWORD)  # one hash for all: hashing 150 times would take half a minute
        self._made = 0
        self.organizations: dict[str, Organization] = {}
        self.memberships: dict[str, Membership] = {}

    def assemble(self) -> None:
        """Make all organisations and people. In a `system()` block."""
        self._house(Kind.MINISTRY, "mss", "중소벤처기업부", "Ministry of SMEs and Startups", MINISTRY)
        self._house(Kind.FOUNDATION, "foundation", "대·중소기업·농어업협력재단", "Win-Win Foundation", FOUNDATION)
        for code in Code.objects.filter(list="corporation", code__in=CORPORATIONS):
            staff = {"manager": (Role.MANAGER, ""), "signatory": (Role.SIGNATORY, "")}
            staff |= {f"evaluator{n}": (Role.EVALUATOR, "") for n in range(1, 6)}
            self._house(Kind.CORPORATION, code.code, code.name_ko, code.name_en, staff)
        for code in Code.objects.filter(list="center"):
            staff = {"head": (Role.HEAD, ""), "coordinator": (Role.COORDINATOR, "")}
            self._house(Kind.CENTER, code.code, code.name_ko, code.name_en, staff, region=code.extra["region_code"])
        for firm in (*PILOT, *INVENTED, *FAIR, *GUIDED):
            staff = {"ceo": (Role.REPRESENTATIVE, ""), "member": (Role.MEMBER, "")}
            number = business_no(firm.no)
            self._house(Kind.STARTUP, firm.slug, firm.name, firm.name_en, staff, region=firm.region, business_no=number)

    def actor(self, email: str, at: datetime | None = None) -> Actor:
        """The actor of an account, at an instant of the story (default: now)."""
        found = self.memberships[email]
        return actor_for(found.user, found, at or now())

    def _house(
        self, kind: Kind, slug: str, name: str, name_en: str, staff: dict[str, tuple[Role, str]], **fields: str
    ) -> None:
        house = Organization.objects.filter(slug=slug).first()
        if house is None:
            house = Organization(
                kind=kind, slug=slug, name=name, name_en=name_en, created_at=JOINED, verified_at=JOINED, **fields
            )
            house.save(force_insert=True)
        self.organizations[slug] = house
        for position, (account, (role, person)) in enumerate(staff.items()):
            roles = [str(role)] + ([str(Role.ADMINISTRATOR)] if position == 0 else [])
            self._person(f"{account}@{slug}.example", person or self._name(), house, roles)

    def _name(self) -> str:
        self._made += 1
        return FAMILY[self._made * 7 % len(FAMILY)] + GIVEN[self._made * 5 % len(GIVEN)]

    def _person(self, email: str, name: str, house: Organization, roles: list[str]) -> None:
        user = User.objects.filter(email=email).first()
        if user is None:
            user = User(email=email, name=name, password=self._hash)
            user.save(force_insert=True)
            EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
        found = Membership.objects.filter(user=user, organization=house, ended_at=None).select_related("user").first()
        if found is None:
            found = Membership(user=user, organization=house, roles=roles, started_at=JOINED)
            found.save(force_insert=True)
        found.organization = house
        self.memberships[email] = found
