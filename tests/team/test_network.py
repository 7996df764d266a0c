"""The network between a run and the database breaks at every statement that matters: before it is delivered, after it was
and before its answer, and with the statement taking effect when nobody expects it any more."""

import unittest

from at_once import at_once
from store_case import StoreCase, with_service

STATEMENTS = ("envlink.lock", "envlink.run", "envlink.event")


class Network(StoreCase):
    def begin_here(self, source=None):
        """The store is made without the proxy, so that statements are counted from the start of the run."""
        direct = self.store
        made = self.begin(source, machines="A")
        proxy = self.proxied()
        made[0].store = self.store
        self.assertNotEqual(self.store, direct)
        return made[0], proxy

    def assert_survives(self, does, text, nth, times=1):
        with self.subTest(does=does, text=text, nth=nth):
            self.fresh()
            a, proxy = self.begin_here()
            rule = proxy.on(does, text, nth, times)
            run = a.run("apply", "--yes")
            self.assertTrue(rule.hit.is_set(), f"there was no statement {nth} with {text}")
            self.assert_done(run.out)
            self.assert_whole()
            self.assertEqual(len(self.run_rows()), 1)
            self.assert_events_once()
            self.assert_nothing_leaked()

    def test_statements_that_are_cut_off(self):
        for text in STATEMENTS:
            for nth in (1, 2):
                self.assert_survives("cut", text, nth)

    def test_statements_whose_answers_are_lost(self):
        for text in STATEMENTS:
            for nth in (1, 2):
                self.assert_survives("lose", text, nth)

    def test_statements_that_are_cut_off_three_times(self):
        for text in STATEMENTS:
            self.assert_survives("cut", text, 1, times=3)

    def test_answers_that_are_lost_three_times(self):
        for text in STATEMENTS:
            self.assert_survives("lose", text, 1, times=3)

    def test_statements_that_take_effect_after_they_were_given_again(self):
        for text in STATEMENTS:
            with self.subTest(text=text):
                self.fresh()
                a, proxy = self.begin_here(with_service("base", build="40s"))
                rule = proxy.on("late", text)
                run = a.start("apply", "--yes")
                rule.wait_for_hit()
                run.wait_for("] base ", "building")
                rule.let_go()
                run.ends(0)
                self.assert_whole()
                self.assert_events_once()

    def test_a_slow_network(self):
        a, proxy = self.begin_here()
        proxy.delay(up=0.1, down=0.1)
        a.run("apply", "--yes")
        self.assert_whole()

    def test_connections_that_break_again_and_again(self):
        a, proxy = self.begin_here(with_service("base", build="60s"))
        run = a.start("apply", "--yes")
        while run.running():
            proxy.cut()
            run.waits(0.1)
        run.ends(0)
        self.assert_whole()
        self.assert_events_once()

    def test_connections_that_are_half_closed(self):
        a, proxy = self.begin_here(with_service("base", build="60s"))
        run = a.start("apply", "--yes")
        run.wait_for("] base ", "building")
        proxy.half_close()
        run.ends(0)
        self.assert_whole()

    def test_a_door_that_is_shut_for_a_while(self):
        a, proxy = self.begin_here(with_service("base", build="60s"))
        run = a.start("apply", "--yes")
        run.wait_for("] base ", "building")
        proxy.refuse()
        self.wait_for_deploys()
        proxy.accept()
        run.ends(0)
        self.assert_whole()

    def test_a_network_that_swallows_for_a_while(self):
        for ways in ({"up": True, "down": False}, {"up": False, "down": True}):
            with self.subTest(**ways):
                self.fresh()
                a, proxy = self.begin_here(with_service("base", build="60s"))
                run = a.start("apply", "--yes")
                run.wait_for("] base ", "building")
                proxy.silence(**ways)
                self.wait_for_deploys()
                proxy.speak()
                run.ends(0)
                self.assert_whole()
                self.assert_events_once()

    def test_an_intent_that_cannot_be_recorded_is_not_sent(self):
        """Nothing with an event reaches the database, so nothing reaches Render."""
        a, proxy = self.begin_here()
        rule = proxy.on("hold", "envlink.event")
        run = a.start("apply", "--yes")
        rule.wait_for_hit()
        self.assertEqual(run.wrote(), [])
        run.kill()
        self.assertEqual(self.render.writes(), [])


load_tests = at_once(Network)


if __name__ == "__main__":
    unittest.main()
