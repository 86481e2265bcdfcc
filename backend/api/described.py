"""How drf-spectacular describes the API: settings, apart because they name every list of values."""

from typing import Any

SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Birge",
    "VERSION": "1",
    "DESCRIPTION": "From raised to resolved, by machine: the same rules as on the pages.",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "COMPONENT_SPLIT_PATCH": False,  # `as` is demanded of a change as of any write
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "POSTPROCESSING_HOOKS": ["drf_spectacular.hooks.postprocess_schema_enums", "backend.api.links.linked"],
    # What a generated client calls each list of values: the word of the domain, wherever the field is.
    "ENUM_NAME_OVERRIDES": {
        "Status": "issues.lifecycle.Status",
        "Move": "issues.lifecycle.Move",
        "Verdict": "issues.models.Verdict",
        "Ground": "issues.models.Ground",
        "Concluded": "issues.models.Concluded",
        "Origin": "issues.models.Origin",
        "OwedBy": "issues.models.OwedBy",
        "Basis": "issues.models.Basis",
        "Progress": "issues.models.Progress",
        "DutyKind": "issues.models.DutyKind",
        "HideReason": "issues.models.HideReason",
        "ScopeCode": "issues.models.ScopeCode",
        "Side": "dialogue.models.Side",
        "Kind": "backend.organisations.models.Kind",
        "Standing": "backend.organisations.models.Standing",
        "Role": "backend.organisations.models.Role",
        "Scope": "backend.api.models.Scope",
        "Result": "backend.api.shapes.issue.RESULTS",
        "GivenVerdict": "backend.api.sent.VERDICTS",
        "FilePlace": "backend.api.sent.PLACES",
        "Language": ["kk", "ru", "en"],
        "CountedUnit": "backend.api.shapes.issue.UNITS",
        "FigureKind": "backend.api.shapes.metrics.KINDS",
        "FigureScale": "backend.api.shapes.metrics.SCALES",
    },
}
