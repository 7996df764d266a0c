"""A team's machines reach the store through PgBouncer in transaction mode: each statement may reach another session."""

import unittest

import teamwork
from at_once import at_once
from postgres import PgBouncer


class Pooled(teamwork.Teamwork):
    def setUp(self):
        super().setUp()
        self.front = PgBouncer(self.server)
        self.addCleanup(self.front.close)
        self.store = self.address(port=self.front.port)
        self.front.open_all(self.address(port=self.front.port, sslmode="disable"))

    def tearDown(self):
        sessions = self.server.execute(f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{self.database}'")
        self.assertGreaterEqual(int(sessions), 2, "PgBouncer used one session, so that the test shows nothing")
        super().tearDown()


load_tests = at_once(Pooled)


if __name__ == "__main__":
    unittest.main()
