"""A client in Python that declines recovery, and reads what it has missed: `npm run conformance -- python3 python_client.py`."""
import json
import os
import queue
import sys
import threading
import time
import uuid

import socketio

tokens = queue.Queue()
output = threading.Lock()


def report(what, **fields):
    with output:
        print(json.dumps({"is": what, **fields}), flush=True)


def fresh_token():
    report("token-needed")
    return tokens.get()


class Client:
    """One login: connects until it is refused, and applies the log of a conversation in its order."""

    def __init__(self, token, conversationId, since):
        self.token = token
        self.conversation = conversationId
        self.cursor = since["seq"]
        self.refusal = None
        self.is_stopped = False
        self.sio = None
        # Handlers run in threads of their own, in any order: only the thread of `apply_all` touches the cursor.
        self.arrived = queue.Queue()
        threading.Thread(target=self.keep_connected, daemon=True).start()
        threading.Thread(target=self.apply_all, daemon=True).start()

    def keep_connected(self):
        while not self.is_stopped:
            self.refusal = None
            self.sio = self.new_socket()
            try:
                # Without recovery, events have no offset as a second argument.
                auth = {"token": self.token, "recovery": False}
                self.sio.connect(os.environ["SERVER"], auth=auth, transports=["websocket"])
                self.sio.wait()
            except socketio.exceptions.ConnectionError:
                self.sio.disconnect()
            if self.refusal == "EXPIRED_TOKEN":
                self.token = fresh_token()
            elif self.refusal:
                return report("refused", code=self.refusal)
            time.sleep(0.2)

    def new_socket(self):
        sio = socketio.Client(reconnection=False)
        sio.on("auth:success", lambda success: report("connected", userId=success["userId"]))
        sio.on("auth:expiring", lambda _: self.refresh(sio))
        sio.on("connect_error", self.on_refused)
        sio.on("message:new", lambda message: self.arrived.put(message["seq"]))
        sio.on("system:sync", lambda _: self.arrived.put(None))
        sio.on("system:resync", lambda _: self.arrived.put(None))
        return sio

    def refresh(self, sio):
        self.token = fresh_token()
        sio.call("auth:refresh", {"token": self.token})

    def on_refused(self, error=None):
        if isinstance(error, dict) and error.get("data"):
            self.refusal = error["data"]["code"]

    def apply_all(self):
        """An event says that there is more; what it is comes from the log, in order and once."""
        while not self.is_stopped:
            seq = self.arrived.get()
            while not self.is_stopped and (seq is None or seq > self.cursor):
                answer = self.command("conversation:sync", {"cursors": {self.conversation: self.cursor}})
                part = answer["conversations"][self.conversation]
                for event in part["events"]:
                    self.cursor = event["seq"]
                    if event["type"] == "message:new":
                        report("received", messageId=event["data"]["id"], text=event["data"]["content"])
                if not part.get("limited"):
                    break

    def command(self, name, payload):
        """Repeats a command that changes nothing when it is repeated, until it is answered."""
        while True:
            try:
                answer = self.sio.call(name, payload, timeout=5)
                if answer["success"] or not answer["error"]["retryable"]:
                    return answer
                time.sleep(answer["error"].get("retryAfterMs", 200) / 1000)
            except (socketio.exceptions.SocketIOError, AttributeError):
                time.sleep(0.2)

    def send(self, ref, text):
        # The same tempId in each attempt: the server stores the message once.
        message = {"conversationId": self.conversation, "content": text, "tempId": str(uuid.uuid4())}
        answer = self.command("message:send", message)
        if answer["success"]:
            report("sent", ref=ref, messageId=answer["messageId"])
        else:
            report("failed", ref=ref, code=answer["error"]["code"])

    def stop(self):
        self.is_stopped = True
        self.sio.disconnect()


client = None
report("hello", name="python-socketio", lacks=[])
for line in sys.stdin:
    instruction = json.loads(line)
    what = instruction.pop("do")
    if what == "token":
        tokens.put(instruction["token"])
    elif what == "connect":
        if client:
            client.stop()
        client = Client(**instruction)
    elif what == "send":
        threading.Thread(target=client.send, kwargs=instruction, daemon=True).start()
# Threads that wait for the server would keep the program alive.
os._exit(0)
