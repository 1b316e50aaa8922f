"""The id of a deal as the last part of an address: any characters at all, slashes and line breaks among them."""


class DealIdConverter:
    """Takes everything up to the last slash."""

    regex = r"[\s\S]+"

    def to_python(self, value: str) -> str:
        """The id."""
        return value

    def to_url(self, value: str) -> str:
        """The id, which Django quotes."""
        return value
