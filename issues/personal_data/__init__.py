"""Personal data in what people write: IIN, phone, e-mail, card (domain.md section 2). Pure: no models.

`find` tells where; a person decides. It looks for shapes: whose number it is (a person's, a reception's) no program can tell.
"""

from issues.personal_data.finding import Hit, Kind, find, mask

__all__ = ["Hit", "Kind", "find", "mask"]
