"""`seed`: very many issues that nobody wrote, each with the rows that the actions would have left.

`lives` says what happens to an issue, `rehearsing` makes it happen once through the actions and reads the rows, `stencils` turns
these rows into forms with blanks, `planning` says which issue lives which life when, and `press` fills the forms and copies them
into the tables. So no rule of the domain is written here a second time.
"""
