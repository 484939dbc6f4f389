"""The hall's journal: what happened, on disk, whole or refused."""
