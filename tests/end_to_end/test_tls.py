"""TLS and HTTP/2: nghttpx in front of the emulator, with a certificate from a made-up authority. The program is
killed, and connections are cut."""

import socket
import subprocess
import unittest

from unfinished_run import UnfinishedRun, wait_for
from harness import HANG, desired, read_until, workspace


def openssl(*arguments, cwd):
    subprocess.run(["openssl", *arguments], cwd=cwd, check=True, capture_output=True, timeout=HANG)


def make_certificates(folder):
    """ca.pem, and server.pem with server.key, which the authority signed for 127.0.0.1."""
    ec = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    openssl("req", "-x509", *ec, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=made-up authority",
            "-days", "2", cwd=folder)
    openssl("req", *ec, "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=made-up Render", cwd=folder)
    (folder / "names").write_text("subjectAltName=IP:127.0.0.1\n")
    openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
            "-extfile", "names", "-days", "2", "-out", "server.pem", cwd=folder)


class Front:
    """TLS and HTTP/2 on its own port, plain HTTP/1.1 to the emulator behind it."""

    def __init__(self, folder, emulator):
        self.folder, self.port = folder, None
        self.behind = emulator.url.split("//")[1].split("/")[0].replace(":", ",")
        make_certificates(folder)
        for _ in range(5):  # another process may take a free port before nghttpx does
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                self.port = free.getsockname()[1]
            if self.start():
                return
        raise AssertionError("nghttpx does not start")

    def start(self):
        self.process = subprocess.Popen(
            ["/usr/sbin/nghttpx", "--conf=/dev/null", "--single-process", "-L", "NOTICE", f"-f127.0.0.1,{self.port}",
             f"-b{self.behind}", f"--accesslog-file={self.folder}/access", "--accesslog-format=$alpn $method $path",
             "server.key", "server.pem"],
            cwd=self.folder, text=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        try:
            read_until(self.process.stderr, f"Listening on 127.0.0.1:{self.port}")
        except AssertionError:
            self.stop()
            return False
        return True

    def stop(self):
        """Cuts every connection, as in a power failure."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(HANG)
        self.process.stderr.close()

    def protocols(self):
        return {line.split()[0] for line in (self.folder / "access").read_text().splitlines()}


class Tls(UnfinishedRun):
    def set_up(self, source=None, wanted=None):
        self.render = self.emulator(source or workspace())
        self.write("envlink.yaml", wanted or desired(api={"backoff": "200ms", "retries": 8}))
        folder = self.folder / "front"
        folder.mkdir()
        self.front = Front(folder, self.render)
        self.addCleanup(self.front.stop)

    def environment(self, emulator=None, **more):
        more = {"SSL_CERT_FILE": str(self.folder / "front/ca.pem"), **more}
        return super().environment(None, RENDER_HOST=f"https://127.0.0.1:{self.front.port}/v1", **more)

    def begin(self, until=("core", "building")):
        run = self.start_envlink("apply", "--yes")
        wait_for(run, *until)
        return run

    def assert_ends_well(self, run):
        out, err = run.communicate(timeout=HANG)
        self.assert_all_there(subprocess.CompletedProcess(run.args, run.returncode, out, err))

    def test_a_whole_rollout_uses_http_2(self):
        self.set_up()
        self.assert_all_there(self.run_envlink("apply", "--yes"))
        self.assertEqual(self.front.protocols(), {"h2"})

    def test_an_untrusted_authority_is_exit_1_and_nothing_is_sent(self):
        self.set_up(wanted=desired(api={"retries": 1}))
        refused = self.run_envlink("apply", "--yes", SSL_CERT_FILE="/etc/ssl/certs/ca-certificates.crt")
        self.assert_exit(refused, 1)
        self.assertIn("certificate", refused.stderr)
        self.assertEqual(self.render.requests(), [])

    def test_resume_continues_a_run_that_was_killed(self):
        self.set_up()
        run = self.begin()
        run.kill()
        run.wait(HANG)
        self.assert_all_there(self.run_envlink("resume", "--yes"))

    def test_connections_cut_during_deploys_are_opened_again(self):
        self.set_up()
        run = self.begin()
        for _ in range(3):
            self.front.stop()
            self.assertTrue(self.front.start())
        self.assert_ends_well(run)
        self.assertEqual(self.front.protocols(), {"h2"})

    def test_a_connection_cut_during_a_deploy_request_leads_to_no_second_deploy(self):
        late = {"match": "POST /v1/services/*/deploys", "nth": 1, "do": {"delay": "900s"}}
        # One at a time: the request of another service might not have reached Render and would be waited for.
        self.set_up(workspace(faults=[late]), desired({"max_parallel": 1}, {"backoff": "200ms", "retries": 8}))
        run = self.start_envlink("apply", "--yes")
        while not self.render.deploys_asked_for():
            self.assertIsNone(run.poll(), "it ended before it asked for a deploy")
        self.front.stop()
        self.assertTrue(self.front.start())
        self.assert_ends_well(run)

    def test_without_answers_the_run_times_out_and_resume_continues_when_there_are_some(self):
        self.set_up(wanted=desired({"timeout": "2s"}, {"backoff": "20ms", "retries": 2}))
        run = self.begin()
        self.front.stop()
        err = run.communicate(timeout=HANG)[1]
        self.assertEqual(run.returncode, 7, err)
        self.assertIn("envlink resume", err)
        self.assertTrue(self.front.start())
        told = self.run_envlink("plan")
        self.assertIn("Run 1 on endtoend is unfinished", told.stderr)
        self.assert_all_there(self.run_envlink("resume", "--yes"))


if __name__ == "__main__":
    unittest.main()
