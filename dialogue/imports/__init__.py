"""Reading the file of a legacy discussion: what its rows mean (`meaning`), waiting for the rest of their thread (`waiting`),
and handing them over issue by issue (`run`). How files are read stands in `issues.imports`.
"""
