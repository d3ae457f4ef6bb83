"""Sound to text: Vosk first, sherpa-onnx as a second engine."""
