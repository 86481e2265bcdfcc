"""Rows to instances as `Model.from_db` makes them, without its way field by field through `__init__`."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import Model
from django.db.models.base import ModelState
from django.db.models.fetch_modes import FetchMode
from django.db.models.signals import post_init, pre_init
from django.db.models.sql.compiler import SQLCompiler


class Instances:
    """Of one model: `names` are its fields by their columns in a row, in their order, from `first` on; others are deferred."""

    def __init__(self, model: type[Model], names: Sequence[str], mode: FetchMode, first: int = 0) -> None:
        self._model, self._names, self._mode = model, tuple(names), mode
        self._part = slice(first, first + len(self._names))
        self._is_plain = _is_plain(model)
        self._joined: list[tuple[Instances, int, Callable[[Any, Any], None], Callable[[Any, Any], None]]] = []

    @classmethod
    def selected(cls, compiler: SQLCompiler, mode: FetchMode) -> "Instances | None":
        """Of a question of Django's, with what `select_related` joins; None where there is more to them than that."""
        if mode.track_peers or compiler.annotation_col_map:
            return None
        return cls._told(compiler.klass_info, compiler.select, mode)

    @classmethod
    def _told(cls, info: Any, select: Any, mode: FetchMode) -> "Instances | None":
        if info is None or info.get("from_parent"):
            return None
        places = info["select_fields"]
        made = cls(info["model"], [select[place][0].target.attname for place in places], mode, places[0])
        for each in info.get("related_klass_infos", ()):
            if (other := cls._told(each, select, mode)) is None:
                return None
            key = other._part.start + other._names.index(other._model._meta.pk_fields[0].attname)
            made._joined.append((other, key, each["local_setter"], each["remote_setter"]))
        return made

    def made(self, row: Sequence[Any], db: str) -> Any:
        instance = self._new(row[self._part], db)
        for other, key, set_here, set_there in self._joined:
            joined = None if row[key] is None else other.made(row, db)
            set_here(instance, joined)
            if joined is not None:
                set_there(joined, instance)
        return instance

    def _new(self, values: Sequence[Any], db: str) -> Model:
        if not self._is_plain:
            return self._model.from_db(db, self._names, values, fetch_mode=self._mode)
        instance = self._model.__new__(self._model)
        state = ModelState()
        state.adding, state.db, state.fetch_mode = False, db, self._mode
        vars(instance).update(zip(self._names, values, strict=True), _state=state)
        return instance


def _is_plain(model: type[Model]) -> bool:
    """Whether nothing happens while an instance of it is made that would not happen here."""
    is_djangos = (
        model.__init__ is Model.__init__
        and model.__new__ is Model.__new__
        and model.from_db.__func__ is Model.from_db.__func__  # type: ignore[attr-defined]
    )
    return is_djangos and not (pre_init.has_listeners(model) or post_init.has_listeners(model))
