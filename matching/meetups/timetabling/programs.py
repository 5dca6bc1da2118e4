"""The linear program over (request, slot): a tighter bound where somebody is absent, and small days exactly.

A variable per request and slot in which it could stand; rows: a request once, a startup once per slot and its maximum,
a corporation's tables and a room's capacity per slot. HiGHS by way of SciPy.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import coo_matrix, csr_matrix, hstack, vstack

from matching.meetups.timetabling.flows import Worth
from matching.meetups.timetabling.places import Places, Whole

SCALE = 1 << 20
# About a second; four times as many columns take half a minute. LESSER: only for aims after the first.
MOST_COLUMNS, LESSER = 20_000, 5_000
MOST_WORTH = 10**7  # beyond it, HiGHS' tolerances would hide a unit of the least aim
MOST_NODES = 50


@dataclass(frozen=True, slots=True)
class Program:
    """matrix (limits × columns) times the columns is at most limits; column j is request[j] in slot[j]."""

    request: Whole
    slot: Whole
    matrix: csr_matrix
    limits: Whole


def program(places: Places) -> Program:
    request, slot = (part.astype(np.int64) for part in np.nonzero(places.together()))
    startup, corporation, room = places.startup[request], places.corporation[request], places.room[request]
    rows, limits = [], []
    for keys, most in (
        (startup * places.slots + slot, places.seats.ravel()),
        (startup, places.most),
        (corporation * places.slots + slot, places.tables.ravel()),
        (room * places.slots + slot, places.rooms.ravel()),
        (request, np.ones(len(places.number), np.int64)),
    ):
        used, row = np.unique(keys, return_inverse=True)
        ones = np.ones(len(request), np.int64)
        rows.append(coo_matrix((ones, (row, np.arange(len(request)))), shape=(len(used), len(request))))
        limits.append(most[used])
    return Program(request, slot, vstack(rows).tocsr(), np.concatenate(limits))


def proven_bound(places: Places, lp: Program) -> int | None:
    """An upper limit of the open requests' total, from the dual of the linear program.

    HiGHS' dual prices are only taken as a hint: rounded to whole multiples of 1/SCALE and not below 0, any prices
    prove a bound, limits · prices + for each request what its best slot is worth beyond the prices, at least 0
    (weak duality). That sum is taken in whole numbers, so that no tolerance enters.
    """
    found = linprog(-places.grade[lp.request].astype(float), lp.matrix, lp.limits, bounds=(0, 1), method="highs")
    if found.status != 0:
        return None
    requests = len(np.unique(lp.request))
    shared, limits = lp.matrix[:-requests], lp.limits[:-requests]
    prices = np.maximum(0, np.rint(-found.ineqlin.marginals[:-requests] * SCALE)).astype(np.int64)
    beyond = places.grade[lp.request] * SCALE - shared.T @ prices
    best = np.zeros(len(places.number), np.int64)
    np.maximum.at(best, lp.request, beyond)
    return int(limits @ prices + best.sum()) // SCALE


def best_day(places: Places, lp: Program, worth: Worth, seconds: float) -> npt.NDArray[np.int64] | None:
    """(open requests) slot or -1 of the best day of all, or None where it is too much for the solver."""
    gains = worth.of(places)[lp.request].astype(float)
    newly = np.flatnonzero(~places.met_already)
    if float(worth.of(places).sum()) + worth.first * len(newly) > MOST_WORTH:
        return None
    columns = len(lp.request)
    of = coo_matrix(
        (-np.ones(columns), (places.startup[lp.request], np.arange(columns))), shape=(len(places.most), columns)
    ).tocsr()[newly]
    one = coo_matrix((np.ones(len(newly)), (np.arange(len(newly)),) * 2), shape=(len(newly),) * 2)
    empty = coo_matrix((lp.matrix.shape[0], len(newly)))
    matrix = vstack([hstack([lp.matrix, empty]), hstack([of, one])]).tocsr()
    found = milp(
        np.concatenate([-gains, np.full(len(newly), -float(worth.first))]),
        integrality=np.ones(columns + len(newly)),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(matrix, -np.inf, np.concatenate([lp.limits, np.zeros(len(newly))])),
        options={"node_limit": MOST_NODES, "mip_rel_gap": 0.0, "time_limit": seconds},
    )
    if found.x is None:
        return None
    slots = np.full(len(places.number), -1, np.int64)
    held = np.flatnonzero(found.x[:columns] > 0.5)
    slots[lp.request[held]] = lp.slot[held]
    return slots
