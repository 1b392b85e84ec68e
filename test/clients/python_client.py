"""A client in another language, with python-socketio: registers, selects a character, moves, and receives its own chat message."""
import json
import os
import random
import string
import sys
import time
import urllib.error
import urllib.request

import socketio

URL = os.environ.get("SERVER", "http://localhost:3000")


def post(path, body, token=None):
    headers = {"content-type": "application/json"}
    if token:
        headers["authorization"] = "Bearer " + token
    request = urllib.request.Request(URL + path, json.dumps(body).encode(), headers)
    try:
        return json.load(urllib.request.urlopen(request))
    except urllib.error.HTTPError as refusal:
        sys.exit(path + ": " + json.load(refusal)["error"]["message"])
    except urllib.error.URLError as error:
        sys.exit(f"No answer from {URL} ({error.reason}). Start the server with: npm start")


received = []
synced = []
sio = socketio.Client()


@sio.on("chat:message")
def on_chat(message, *_offset):
    received.append(message["text"])


@sio.on("system:sync")
def on_sync(state, *_offset):
    synced.append(state)


def wait_for(condition, what):
    for _ in range(500):
        if condition():
            return
        time.sleep(0.02)
    sys.exit("timed out: " + what)


name = "Py" + "".join(random.choice(string.ascii_lowercase) for _ in range(10))
session = post("/api/auth/guest", {})
hero = post("/api/characters", {"name": name, "class": "cleric"}, session["accessToken"])
sio.connect(URL, auth={"token": session["accessToken"]}, transports=["websocket"] if "--websocket" in sys.argv else None)
wait_for(lambda: synced, "system:sync")

selected = sio.call("character:select", {"characterId": hero["id"]})
assert selected["success"] and selected["zone"] == "starting_village", selected
moved = sio.call("character:move", {"seq": 1, "x": selected["character"]["x"] + 0.2, "y": selected["character"]["y"]})
assert moved == {"success": True, "accepted": True}, moved
said = sio.call("chat:message", {"channel": "zone", "text": "hello from python"})
assert said["success"], said
wait_for(lambda: "hello from python" in received, "receives its own message")
refused = sio.call("chat:message", {"channel": "zone"})
assert refused["error"]["code"] == "VALIDATION", refused
sio.disconnect()
print("python client: connected, selected, moved, chatted")
