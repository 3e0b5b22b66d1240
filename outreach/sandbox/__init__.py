"""A stand-in for Meta: an HTTP server that keeps the contract strictly, with its own clock, audience and faults."""
