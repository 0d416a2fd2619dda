"""Hearing: what a one-shot is, and the numbers by which it is found and taught; ONNX, without torch."""
