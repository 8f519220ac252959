"""Agreements, from the first draft to the day after the last, by noun.

text         the frozen value that is approved by its hash; how it reads, what differs, its clauses
negotiation  beginning, editing, commenting on and approving a text
signature    the document of an approved text, and who signs it
force        an agreement in force: publications under it, how it goes on, how it ends

Who may do what is in `access`, what happened in `events`, what is written to people in `letters`;
rows are in `models`. To follow an act: urls → negotiation.views.approving → access →
negotiation.services.approving → events.
"""
