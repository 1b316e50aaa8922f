"""The sections of the report: each turns results into blocks, and copes with what the record could not give."""
