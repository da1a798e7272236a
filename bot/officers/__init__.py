"""Officers: they keep the rules and follow up what people report, in the chat they use and on the command line.

Channel-neutral: every function here takes an open ``Storage`` and an ``Officer``; a web console will call the same.

Everything begins here:

====================== ==========================================================================================
``desk``               asks the rooms before the ordinary conversation; what a turn, a room and a deed are
``officer``            who is an officer
``audit``              the trail of who did what; lines are only ever added
``commands``           what an officer can type, by role
``choices``            buttons that can also be typed as numbers
``interview``          how a room hears the answer to its question
====================== ==========================================================================================

Who is an officer:

====================== ==========================================================================================
``joining``            the room: /petugas, /jaga
``invitations``        a code that makes one person an officer
``roster``             roles, areas, who is on duty
``say``                what officers are told about being officers
====================== ==========================================================================================

Cases:

====================== ==========================================================================================
``cases``              found, taken, answered, handed on, closed; who must hear of one
``promise``            by when an officer answers, in words
``case_opening``       a case is opened, the person hears what is promised, officers hear of it
``case_marks``         keyed hashes by which like cases are known
``case_card``          how officers read a case, and the buttons under it
``case_room``          the officers' room: list, card, every act
``case_acts``          what an officer does with a case, each with its line in the trail
``case_clock``         who has waited too long, and who must hear of it
``case_figures``       figures over the cases; small groups are hidden
``case_chart``         the same as one picture
``reporter_room``      the room of the people who reported
``reporter_acts``      what they do with their case
``milder``             who had a milder answer than today's is written to, once
====================== ==========================================================================================

Officers' groups:

====================== ==========================================================================================
``groups``             chats of several officers to which cases are posted
``group_room``         a group becomes the officers', and the buttons there work
``group_press``        a button pressed under a card in a group
``group_changes``      what the platform does to a group
``say_group``          what is said of groups
====================== ==========================================================================================

What is live:

====================== ==========================================================================================
``package``            the knowledge that came with this program
``revisions``          officers' changes to it, numbered, never changed
``live``               what this process answers with, kept up with the revisions
``meeting``            where package, revisions and a folder of files differ, and what follows
====================== ==========================================================================================

From a wish to a revision:

====================== ==========================================================================================
``rule_rooms``         the rooms in which knowledge is kept, in order
``proposing``          the room: from a message to a new sign, question by question
``phrasing``           marked words → a phrase
``drafting``           answers → the YAML of a sign
``rule_quotes``        what a rule that is only a text yet would find
``yaml_edits``         a value changed in a file, every other character left
``changing``           the room: /ubah for everything but signs
``change_steps``       what one kind of knowledge is to that room
``change_sources``     who says so, where and when
``change_contacts``    numbers, sites, hours of an office
``change_channels``    how officers write numbers, sites and addresses
``change_new_contact`` an office not known yet
``change_words``       spellings and word lists
``change_places``      countries, towns, hot spots, crossings
``change_replies``     a sentence of the bot
``change_pathways``    a fact of an answer
``contact_room``       the room: /kontak cek, contacts checked again
``files_room``         the room: a file that is sent
``filing``             where a sent file belongs, and what is wrong with it
``lessons_room``       the room: /salah, /pelajaran
``lessons``            messages from which rules can learn
``plain_words``        what is wrong with a file, as a colleague says it
====================== ==========================================================================================

Trying out and publishing:

====================== ==========================================================================================
``proposals``          changes that wait, each with what it would do
``proposals_room``     the room: /usulan
``rules_room``         the room: /aturan, /revisi, /batalkan
``rule_menus``         the one menu of these two
``publishing``         tries proposals out beside the conversation and publishes
``preview``            what a change would do
``touched``            which texts a change can reach
``previewing``         the preview in another process
``shown_change``       a change as officers read it
``shown_preview``      a preview as officers read it
``rule_figures``       how often each rule found something
``rule_judgements``    how often it was confirmed
====================== ==========================================================================================

Learning after a publish:

====================== ==========================================================================================
``learning``           the example reader learns from new texts, beside the conversation
``trainings``          what waits for it
``learnt``             how much of a changed file there is to learn
``retraining``         the training, in another process
``proving``            all checks of the knowledge, in another process
``holding``            long work under a lease that is kept alive
``beside``             how work runs in a process of its own
====================== ==========================================================================================
"""
