"""The wire of the hall: messages, topics, codec, limits and refusal reasons, for CPython and MicroPython alike."""
