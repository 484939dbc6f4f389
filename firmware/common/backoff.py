"""Waits between attempts: jittered and capped, so a hall of devices does not return as one."""

# The first wait has a ceiling of four times the shortest: 100 devices that lost one broker come
# back at 8 in 250 ms. Whoever came too early waits until the others have been there, so that all
# are back within 5 s after an absence of 2 s.
_FIRST_CEILING = 4
_SECOND_FLOOR = 3
_MOST_DOUBLINGS = 16


def wait_ms(failures, chance, low_ms, high_ms) -> int:
    """The wait after so many failures (from 1) in a row; `chance` is a float in [0, 1).

    Drawn from [low_ms, ceiling]; the ceiling doubles from the third on, up to high_ms.
    """
    ceiling_ms = low_ms * _FIRST_CEILING
    if failures == 2:
        low_ms *= _SECOND_FLOOR
    elif failures > 2:
        ceiling_ms = low_ms << min(failures, _MOST_DOUBLINGS)
    ceiling_ms = min(ceiling_ms, high_ms)
    return min(low_ms, ceiling_ms) + int(chance * max(0, ceiling_ms - low_ms))
