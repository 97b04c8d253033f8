"""The product around the engine: command line and service."""
