"""Text to sound: recorded prompts, a cache on disk, Coqui over HTTP, espeak-ng in a process of its own."""
