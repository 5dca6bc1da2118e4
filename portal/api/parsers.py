"""JSON bodies, with a limit on size and depth."""

from typing import Any

from django.conf import settings
from rest_framework.parsers import JSONParser as DRFJSONParser

from portal.api.errors import Malformed, TooLarge


class JSONParser(DRFJSONParser):
    """Reads at most DATA_UPLOAD_MAX_MEMORY_SIZE: the framework's own parser would read any length."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        length = int(parser_context["request"].META.get("CONTENT_LENGTH") or 0)
        if length > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise TooLarge
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError as fault:
            raise Malformed from fault
