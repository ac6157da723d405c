"""Somebody at the keyboard of a real browser.

    python tests/idp/person.py NOTES USER PASSWORDS BROWSER ARGUMENTS...

becomes the browser that leapp starts: it starts the real one behind it, passes every message of the
debugging pipe on in both directions, and uses the same pipe to type into the login forms that it
sees: USER and the first of PASSWORDS (a JSON list), at the next form the second. The pages are the
identity provider's own, unchanged.

Nobody sits before a browser that leapp itself wants without a window (`--headless=new`). Into the
file NOTES goes a line for each browser, `silent` or `window`, and `typed` for each form.
"""

import json
import os
import queue
import subprocess
import sys
import threading

OURS = 1 << 30  # calls with such numbers are the person's, smaller ones are leapp's

# Puts the cursor into a field of the login form, once for each page; whether it is there.
FOCUS = """(kind => {
    const password = document.querySelector('input[type=password]');
    if (document.readyState !== 'complete' || !password || document.typed === kind)
        return false;
    const user = password.form.querySelector('input[type=text], input:not([type])');
    const field = kind === 'user' ? user : password;
    field.focus();
    field.select();
    document.typed ??= kind;
    return document.activeElement === field;
})"""


class Pipe:
    """One end of the debugging pipe: JSON, each message ended by NUL."""

    def __init__(self, reading: int, writing: int):
        self.reading, self.writing = reading, writing
        self.lock = threading.Lock()

    def messages(self):
        rest = b""
        while piece := os.read(self.reading, 1 << 16):
            *whole, rest = (rest + piece).split(b"\0")
            yield from whole

    def send(self, message: bytes) -> None:
        with self.lock:
            left = memoryview(message + b"\0")
            while left:
                left = left[os.write(self.writing, left) :]


class Person:
    """What is done with pages; each page has a thread of its own."""

    def __init__(self, browser: Pipe, notes: str, user: str, passwords: list[str]):
        self.browser, self.notes, self.user = browser, notes, user
        self.passwords = iter(passwords)
        self.last_call = OURS
        self.answers: dict[int, queue.Queue] = {}
        self.loaded: dict[str, queue.Queue] = {}  # by session

    def note(self, word: str) -> None:
        with open(self.notes, "a") as notes:
            notes.write(word + "\n")

    def sees(self, message: bytes) -> bool:
        """Whether a message was for the person alone."""
        told = json.loads(message)
        if told.get("id", 0) > OURS:
            self.answers.pop(told["id"]).put(told.get("result", {}))
            return True
        if told.get("sessionId") in self.loaded:
            if told["method"] == "Page.loadEventFired":
                self.loaded[told["sessionId"]].put(None)
            return True
        if told.get("method") == "Target.targetCreated":
            target = told["params"]["targetInfo"]["targetId"]
            threading.Thread(target=self.watch, args=(target,), daemon=True).start()
        return False

    def call(self, method: str, session: str | None = None, **params) -> dict:
        self.last_call += 1
        number, answer = self.last_call, queue.Queue()
        self.answers[number] = answer
        message = {"id": number, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        self.browser.send(json.dumps(message).encode())
        return answer.get()

    def watch(self, target: str) -> None:
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        loaded = self.loaded[session] = queue.Queue()
        self.call("Page.enable", session)
        while True:
            # First, for a page that was there before we were.
            if self.focus(session, "user"):
                self.type(session)
            loaded.get()

    def focus(self, session: str, field: str) -> bool:
        expression = f"{FOCUS}({json.dumps(field)})"
        answer = self.call("Runtime.evaluate", session, expression=expression)
        return answer.get("result", {}).get("value", False)

    def type(self, session: str) -> None:
        password = next(self.passwords, None)
        if password is None:
            return  # nothing else to try
        self.note("typed")
        self.call("Input.insertText", session, text=self.user)
        self.focus(session, "password")
        self.call("Input.insertText", session, text=password)
        enter = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13, "text": "\r"}
        self.call("Input.dispatchKeyEvent", session, type="keyDown", **enter)
        self.call("Input.dispatchKeyEvent", session, type="keyUp", **enter)


def main() -> int:
    notes, user, passwords, *words = sys.argv[1:]
    silent = "--headless=new" in words
    leapp = Pipe(3, 4)
    to_browser, from_browser = os.pipe(), os.pipe()
    browser = Pipe(from_browser[0], to_browser[1])
    person = Person(browser, notes, user, json.loads(passwords))
    person.note("silent" if silent else "window")
    started = start(words, to_browser[0], from_browser[1])

    def pass_calls() -> None:
        for message in leapp.messages():
            browser.send(message)
        os.close(browser.writing)  # leapp is gone: so is the browser, then

    threading.Thread(target=pass_calls, daemon=True).start()
    for message in browser.messages():
        if silent or not person.sees(message):
            leapp.send(message)
    return started.wait()


def start(words: list[str], reading: int, writing: int) -> subprocess.Popen:
    """The real browser, which finds the two ends as its descriptors 3 and 4."""

    def move() -> None:
        os.dup2(reading, 3)
        os.dup2(writing, 4)

    started = subprocess.Popen(words, preexec_fn=move, pass_fds=(3, 4))
    os.close(reading)
    os.close(writing)
    return started


if __name__ == "__main__":
    sys.exit(main())
