"""The part of CPython's unittest that our tests use, for MicroPython, which has none."""

import sys


class SkipTest(Exception):
    """Raised by a test that cannot run here; counted and said, never silent."""


class _Raises:
    def __init__(self, expected):
        self.expected = expected
        self.exception = None

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if kind is None:
            raise AssertionError("%r was not raised" % (self.expected,))
        if not issubclass(kind, self.expected):
            return False
        self.exception = error
        return True


class _SubTest:
    def __init__(self, case, message, facts):
        self.case = case
        self.label = "%s %s" % (message or "", facts or "")

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if kind is None or not issubclass(kind, Exception) or issubclass(kind, SkipTest):
            return False
        # As in CPython: noted, and the test goes on with the next case.
        self.case.failures.append((self.label, error))
        return True


class TestCase:
    """Base of tests: methods named test_* run in order of name, each on a fresh object."""

    def __init__(self):
        self.failures = []
        self._cleanups = []

    def setUp(self):
        pass

    def tearDown(self):
        pass

    def addCleanup(self, function, *args, **kwargs):
        self._cleanups.append((function, args, kwargs))

    def doCleanups(self):
        while self._cleanups:
            function, args, kwargs = self._cleanups.pop()
            function(*args, **kwargs)

    def subTest(self, msg=None, **facts):
        return _SubTest(self, msg, facts)

    def skipTest(self, reason):
        raise SkipTest(reason)

    def fail(self, msg=None):
        raise AssertionError(msg or "failed")

    def _check(self, holds, text, msg):
        if not holds:
            raise AssertionError("%s: %s" % (text, msg) if msg else text)

    def assertEqual(self, first, second, msg=None):
        self._check(first == second, "%r != %r" % (first, second), msg)

    def assertNotEqual(self, first, second, msg=None):
        self._check(not first == second, "%r == %r" % (first, second), msg)

    def assertTrue(self, value, msg=None):
        self._check(value, "%r is not true" % (value,), msg)

    def assertFalse(self, value, msg=None):
        self._check(not value, "%r is not false" % (value,), msg)

    def assertIn(self, member, container, msg=None):
        self._check(member in container, "%r not in %r" % (member, container), msg)

    def assertNotIn(self, member, container, msg=None):
        self._check(member not in container, "%r in %r" % (member, container), msg)

    def assertIs(self, first, second, msg=None):
        self._check(first is second, "%r is not %r" % (first, second), msg)

    def assertIsNot(self, first, second, msg=None):
        self._check(first is not second, "both are %r" % (first,), msg)

    def assertIsNone(self, value, msg=None):
        self._check(value is None, "%r is not None" % (value,), msg)

    def assertIsNotNone(self, value, msg=None):
        self._check(value is not None, "unexpectedly None", msg)

    def assertIsInstance(self, value, kind, msg=None):
        self._check(isinstance(value, kind), "%r is no %r" % (value, kind), msg)

    def assertGreater(self, first, second, msg=None):
        self._check(first > second, "%r is not above %r" % (first, second), msg)

    def assertGreaterEqual(self, first, second, msg=None):
        self._check(first >= second, "%r is below %r" % (first, second), msg)

    def assertLess(self, first, second, msg=None):
        self._check(first < second, "%r is not below %r" % (first, second), msg)

    def assertLessEqual(self, first, second, msg=None):
        self._check(first <= second, "%r is above %r" % (first, second), msg)

    def assertRaises(self, expected, function=None, *args, **kwargs):
        raises = _Raises(expected)
        if function is None:
            return raises
        with raises:
            function(*args, **kwargs)
        return None


def _cases(module):
    found = []
    for name in sorted(dir(module)):
        value = getattr(module, name)
        # A base that was imported counts too: classes here do not say where they come from.
        if isinstance(value, type) and issubclass(value, TestCase) and value is not TestCase:
            found.append(value)
    return found


def _guarded(broken, label, function):
    """Call it; note what it raised. A skip is the runner's to count."""
    try:
        function()
    except SkipTest:
        raise
    except Exception as error:  # noqa: BLE001 a test may fail with anything
        broken.append((label, error))
        return False
    return True


def _run_one(kind, name):
    """Run one test method on a fresh object; the (label, error) pairs of what went wrong."""
    case = kind()
    broken = case.failures
    try:
        if _guarded(broken, "setUp", case.setUp):
            try:
                _guarded(broken, "", getattr(case, name))
            finally:
                _guarded(broken, "tearDown", case.tearDown)
    finally:
        _guarded(broken, "clean-up", case.doCleanups)
    return broken


def run_module(name):
    """Run every TestCase of the module called `name`; 0 if some ran and all passed, else 1."""
    ran = failed = skipped = 0
    for kind in _cases(__import__(name)):
        for method in sorted(dir(kind)):
            if not method.startswith("test"):
                continue
            try:
                broken = _run_one(kind, method)
            except SkipTest as why:
                print("skipped: %s.%s %s" % (kind.__name__, method, why))
                skipped += 1
                continue
            for label, error in broken:
                print("FAIL: %s.%s %s" % (kind.__name__, method, label))
                sys.print_exception(error)
            ran += 1
            failed += bool(broken)
    print("%d passed, %d failed, %d skipped" % (ran - failed, failed, skipped))
    if not ran:
        print("no test ran")
    return 0 if ran and not failed else 1
