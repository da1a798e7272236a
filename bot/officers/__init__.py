"""Officers: they keep the rules and follow up what people report, in the chat they use and on the command line.

Channel-neutral: every function here takes an open ``Storage`` and an ``Officer``; a web console will call the same.

================ ======================================================================================================
``officer``      who is an officer, with which role; how one is found
``audit``        what every officer did, when, before and after; only ever added to
``invitations``  codes that make somebody an officer, once
``roster``       who stays an officer, with which role; who is on duty
``joining``      the room for all that in the chat; ``say``: its sentences; ``commands``: what an officer can type
``desk``         what an officer, or somebody with an open case, writes to the bot; its rooms in order
``cases``        cases as officers see and change them; ``case_acts``: take, answer, hand on, close; ``case_card``: how read
``case_room``    the cases in an officer's chat; ``reporter_room``, ``reporter_acts``: in the chat of whoever reported
``case_opening`` a case is kept, promised and told; ``promise``: by when, in words; ``case_clock``: who waited too long
``case_marks``   like cases by keyed hashes; ``case_figures``: figures without anybody; ``rule_judgements``: what came of rules
``milder``       ``told_anew``: when rules change, who had a milder answer is written to
``revisions``    the officers' changes over the packaged knowledge, numbered; ``package``, ``proving``: what they are laid over,
                 and the checks before; ``live``: every process takes up what was published
================ ======================================================================================================
"""
