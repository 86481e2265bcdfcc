"""The demonstration: invented people and NGOs, and issues replayed through the actions as if they had happened.

`ngos.toml` and `people.toml` have the cast, `stories/*.toml` one issue each: its text, and what was said and done on
which day. Days are counted in working days from today (`days`), so that the demonstration is always fresh and every
date legal, whatever day it is; `replay` makes all moves in the order of time. Nothing here writes an issue but the
actions.
"""
