"""What is written to people: who wants what and when, what did not arrive, messages elsewhere.

Rooms declare their letters (`common.letters`); here they are written, kept for the day's one
e-mail, or left out. Whatever is tried is heard of here (`Room.heard`), and what failed is shown
until it arrives. The letters of signing in, and invitations, nobody can switch off: they are no
`Letter`, and pass by here only when they fail.
"""
