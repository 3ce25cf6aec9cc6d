"""The API, version 1: what programs read of the register. Its shape is held by tests/localdigital/api_v1.json."""
