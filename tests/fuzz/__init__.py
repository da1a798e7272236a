"""Fuzzing: any bytes become an update, a request, a message or a conversation, and nothing may break.

``python -m tests.fuzz TARGET --runs N`` goes on for as long as wanted; see ``__main__``. The tests run each target for
a moment.
"""
