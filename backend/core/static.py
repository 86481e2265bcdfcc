"""How collected static files are named."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Names that change with the content, in the imports of our scripts too: nothing old is ever run beside something new."""

    support_js_module_import_aggregation = True
