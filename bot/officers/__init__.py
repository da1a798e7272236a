"""Officers: they keep the rules and follow up what people report, in the chat they use and on the command line.

Channel-neutral: every function here takes an open ``Storage`` and an ``Officer``; a web console will call the same.

================ ======================================================================================================
``officer``      who is an officer, with which role; how one is found
``audit``        what every officer did, when, before and after; only ever added to
``invitations``  codes that make somebody an officer, once
``roster``       who stays an officer, with which role; who is on duty
``joining``      the room for all that in the chat; ``say``: its sentences; ``commands``: what an officer can type
``desk``         what an officer, or somebody with an open case, writes to the bot; its rooms in order
================ ======================================================================================================
"""
