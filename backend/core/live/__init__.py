"""Live updates without domain words: hints between processes (`bus`), one hub in each process (`hub`), who is here (`presence`).

The database is the truth, and a hint only one that comes early (D3): whatever is lost between here and there, a sweep finds.
"""
