"""Reading another register's file: its rows (`readers`), what they mean (`map_file`, `mapping`), each one checked (`rows`),
and handing them over (`run`). Messages go the same way, in `dialogue.imports`.
"""
