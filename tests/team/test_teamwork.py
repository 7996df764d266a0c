"""A team's machines reach the store directly."""

import unittest

from at_once import at_once
from teamwork import Teamwork

load_tests = at_once(Teamwork)

if __name__ == "__main__":
    unittest.main()
