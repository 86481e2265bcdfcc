"""Short names of the regions, where there is no room for whole ones: on the tiles of the map. The names themselves are data."""

from django.utils.translation import pgettext_lazy

from backend.core.errors import Words

# For a tile on a wide screen (up to about twelve letters a line), and for one on a phone (up to about six letters).
SHORT_NAMES: dict[str, tuple[Words, Words]] = {
    "KZ-10": (pgettext_lazy("region, short", "Abai"), pgettext_lazy("region, shortest", "Abai")),
    "KZ-11": (pgettext_lazy("region, short", "Akmola"), pgettext_lazy("region, shortest", "Akm.")),
    "KZ-15": (pgettext_lazy("region, short", "Aktobe"), pgettext_lazy("region, shortest", "Akt.")),
    "KZ-19": (pgettext_lazy("region, short", "Almaty Region"), pgettext_lazy("region, shortest", "Alm. r.")),
    "KZ-23": (pgettext_lazy("region, short", "Atyrau"), pgettext_lazy("region, shortest", "Aty.")),
    "KZ-27": (pgettext_lazy("region, short", "West Kazakhstan"), pgettext_lazy("region, shortest", "WKR")),
    "KZ-31": (pgettext_lazy("region, short", "Zhambyl"), pgettext_lazy("region, shortest", "Zham.")),
    "KZ-33": (pgettext_lazy("region, short", "Zhetisu"), pgettext_lazy("region, shortest", "Zhet.")),
    "KZ-35": (pgettext_lazy("region, short", "Karaganda"), pgettext_lazy("region, shortest", "Kar.")),
    "KZ-39": (pgettext_lazy("region, short", "Kostanay"), pgettext_lazy("region, shortest", "Kost.")),
    "KZ-43": (pgettext_lazy("region, short", "Kyzylorda"), pgettext_lazy("region, shortest", "Kyz.")),
    "KZ-47": (pgettext_lazy("region, short", "Mangystau"), pgettext_lazy("region, shortest", "Mang.")),
    "KZ-55": (pgettext_lazy("region, short", "Pavlodar"), pgettext_lazy("region, shortest", "Pavl.")),
    "KZ-59": (pgettext_lazy("region, short", "North Kazakhstan"), pgettext_lazy("region, shortest", "NKR")),
    "KZ-61": (pgettext_lazy("region, short", "Turkistan"), pgettext_lazy("region, shortest", "Turk.")),
    "KZ-62": (pgettext_lazy("region, short", "Ulytau"), pgettext_lazy("region, shortest", "Ulyt.")),
    "KZ-63": (pgettext_lazy("region, short", "East Kazakhstan"), pgettext_lazy("region, shortest", "EKR")),
    "KZ-71": (pgettext_lazy("region, short", "Astana"), pgettext_lazy("region, shortest", "Astana")),
    "KZ-75": (pgettext_lazy("region, short", "Almaty city"), pgettext_lazy("region, shortest", "Almaty")),
    "KZ-79": (pgettext_lazy("region, short", "Shymkent"), pgettext_lazy("region, shortest", "Shym.")),
}
