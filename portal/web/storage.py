"""Which static files are served, and how: hashed names, packed, kept by browsers for good."""

from django.contrib.staticfiles.apps import StaticFilesConfig
from whitenoise.storage import CompressedManifestStaticFilesStorage as Hashed  # type: ignore[import-untyped]


class StaticFiles(StaticFilesConfig):
    """Leaves out what no page asks for: it would be two thirds of the files, and most of the time that packing takes.

    Fonts of the PDF engine, source maps, and files of packages whose pages we don't have.
    """

    ignore_patterns = [
        *StaticFilesConfig.ignore_patterns,
        "fonts-ttf",
        "*.map",
        "redoc",
        "rest_framework",
        "django_tables2",
        "django_htmx",
    ]


class StaticStorage(Hashed):
    """Also hashes the names in `import` statements of our ES modules.

    Without it `portal.js` would import its parts by their plain names: browsers would ask for each of them again on
    every page, and could run an old part beside a new one after a release.
    """

    support_js_module_import_aggregation = True
    # Ours only: packages' bundles are whole already, and text in them may look like an import.
    _js_module_import_aggregation_patterns = ("js/*.js", Hashed._js_module_import_aggregation_patterns[1])
    # Without source maps there is nothing that their names could be replaced by.
    patterns = tuple(
        (files, tuple(pattern for pattern in found if "sourceMappingURL" not in str(pattern)))
        for files, found in Hashed.patterns
    )
    # Every page asks by the hashed name; the plain twin would be packed in vain.
    keep_only_hashed_files = True
