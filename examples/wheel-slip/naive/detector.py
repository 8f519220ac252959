"""Warns whenever the rear wheels outrun the front ones by more than 6 %."""

SLIP = 0.06


def run(steps):
    for step in steps:
        last = step.last
        front, rear = last["fl"] + last["fr"], last["rl"] + last["rr"]
        yield {"warning": 1.0 if rear > (1.0 + SLIP) * front else 0.0}
