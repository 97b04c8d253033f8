"""The service over HTTP."""

from matcher.service.api.app import create_app

__all__ = ["create_app"]
