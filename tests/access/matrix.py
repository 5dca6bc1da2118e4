"""Who may do what on which page: written by hand from design/access.md, not from the code.

Who *sees* an object stands in `tests/security/test_walls.py` (SEES). Here stands who *acts*: room → page → roles.
A role that isn't named gets 403 where it sees the object, 404 where it doesn't.
"""

from tests.security.test_walls import CENTER, STARTUP

ACTS: dict[str, dict[str, set[str]]] = {
    "organizations": {
        "new": {"officer", "operator"}, "edit": {"officer", "operator"},  # and its own administrator
        "verify": {"officer"} | CENTER, "appoint": {"officer", "operator"},
    },
    "second-factor-resets": {"confirm": {"operator"}, "decline": {"operator"}},
    "memberships": {"invite": set(), "change_roles": set(), "reset_second_factor": {"operator"}, "end_sessions": {"operator"}, "mandate": {"representative"}, "give_back": {"representative"}},  # the administrator: no role of the matrix
    "role-reviews": {"keep": set(), "end": set()},
    "startup-merges": {"new": {"officer"}, "confirm": {"approver"}, "decline": {"approver", "officer"}},
    "join-requests": {"confirm": {"operator"}, "decline": {"operator"}},  # and its own administrator
    # The administrator's, too.
    "webhooks": {"new": set(), "edit": set(), "test": set(), "renew_secret": set(), "stop": set(), "start": set()},
    "webhook-deliveries": {"again": set()},
    "programs": {
        "new": {"officer"}, "edit": {"officer"}, "open": {"approver"}, "run": {"officer"}, "close": {"approver"},
        "archive": {"approver"}, "stages": {"officer"}, "shares": {"officer"}, "tranches": {"officer"}, "extend": {"officer"}, "copy": {"officer"},
    },
    "demands": {
        "new": {"manager"}, "edit": {"manager"}, "submit": {"manager"}, "return_": {"officer"},
        "publish": {"officer"}, "close": {"officer"}, "withdraw": {"manager"}, "remind": {"officer"},
    },
    "startups": {"new": STARTUP, "edit": STARTUP, "unmask_phone": {"officer", "manager"} | CENTER},
    "consents": {"new": {"representative"}, "withdraw": {"representative"}},
    "past-supports": {"new": STARTUP, "edit": STARTUP, "remove": STARTUP},
    "startup-documents": {"new": STARTUP, "remove": STARTUP},
    "recommendations": {
        "new": CENTER, "edit": CENTER, "request_consent": CENTER, "consent": {"representative"}, "resubmit": CENTER,
        "return_": {"officer"}, "accept": {"officer"}, "reject": {"officer"}, "withdraw": CENTER | {"representative"},
        "unmask_phone": {"officer"}, "assign": CENTER, "revoke": {"representative"},
    },
    "files": {"rescan": CENTER, "remove": CENTER},  # whose file it is
    "recommendation-uploads": {"new": CENTER, "check_again": CENTER, "confirm": CENTER, "discard": CENTER},
    "applications": {
        "new": STARTUP, "edit": STARTUP, "submit": {"representative"}, "return_": {"officer"}, "admit": {"officer"},
        "refuse": {"officer"}, "invite": {"manager"}, "withdraw": {"representative"}, "attach": STARTUP,
        "shortlist": {"manager"}, "unshortlist": {"manager"},
    },
    "matches": {
        "keep": {"manager"}, "release": {"manager"}, "dismiss": {"manager"},  # and of a row of their own: startups, centers
        "look": {"manager"} | CENTER | STARTUP,
    },
    "match-runs": {"new": {"officer"}},
    "meetups": {
        "new": {"officer"}, "edit": {"officer"}, "collect": {"officer"}, "publish": {"officer"}, "start": {"officer"},
        "close": {"officer"}, "add_meeting": {"officer"}, "host": {"officer"}, "bar": {"officer"},
        "preferences": {"manager"} | STARTUP, "replan": {"officer"},
    },
    "timetables": {"new": {"officer"}, "apply": {"officer"}, "discard": {"officer"}, "stop": {"officer"}},
    "meetings": {
        "outcome": {"manager"}, "rate": {"manager"} | STARTUP, "move": {"officer"}, "lock": {"officer"}, "unlock": {"officer"},
        "check_in": {"officer", "manager"} | CENTER, "hold": {"officer", "manager"} | CENTER,
        "miss": {"officer", "manager"} | CENTER, "cancel": {"officer"},
    },
    "evaluations": {"new": {"manager"}, "close": {"manager"}, "assign": {"manager", "officer"}},
    "assignments": {
        "new": {"manager", "officer"}, "declare_none": {"evaluator"}, "declare_conflict": {"evaluator"},
    },
    "sheets": {"edit": {"evaluator"}, "submit": {"evaluator"}},
    "selections": {
        "new": {"manager"}, "edit": {"manager"}, "propose": {"manager"}, "return_": {"approver"},
        "confirm": {"approver"}, "announce": {"officer"},
    },
    "record-checks": {"new": {"auditor"}}, "record-reviews": {"new": {"auditor"}},
    "jobs": {"run_again": {"operator"}},
    "document-batches": {},
    "documents": {"replace": {"officer"}, "revoke": {"officer"}},
    "awards": {"cancel": {"approver"}, "close": {"finance"}},
    "disbursements": {
        "new": {"representative"}, "review": {"officer"}, "refuse": {"officer", "approver"}, "approve": {"approver"},
        "send": {"finance"}, "pay": {"finance"}, "fail": {"finance"}, "lose": {"finance"},
    },
    "legal-cases": {
        "new": STARTUP, "assign": {"case_manager"}, "answer": {"advisor"}, "ask_more": STARTUP, "close": STARTUP,
    },
}  # fmt: skip
