#!/usr/bin/env python3
"""Opens a report of `verify --html` in a real browser, uses it with the keyboard alone, and takes pictures of it.

usage: look_at_report.py REPORT.html [--out FOLDER] [--browser PROGRAM]

Says of the page: that nothing but the file itself was asked for, that no script failed, that Tab reaches the headings, that
Enter on one sorts the table and a second Enter turns the order, that the arrow keys choose which rows are shown, and that
typing a name does. Writes light.png, dark.png and narrow.png to FOLDER. Exit code 1 if something is not so.

Needs Debian's chromium (apt-get install chromium), which is driven through the pipe of its DevTools protocol; no network.
"""
import argparse
import base64
import itertools
import json
import os
import pathlib
import subprocess
import sys
import tempfile


class Browser:
    def __init__(self, program: str, profile: str):
        to_browser, self.commands = os.pipe()
        self.answers, from_browser = os.pipe()

        def pipes():
            # The browser reads commands from 3 and writes answers to 4.
            for source, target in ((os.dup(to_browser), 3), (os.dup(from_browser), 4)):
                os.dup2(source, target)
                os.set_inheritable(target, True)

        self.process = subprocess.Popen(
            [program, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
             "--disable-background-networking", f"--user-data-dir={profile}", "--remote-debugging-pipe", "about:blank"],
            close_fds=False, preexec_fn=pipes, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_browser)
        os.close(from_browser)
        self.numbers = itertools.count(1)
        self.buffer = b""
        self.events = []
        self.session = None

    def message(self) -> dict:
        while b"\0" not in self.buffer:
            part = os.read(self.answers, 1 << 16)
            if not part:
                sys.exit("look_at_report: the browser ended")
            self.buffer += part
        line, _, self.buffer = self.buffer.partition(b"\0")
        return json.loads(line)

    def call(self, method: str, **parameters) -> dict:
        number = next(self.numbers)
        command = {"id": number, "method": method, "params": parameters}
        if self.session:
            command["sessionId"] = self.session
        os.write(self.commands, json.dumps(command).encode() + b"\0")
        while True:
            answer = self.message()
            if answer.get("id") == number:
                if "error" in answer:
                    sys.exit(f"look_at_report: {method}: {answer['error']['message']}")
                return answer["result"]
            self.events.append(answer)

    def wait(self, event: str) -> None:
        while not any(known.get("method") == event for known in self.events):
            self.events.append(self.message())

    def value(self, expression: str):
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        return result["result"].get("value")

    def press(self, key: str, code: int, text: str = "") -> None:
        common = {"key": key, "code": key, "windowsVirtualKeyCode": code}
        self.call("Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown", text=text, **common)
        self.call("Input.dispatchKeyEvent", type="keyUp", **common)

    def picture(self, path: pathlib.Path) -> None:
        path.write_bytes(base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"]))


def look(browser: Browser, report: pathlib.Path, out: pathlib.Path) -> list[tuple[str, bool]]:
    target = browser.call("Target.createTarget", url="about:blank")["targetId"]
    browser.session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
    for domain in ("Page", "Network", "Runtime", "Log"):
        browser.call(f"{domain}.enable")
    address = report.resolve().as_uri()
    browser.call("Page.navigate", url=address)
    browser.wait("Page.loadEventFired")
    for scheme in ("light", "dark"):
        browser.call("Emulation.setDeviceMetricsOverride", width=1280, height=900, deviceScaleFactor=1, mobile=False)
        browser.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        browser.picture(out / f"{scheme}.png")
    browser.call("Emulation.setDeviceMetricsOverride", width=400, height=800, deviceScaleFactor=1, mobile=False)
    browser.picture(out / "narrow.png")

    names = "[...document.querySelectorAll('tbody tr')].map(row => row.dataset.name)"
    shown = "[...document.querySelectorAll('tbody tr')].filter(row => !row.hidden).map(row => row.dataset.status)"
    focus = "document.activeElement.tagName + ' ' + document.activeElement.textContent.trim()"
    statuses = browser.value(shown)
    checks = []
    # The radio buttons are one stop of Tab.
    for _ in range(40):
        browser.press("Tab", 9)
        if browser.value("document.activeElement.name") == "status":
            break
    browser.press("ArrowDown", 40)
    wanted = browser.value("document.querySelector('input[name=status]:checked').value")
    checks.append(("the arrow keys choose which rows are shown",
                   browser.value(shown) == [status for status in statuses if status == wanted] != []))
    browser.press("ArrowUp", 38)
    browser.press("Tab", 9)
    first = browser.value(names)[0]
    for letter in first[:3]:
        browser.press(letter, ord(letter.upper()), letter)
    checks.append(("typing a name chooses rows", len(browser.value(shown)) == len(
        [name for name in browser.value(names) if first[:3] in name])))
    for _ in first[:3]:
        browser.press("Backspace", 8)
    checks.append(("the rows come back", len(browser.value(shown)) == len(statuses)))
    for _ in range(10):
        browser.press("Tab", 9)
        if browser.value(focus).startswith("BUTTON Model"):
            break
    checks.append(("Tab reaches the headings", browser.value(focus).startswith("BUTTON Model")))
    browser.press("Enter", 13, "\r")
    up = browser.value(names)
    browser.press("Enter", 13, "\r")
    down = browser.value(names)
    sort = browser.value("document.querySelector('thead th').getAttribute('aria-sort')")
    checks.append(("Enter sorts, and turns the order",
                   sorted(up) == sorted(down) and (len(up) < 2 or up != down) and sort == "descending"))
    events = browser.events
    asked = [event["params"]["request"]["url"] for event in events if event.get("method") == "Network.requestWillBeSent"]
    checks.append(("nothing but the file was asked for", set(asked) <= {address}))
    failed = [event for event in events if event.get("method") in ("Runtime.exceptionThrown", "Log.entryAdded")]
    checks.append(("no script failed, and the policy blocked nothing", not failed))
    return checks


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("report", type=pathlib.Path)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("."), metavar="FOLDER")
    parser.add_argument("--browser", default="chromium", metavar="PROGRAM")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        browser = Browser(options.browser, profile)
        try:
            checks = look(browser, options.report, options.out)
        finally:
            browser.process.kill()
            browser.process.wait()
    for check, holds in checks:
        print(f"{'ok' if holds else 'NOT SO'}: {check}")
    sys.exit(0 if all(holds for _, holds in checks) else 1)


if __name__ == "__main__":
    main()
