"""What a document of two pages costs in a worker: CPU for each part of the road, and the worker's memory.

`python -m bench.papers` measures in its own process, which is set up like a worker, and prints JSON.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import time
from dataclasses import asdict, dataclass

PRINTED = 40
WARM_UP = 5


@dataclass(frozen=True)
class Papers:
    """Milliseconds of CPU a document (median), and megabytes of the worker after all of them."""

    pages: int
    printing: float
    sealing: float
    hwpx: float
    first: float
    memory: float
    growth: float

    @property
    def whole(self) -> float:
        return self.printing + self.sealing + self.hwpx

    def shown(self) -> list[str]:
        return [
            f"{self.printing:.0f}",
            f"{self.sealing:.0f}",
            f"{self.hwpx:.0f}",
            f"{self.whole:.0f}",
            f"{self.memory:.0f}",
        ]


def measure() -> Papers:
    """In a process of its own: what is loaded here would otherwise count, too."""
    done = subprocess.run([sys.executable, "-m", "bench.papers"], capture_output=True, text=True, check=True)
    return Papers(**json.loads(done.stdout.splitlines()[-1]))


def here() -> Papers:
    import io

    import django
    import pypdf

    django.setup()
    import portal.celery  # noqa: F401 - a worker has it
    from portal.documents import papers, pdf, seal
    from portal.documents.hwpx import render_hwpx
    from portal.documents.qr import qr_svg

    pdf.warm_up()
    seal.warm_up()
    times: dict[str, list[float]] = {"printing": [], "sealing": [], "hwpx": []}
    content, settled = b"", 0.0
    for number in range(PRINTED + WARM_UP):
        data = letter(number)
        begin = time.process_time()
        html = papers.html_of("documents/selection_result.html", data)
        printed = pdf.render_pdf(html, pictures={"qr.svg": qr_svg(data["verify_url"])})
        at_seal = time.process_time()
        content = seal.seal(printed, number=data["number"]).content
        at_hwpx = time.process_time()
        render_hwpx(html, title=data["title"])
        end = time.process_time()
        for name, spent in zip(times, (at_seal - begin, at_hwpx - at_seal, end - at_hwpx), strict=True):
            times[name].append(spent * 1000)
        if number == WARM_UP:
            settled = memory()
    medians = {name: statistics.median(spent[WARM_UP:]) for name, spent in times.items()}
    first = sum(spent[0] for spent in times.values())
    pages = len(pypdf.PdfReader(io.BytesIO(content)).pages)
    return Papers(pages=pages, first=first, memory=memory(), growth=memory() - settled, **medians)


def memory() -> float:
    """The largest this process has been, in MB (macOS counts bytes, Linux kilobytes)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


def letter(number: int) -> dict[str, object]:
    """A result letter of two pages, each with its own words."""
    code = f"7K2M-9QXD-4TBN-{number:04d}"
    return {
        "number": f"DTV-2025-결과-{number + 1:04d}",
        "title": "2025년 딥테크 밸류업 협업기업 선정 결과 통지",
        "code": code,
        "verify_url": f"https://valueup.example/verify/{code}/",
        "date": "2025-03-12",
        "created": "2025-03-12T14:00:00+09:00",
        "issuer": "중소벤처기업부",
        "notice": "시연용 문서",
        "recipient": {"company": "주식회사 가온로보틱스", "representative": "김가온"},
        "program": "2025년 딥테크 밸류업",
        "demand": "협동로봇 그리퍼를 활용한 용접 공정의 자동화 실증",
        "corporation": "한빛중공업 주식회사",
        "decision": "select",
        "amount": 200_000_000 + number,
        "message": "귀사가 제안하신 공정 적용 경험과 양산 계획을 높이 평가하였습니다. " * 4,
        "objection": "통지를 받으신 날부터 정해진 기간 안에 포털에서 이의신청을 하실 수 있습니다. " * 6,
    }


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    print(json.dumps(asdict(here())))
