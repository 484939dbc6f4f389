"""The wire of the hall: messages, topics, codec, limits, reasons; for both interpreters."""
