"""Every limit on files, in one place [policy]. Bytes unless said otherwise."""

MIB = 1024 * 1024

FILE = 10 * MIB  # one file, as it is sent and as it is kept
FILES = 10  # files of an issue itself, and of one piece of evidence
OF_ONE_PARTY = 50 * MIB  # all that one organisation has put into one issue: nobody uses up another's room
PENDING_HOURS = 24  # a file that waits in a form, and was not published with it

# A request to an address that takes files: as many as may lie there, and the words of the form beside them. Others take
# none, and no more words than Django's own limit.
REQUEST = OF_ONE_PARTY + 5 * MIB

# A picture is decoded, so its pixels count; it is kept at a size that a screen or a sheet of paper can show.
PICTURE_PIXELS = 40_000_000
PICTURE_SIDE = 4000  # pixels

# A document of an office program is a zip archive.
ARCHIVE_ENTRIES = 2000
ARCHIVE_UNPACKED = 200 * MIB
ARCHIVE_RATIO = 100  # unpacked to packed, of the whole

NAME = 120  # characters of a file's name, its ending not counted
NAME_BYTES = 200  # ... and bytes: file systems count those
