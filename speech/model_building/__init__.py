"""Builds Vosk-format models: synthetic speech, features, network, language model, graphs. Needs the `train` extra.

A process that imports pywrapfst (`build`, `graph`, `write_model`, `domain_graph`) must not import vosk: both bring an
OpenFst of their own, and together they hang or crash. What measures (`card`, `measure`) runs in another process.
"""
