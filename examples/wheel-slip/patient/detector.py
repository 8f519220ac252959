"""Warns of a breakaway only if the tyres crept towards it, and only while the car moves.

A breakaway is the rear wheels outrunning the front ones by more than 6 %. Creep is slip of 3 % or
more; it must have lasted for 50 ms in all within the 700 ms before. A breakaway from firm grip,
such as a jerk of the driveline, is left alone until grip has been back for 300 ms.
"""

from collections import deque

MOVING = 5.0  # rad/s of the front wheels, about 6 km/h: below, 6 % is less than the sensors resolve
CREEP, BREAKAWAY = 0.03, 0.06
MEMORY, CREPT = 0.7, 0.05  # s
GRIP_BACK = 0.3  # s


def run(steps):
    creeping = deque()  # times of the steps that crept before the breakaway
    episode = None  # None: grip; True: a breakaway to warn of; False: one to leave alone
    gripped_since = 0
    step_s, before = 0.01, None
    for step in steps:
        now = step.time_ns / 1e9
        if before is not None:
            step_s = now - before
        before = now
        slip = slip_of(step.last)
        if slip >= CREEP:
            gripped_since = now
        while creeping and creeping[0] < now - MEMORY:
            creeping.popleft()
        if episode is None and slip > BREAKAWAY:
            episode = len(creeping) * step_s >= CREPT
        elif episode is None and slip >= CREEP:
            creeping.append(now)
        elif episode is not None and now - gripped_since >= GRIP_BACK:
            episode = None
            creeping.clear()
        yield {"warning": 1.0 if episode else 0.0}


def slip_of(last):
    front, rear = (last["fl"] + last["fr"]) / 2, (last["rl"] + last["rr"]) / 2
    return rear / front - 1.0 if front > MOVING else 0.0
