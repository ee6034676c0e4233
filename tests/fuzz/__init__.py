"""Every field of every endpoint, fuzzed from the OpenAPI document of a running slice."""
