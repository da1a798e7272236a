"""Quality: how often the check is right, measured in the open on labelled messages that nobody trained on."""
