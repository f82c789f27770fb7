"""A receiver of webhooks: verify, remember the id, answer at once, work later.

SECRET=whsec_… python receiver.py 9000
"""

import os
import queue
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from standardwebhooks import Webhook, WebhookVerificationError

webhook = Webhook(os.environ["SECRET"])
handled: set[str] = set()  # in earnest: a table with a unique key
work: "queue.Queue[dict]" = queue.Queue()


class Receiver(BaseHTTPRequestHandler):
    """One request, one event."""

    def do_POST(self) -> None:
        """Verify the raw body; what came before is accepted again and not done again."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            event = webhook.verify(body, dict(self.headers))
        except WebhookVerificationError:
            self.send_error(401)
            return
        if event["id"] not in handled:
            handled.add(event["id"])
            work.put(event)
            print(f"{event['type']} {event['sequence']}\n", end="", flush=True)  # at once, for others print too
        self.send_response(204)
        self.end_headers()


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver)
    print("listening on", server.server_address[1], flush=True)
    server.serve_forever()
