"""Faults: the real program under everything that can go wrong, and an account of what became of each message.

============ =====================================================================================
``ledger``   what was injected, what came back, and the verdict: lost, double, wrong, out of order
``records``  what the program's database says: what it set aside, what it was sending when killed
``router``   the way to several processes, which can be cut
``stage``    the pretend Telegram, a database and processes of the program that are killed and started again
``crowd``    people who write
``troubles`` the faults, each a function of stage and crowd
``table``    the runs as a Markdown table
============ =====================================================================================

By hand: ``python -m tests.faults --help``.
"""
