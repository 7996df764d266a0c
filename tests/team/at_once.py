"""Runs the tests of a class at the same time, because each waits most of its time, for a lease or for builds. A module says
`load_tests = at_once(TheClass)`."""

import threading
import unittest


class AtOnce(unittest.TestSuite):
    def run(self, result, debug=False):
        tests = list(self)
        if not tests:
            return result
        case = type(tests[0])
        results = [unittest.TestResult() for _ in tests]
        try:
            case.setUpClass()
            threads = [threading.Thread(target=test.run, args=(its,)) for test, its in zip(tests, results)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        finally:
            case.doClassCleanups()
        for test, its in zip(tests, results):
            result.startTest(test)
            if its.testsRun == 1 and its.wasSuccessful() and not its.skipped:
                result.addSuccess(test)
            result.failures.extend(its.failures)
            result.errors.extend(its.errors)
            result.stopTest(test)
            assert its.testsRun == 1 and not its.skipped, test
        return result


def at_once(case):
    return lambda loader, tests, pattern: AtOnce(loader.loadTestsFromTestCase(case))
