"""Static files as `serve` puts them together: named after their content, with compressed copies beside them."""

from django.contrib.staticfiles.storage import HashedFilesMixin
from whitenoise.storage import CompressedManifestStaticFilesStorage


class NamedByContent(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Without the source maps that style sheets name: they are for who develops the library, and do not lie there."""

    patterns = tuple(
        (kind, tuple(each for each in found if "sourceMappingURL" not in str(each)))
        for kind, found in HashedFilesMixin.patterns
    )
