"""What officers know: rules, contacts, words, policy and replies, read from YAML and checked.

``load_knowledge(packaged_folder())`` gives ``Knowledge`` or raises ``KnowledgeError`` with every problem of every
file: texts (`folder`) become values with places (`yaml_nodes`), typed by `schema`, explained by `advice`, held
against each other by `checks`.
"""

from bot.knowledge.content import Knowledge, Location, Locations
from bot.knowledge.folder import packaged_folder, read_files
from bot.knowledge.loading import load_files, load_knowledge
from bot.knowledge.problems import KnowledgeError, KnowledgeProblem
from bot.knowledge.yaml_nodes import Steps

__all__ = [
    "Knowledge",
    "KnowledgeError",
    "KnowledgeProblem",
    "Location",
    "Locations",
    "Steps",
    "load_files",
    "load_knowledge",
    "packaged_folder",
    "read_files",
]
