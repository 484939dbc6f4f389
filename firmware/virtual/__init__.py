"""Boards without hardware: the real firmware on MicroPython's Unix port, models at its pins."""
