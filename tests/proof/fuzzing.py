"""Random and damaged inputs for decoders, and the judge of what they say; on both interpreters."""

import random

# Above a packet's limit, so that what is oversized comes too.
MOST_BYTES = 3_000
TOKENS = (
    b"null",
    b"true",
    b"-1",
    b"0",
    b"1e309",
    b"9007199254740993",
    b"[]",
    b"{}",
    b'""',
    b'"\\ud800"',
    b'"\\u0000"',
    b"NaN",
    b"[" * 400,
    b'{"a":' * 200,
    b"\xff\xfe",
    b"\xed\xa0\x80",
)


def below(count):
    """A random number from 0 to count - 1."""
    return random.getrandbits(24) % count


def noise(most):
    """Up to so many random bytes."""
    return bytes([random.getrandbits(8) for _ in range(below(most))])


def damaged(data, other):
    """An input with one thing wrong."""
    at = below(len(data) + 1)
    end = min(len(data), at + below(9))
    how = below(8)
    if how == 0 and data:
        at = below(len(data))
        return data[:at] + bytes((data[at] ^ 1 << below(8),)) + data[at + 1 :]
    if how == 1:
        return data[:at]
    if how == 2:
        return data[:at] + data[end:]
    if how == 3:
        return data[:at] + data[at:end] * (1 + below(4)) + data[end:]
    if how == 4:
        return data[:at] + noise(9) + data[end:]
    if how == 5:
        return data[:at] + TOKENS[below(len(TOKENS))] + data[end:]
    if how == 6:
        return data[:at] + other[below(len(other) + 1) :]
    # In place of one JSON value.
    start = data.find(b":", at) + 1
    stop = max(data.find(b",", start), start)
    return data[:start] + TOKENS[below(len(TOKENS))] + data[stop:]


def inputs(valid, count):
    """So many inputs: one in sixteen noise, the others a valid one with one to four damages."""
    for _ in range(count):
        if below(16) == 0:
            yield noise(64)
            continue
        data = valid[below(len(valid))]
        for _ in range(1 + below(4)):
            data = damaged(data, valid[below(len(valid))])[:MOST_BYTES]
        yield data


def fuzz(target, count, seed):
    """Counts and findings: (accepted, refused, [(input, error), …] of what was neither)."""
    decode, valid, named = target
    random.seed(seed)
    accepted = refused = 0
    found = []
    for data in inputs(valid, count):
        try:
            decode(data)
            accepted += 1
        except named:
            refused += 1
        except Exception as error:  # noqa: BLE001 - each one is a finding
            if len(found) < 20:
                found.append((data, repr(error)))
    return accepted, refused, found
