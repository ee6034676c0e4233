"""The HTTP edge that all services share: what is parsed, how answers and refusals look."""
