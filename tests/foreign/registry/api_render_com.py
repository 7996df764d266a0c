"""api.render.com on the loopback, for clients that know no other host: an HTTPS proxy that has a certificate for this
name, forwards to an emulator, and refuses every other host."""

import http.client
import http.server
import ssl
import subprocess
import threading
import urllib.parse

HOST = "api.render.com"


def make_certificate(folder):
    """The certificate, which is its own authority, and its key."""
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-keyout", "key.pem", "-out", "certificate.pem", "-days", "2", "-subj", f"/CN={HOST}",
                    "-addext", f"subjectAltName=DNS:{HOST}"], cwd=folder, check=True, capture_output=True)
    return folder / "certificate.pem", folder / "key.pem"


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_CONNECT(self):
        if self.path != f"{HOST}:443":
            self.send_error(403)
            return
        self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        self.request = self.server.trust.wrap_socket(self.request, server_side=True)
        self.setup()
        self.close_connection = False

    def finish(self):
        super().finish()
        self.request.close()  # the server knows only the connection as it was before TLS

    def forward(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        connection = http.client.HTTPConnection(self.server.emulator.hostname, self.server.emulator.port)
        connection.putrequest(self.command, self.path, skip_accept_encoding=True)
        for name, value in self.headers.items():
            if name.lower() not in ("host", "connection"):
                connection.putheader(name, value)
        connection.endheaders(body)
        reply = connection.getresponse()
        content = reply.read()
        connection.close()
        self.send_response_only(reply.status)
        for name, value in reply.getheaders():
            if name.lower() not in ("connection", "content-length"):
                self.send_header(name, value)
        if reply.status != 204:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = forward


class ApiRenderCom:
    def __init__(self, emulator, folder):
        certificate, key = make_certificate(folder)
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._server.daemon_threads = True
        self._server.emulator = urllib.parse.urlsplit(emulator.url)
        self._server.trust = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._server.trust.load_cert_chain(certificate, key)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self._thread.start()
        # How requests, and Node with axios, find the proxy and trust it.
        self.environment = {"HTTPS_PROXY": f"http://127.0.0.1:{self._server.server_address[1]}",
                            "REQUESTS_CA_BUNDLE": str(certificate), "NODE_EXTRA_CA_CERTS": str(certificate)}

    def close(self):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
