"""What an issue's number looks like in addresses: `<number:number>`. Imported by every module with such addresses."""

from django.urls import register_converter


class NumberConverter:
    """The year and at least six digits: `2026-000417`."""

    regex = r"[0-9]{4}-[0-9]{6,10}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(NumberConverter, "number")
