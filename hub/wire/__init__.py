"""Between the hub and its devices: broker, connection, messages in and out."""
