"""Kill -9 at random moments of `groups push`, until it ends by itself: then the group has the new values or, if a
deploy failed and the file says so, the old ones byte for byte. And no value is anywhere but in its source file.
ENVLINK_KILLS is the number of kills, ENVLINK_SEED repeats the choices."""

import json
import os
import pathlib
import subprocess
import unittest

from harness import PROGRAM, SERVICES, Case, desired
from test_kill import Round, play

# Under the sanitizers each process takes several times as long.
KILLS = int(os.environ.get("ENVLINK_KILLS", "60" if os.environ.get("ENVLINK_SANITIZE") == "ON" else "200"))

OLD = {f"KEY_{n}": f'sesame-old-{n} "quoted"\nand a second line \\ {n}' for n in range(8)}
NEW = {f"KEY_{n}": f"sesame-new-{n}-é" for n in range(12)}
FILE = "the old content\n\n\x7f"


class ValuesRound(Round):
    def render(self):
        source = super().render()
        source["groups"][0].update(variables=OLD, secret_files={"old.txt": FILE}, links=list(SERVICES))
        source["services"][0].update(after_checks=True)
        source["services"][1].update(auto_deploy=False)
        self.automatic = ["checksPass", "off", "commit", "commit"]
        self.hold = self.random.random() < 0.5
        return source

    def start(self, emulator):
        (self.folder / ".env.new").write_text("".join(f"{key}={value}\n" for key, value in NEW.items()))
        (self.folder / "envlink.yaml").write_text(json.dumps(desired(
            {"deploy": "auto", "hold": self.hold, **({"on_failure": "rollback"} if self.fails else {})}, {"backoff": "20ms"}, groups={"shared": {}})))
        command = ["resume", "--yes"] if self.has_run() else ["groups", "push", "shared", "--from", ".env.new", "--yes"]
        with open(self.folder / "said", "a") as said:
            return subprocess.Popen([PROGRAM, *command], cwd=self.folder, stdin=subprocess.DEVNULL, stdout=said,
                                    stderr=said, env=self.environment(emulator))

    def moment(self, process):
        lives = super().moment(process)
        for name in ("cmdline", "environ"):
            try:
                told = pathlib.Path(f"/proc/{process.pid}/{name}").read_bytes()
            except OSError:  # the process has ended, or its memory cannot be read
                continue
            self.case.assertNotIn(b"sesame", told)
        return lives

    def check(self, emulator, code):
        said = (self.folder / "said").read_text()
        about = f"{self.name}, {dict(self.kills)}:\n{said}"
        equal = lambda got, wanted, what: self.case.assertEqual(got, wanted, f"{what}; {about}")
        wanted = 6 if self.fails else 0
        if "Nothing to resume" not in said:
            equal(code, wanted, "the exit code")
        equal(self.rows("SELECT exit_code FROM run WHERE number = 1"), [(wanted,)], "how the journal says it ended")
        after = dict(OLD) | ({} if self.fails else NEW) | {"file:old.txt": FILE}
        equal(emulator.held(), after, "what the group holds")
        equal([one["auto_deploy_trigger"] for one in emulator.state()["services"]], self.automatic, "automatic deploys")
        written = [r["path"] for r in emulator.writes() if "/env-vars/" in r["path"] or "/secret-files/" in r["path"]]
        equal({path.rsplit("/", 1)[1].split("?")[0] for path in written}, set(NEW), "the values that were written")
        for path in self.folder.rglob("*"):
            if path.is_file() and path.name != ".env.new":
                self.case.assertNotIn(b"sesame", path.read_bytes(), f"{path}; {about}")


class Kill(Case):
    def test_however_often_a_push_is_killed_the_group_has_the_new_or_the_old_values_and_they_are_nowhere_else(self):
        play(self, ValuesRound, KILLS)


if __name__ == "__main__":
    unittest.main()
