"""CekDulu (*cek dulu sebelum berangkat*): checks overseas job offers for signs of trafficking.

One message flows through six steps:

1. receive   ``channels``      prove origin, store the raw update once, only then confirm it
2. claim     ``storage.inbox`` lease the oldest message of a person; one person's messages stay in order
3. read      ``checking``      text → facts, red flags with quotes, kind            (pure)
4. assess    ``checking``      → Assessment: level, reasons, evidence map, contacts  (pure)
5. answer    ``conversation``  Assessment or command + memory → replies + memory     (pure)
6. send      ``storage.outbox`` replies and "done" in one transaction; then send; then mark sent

The words of the house:

========== =================================================================== =================
word       means                                                               shown as
========== =================================================================== =================
RedFlag    a rule: one sign of trafficking or illegal placement                tanda bahaya
Marker     a rule: one sign of a lawful, checkable path                        petunjuk resmi
KindCue    a rule: words by which the kind of a message is known               ciri jenis pesan
Match      a rule found at a place; ``quote`` is the user's own words there    temuan, kutipan
Fact       a typed thing read from the text: wage, fee, phone, place, visa …   fakta
kind       offer, question, emergency, warning, other                          jenis pesan
level      emergency, danger, caution, no_signs (never "aman")                 tingkat
part       company, contact, vacancy, contract, visa_route, payment, pressure  bagian
evidence   state of each part: found, contradicted, not_stated, unchecked      peta bukti
Contact    official place to ask or report, with evidence and day checked      kontak resmi
Person     a user, known by a pseudonym                                        pengguna
========== =================================================================== =================
"""

__version__ = "0.1.0"
