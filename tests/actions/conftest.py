"""The service desk for all tests of actions: its demo data are made once."""

from tests.actions.service_desk import cases, demo_file, desk

__all__ = ["cases", "demo_file", "desk"]
