"""A mail server of our own on this machine, for the tests: it keeps what it is sent, and misbehaves as told."""

import socketserver
import threading
import time
from contextlib import contextmanager, suppress


class MailServer(socketserver.ThreadingTCPServer):
    """`received`: (recipient, message) in order. `answers`: what it says to a command instead of yes.

    `pause` is how long it takes to accept a message, after having kept it.
    """

    allow_reuse_address = daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Conversation)
        self.received, self.answers, self.pause, self.arrived = [], {}, 0, threading.Event()

    @property
    def port(self):
        return self.server_address[1]

    def message_ids(self):
        """The Message-ID of everything received."""
        return [line[12:] for _, text in self.received for line in text.splitlines() if line.startswith("Message-ID: ")]


class Conversation(socketserver.StreamRequestHandler):
    """One connection."""

    def handle(self):
        self.say("220 ready")
        to = ""
        while line := self.rfile.readline().decode("utf-8", "replace").rstrip("\r\n"):
            command = line.split(" ")[0].split(":")[0].upper()
            if command == "RCPT":
                to = line.partition("<")[2].partition(">")[0]
            if command == "DATA" and "DATA" not in self.server.answers:
                self.say("354 go on")
                self.server.received.append((to, self.message()))
                self.server.arrived.set()
                time.sleep(self.server.pause)
                command = "END"
            self.say(self.server.answers.get(command, "221 bye" if command == "QUIT" else "250 ok"))

    def say(self, text):
        with suppress(OSError):  # the sender may have been killed
            self.wfile.write(f"{text}\r\n".encode())

    def message(self):
        """The lines up to the lone dot."""
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.decode("utf-8", "replace"))
        return "".join(lines)


@contextmanager
def mail_server():
    """The server, running for as long as the block does."""
    with MailServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join(timeout=5)
