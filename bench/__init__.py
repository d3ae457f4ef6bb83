"""Benchmarks that anyone can run: `python -m bench [NAME ...]`. Load goes to 127.0.0.1 only and ends by itself."""
