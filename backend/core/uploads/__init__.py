"""Files that strangers send: how much is read of them, what they are by content, and where they lie.

Nothing here knows the domain. `intake` stops what is too long while it streams in; `inspection` says what a file is and
makes it harmless; `storage` keeps it where no address leads. Files leave only as downloads.
"""
