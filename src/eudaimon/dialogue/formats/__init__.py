"""Readers and writers of the ecosystem's formats: chat JSONL, TRL's columns, Inspect's samples.

One module per format; import the one that you need (`from eudaimon.dialogue.formats import trl`).
"""
