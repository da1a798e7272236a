"""Officers: they keep the rules and follow up what people report, in the chat they use and on the command line.

Channel-neutral: every function here takes an open ``Storage`` and an ``Officer``; a web console will call the same.


``proposing``    from a message to a new sign, question by question; ``phrasing`` (marked words → phrase), ``drafting`` and
                 ``yaml_edits`` (answers → file, comments kept), ``rule_quotes`` are its pure parts
``changing``     /ubah: contacts, words, places, sentences and pathways, question by question; the ``change_…`` modules know
                 what is asked of each and where it is written; ``interview`` is how such rooms hear a message
``filing``       a file that is sent: where it belongs, what is wrong with it; ``files_room`` takes it in the chat
``proposals``    changes of one file that wait; ``publishing`` tries them out beside the conversation and publishes
``learning``     after a publish the example reader learns too; ``trainings`` (what waits for it), ``learnt`` (how much that
                 is), ``retraining`` (in another process), ``holding`` (long work under a lease)
``preview``      what a change would do; ``touched`` (which texts it can reach), ``previewing`` (in another process)
``rules_room``   /aturan, /revisi, /batalkan; ``proposals_room`` /usulan; ``rule_menus`` is what both offer and remember;
                 ``rule_figures`` counts what every rule finds
``lessons``      messages that rules can learn from; ``lessons_room`` works through them
``groups``       chats of several officers to which cases are posted; ``group_room`` makes them, ``group_press`` is a button
                 pressed there, ``group_changes`` what the platform does to them
``contact_room`` /kontak cek: contacts are checked again, and the day is noted
================ ===============================================================================================
"""
