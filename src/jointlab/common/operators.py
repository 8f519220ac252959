"""Who acts when a command of the shell writes: one of this instance's operators, named by --by."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any


def add_by(parser: ArgumentParser) -> None:
    """Let a command be told which operator acts."""
    parser.add_argument(
        "--by", metavar="ADDRESS", help="the operator who acts; needed where there are several"
    )


def the_operator(address: str | None) -> Any:
    """Return the operator of that address, or the only one that there is."""
    from django.contrib.auth import get_user_model

    from jointlab.common.addresses import address_of
    from jointlab.common.errors import Refusal

    operators = get_user_model()._default_manager.filter(is_operator=True, is_active=True)
    found = list(operators.filter(email=address_of(address)) if address else operators[:2])
    if len(found) == 1:
        return found[0]
    if address:
        raise Refusal(f"No operator has the address {address}.")
    raise Refusal(
        "There are several operators. Say with --by ADDRESS which of them acts."
        if found
        else "There is no operator yet. Make one: jointlab operator add."
    )
