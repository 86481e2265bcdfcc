"""Reading another register's file: its rows (`readers`), what they mean (`mapping`), and handing them over (`run`)."""
