"""The record: canonical tables in versions, and the engine that reads them."""
