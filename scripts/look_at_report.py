#!/usr/bin/env python3
"""Opens the page that `--html` of ckpt-tree, ckpt-diff or verify wrote in a real browser, uses it, and takes pictures.

usage: look_at_report.py PAGE.html [--out FOLDER] [--browser PROGRAM]

Says of every page: that nothing but the file itself was asked for, that no script failed and no policy was broken, that
nothing is wider than the window, and that the switch turns light into dark. Of a page with a tree: that its rows have the
roles and levels of a tree grid, that the arrow keys, Home and End move, that the arrows and Enter fold and unfold, that
typing finds rows and clearing brings them back, and that the order can be changed. Of the page of a suite: that the keyboard
sorts and filters its table. Writes light.png, dark.png and narrow.png to FOLDER. Exit code 1 if something is not so.

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


FOCUS = "document.activeElement.tagName + ' ' + document.activeElement.textContent.trim()"


def open_page(browser: Browser, page: pathlib.Path) -> None:
    target = browser.call("Target.createTarget", url="about:blank")["targetId"]
    browser.session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
    for domain in ("Page", "Network", "Runtime", "Log"):
        browser.call(f"{domain}.enable")
    browser.call("Page.navigate", url=page.resolve().as_uri())
    browser.wait("Page.loadEventFired")


def take_pictures(browser: Browser, out: pathlib.Path) -> list[tuple[str, bool]]:
    checks = []
    width = "document.documentElement.scrollWidth <= innerWidth"
    for name, scheme, size in (("light", "light", 1280), ("dark", "dark", 1280), ("narrow", "light", 400)):
        browser.call("Emulation.setDeviceMetricsOverride", width=size, height=900, deviceScaleFactor=1, mobile=False)
        browser.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        browser.picture(out / f"{name}.png")
        checks.append((f"nothing is wider than a window of {size}", browser.value(width)))
    browser.call("Emulation.setDeviceMetricsOverride", width=1280, height=900, deviceScaleFactor=1, mobile=False)
    ground = "getComputedStyle(document.body).backgroundColor"
    before = browser.value(ground)
    browser.value("document.getElementById('scheme').click()")
    after = browser.value(ground)
    browser.value("document.getElementById('scheme').click()")
    checks.append(("the switch turns light into dark and back", before != after and browser.value(ground) == before))
    return checks


def use_tree(browser: Browser) -> list[tuple[str, bool]]:
    checks = []
    rows = "document.querySelectorAll('.tree tbody tr').length"
    active = "document.activeElement.closest('tr')"
    shown = browser.value(rows)
    checks.append(("the tree has rows", shown > 0))
    checks.append(("rows have the roles and levels of a tree grid", browser.value(
        "document.querySelector('.tree table').getAttribute('role') === 'treegrid' && "
        "[...document.querySelectorAll('.tree tbody tr')].every(row => row.getAttribute('role') === 'row' && "
        "Number(row.ariaLevel) > 0 && Number(row.ariaPosInSet) <= Number(row.ariaSetSize))")))
    for _ in range(40):
        browser.press("Tab", 9)
        if browser.value(f"Boolean({active} && {active}.closest('.tree tbody'))"):
            break
    checks.append(("Tab reaches the tree", browser.value(f"Boolean({active})")))
    browser.press("End", 35)
    last = browser.value(f"{active} === document.querySelector('.tree tbody').lastElementChild")
    browser.press("Home", 36)
    checks.append(("Home and End go to the ends",
                   last and browser.value(f"{active} === document.querySelector('.tree tbody').firstElementChild")))
    if shown > 1:
        browser.press("ArrowDown", 40)
        second = browser.value(f"{active} === document.querySelector('.tree tbody').rows[1]")
        browser.press("ArrowUp", 38)
        checks.append(("the arrows move", second and browser.value(
            f"{active} === document.querySelector('.tree tbody').rows[0]")))
    if browser.value("Boolean(document.querySelector('.tree tbody tr[aria-expanded]'))"):
        browser.value("document.querySelector('.tree tbody tr[aria-expanded]').focus()")
        states = []
        for key, code in (("ArrowRight", 39), ("ArrowLeft", 37), ("Enter", 13)):
            if key == "ArrowRight" and browser.value(f"{active}.ariaExpanded") == "true":
                browser.press("ArrowLeft", 37)
            before = browser.value(rows)
            browser.press(key, code, "\r" if key == "Enter" else "")
            states.append((browser.value(f"{active}.ariaExpanded"), browser.value(rows) - before))
        checks.append(("the arrows and Enter fold and unfold", [state for state, _ in states] == ["true", "false", "true"]
                       and states[0][1] > 0 and states[1][1] == -states[0][1] and states[2][1] == states[0][1]))
    browser.value("[...document.querySelectorAll('.tools button')].find(b => b.textContent === 'Fold all').click()")
    folded = browser.value(rows)
    browser.value("[...document.querySelectorAll('.tools button')].find(b => b.textContent === 'Unfold all').click()")
    whole = browser.value(rows)
    checks.append(("all can be folded and unfolded", folded <= whole))
    name = browser.value("[...document.querySelectorAll('.tree tbody tr')].at(-1).querySelector('th').lastChild.textContent")
    browser.value("document.querySelector('.tree input[type=search]').focus()")
    word = "".join(letter for letter in name[:4] if letter.isalnum() or letter in "._") or name[:1]
    for letter in word:
        browser.press(letter, ord(letter.upper()), letter)
    status = browser.value("document.querySelector('.tree [role=status]').textContent")
    found = browser.value(
        "[...document.querySelectorAll('.tree tbody tr:not([aria-expanded])')].every(row => row.node.text.includes("
        f"{json.dumps(word.lower())}))")
    checks.append(("typing finds rows", found and browser.value(rows) > 0 and " of " in status))
    for _ in word:
        browser.press("Backspace", 8)
    checks.append(("the rows come back", browser.value(rows) == whole))
    if browser.value("document.querySelector('.tree select').options.length") > 1:
        leaves = "[...document.querySelectorAll('.tree tbody tr')].map(row => row.node.name + row.ariaLevel).join(' ')"
        before = browser.value(leaves)
        browser.value("{const s = document.querySelector('.tree select'); s.value = 'size';"
                      "s.dispatchEvent(new Event('change'))}")
        after = browser.value(leaves)
        checks.append(("the order can be changed", sorted(before.split()) == sorted(after.split())))
    return checks


def use_suite(browser: Browser) -> list[tuple[str, bool]]:
    names = "[...document.querySelectorAll('tbody tr')].map(row => row.dataset.name)"
    shown = "[...document.querySelectorAll('tbody tr')].filter(row => !row.hidden).map(row => row.dataset.status)"
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
        if browser.value(FOCUS).startswith("BUTTON Model"):
            break
    checks.append(("Tab reaches the headings", browser.value(FOCUS).startswith("BUTTON Model")))
    browser.press("Enter", 13, "\r")
    up = browser.value(names)
    browser.press("Enter", 13, "\r")
    down = browser.value(names)
    sort = browser.value("document.querySelector('thead th').getAttribute('aria-sort')")
    checks.append(("Enter sorts, and turns the order",
                   sorted(up) == sorted(down) and (len(up) < 2 or up != down) and sort == "descending"))
    return checks


def look(browser: Browser, page: pathlib.Path, out: pathlib.Path) -> list[tuple[str, bool]]:
    open_page(browser, page)
    checks = take_pictures(browser, out)
    if browser.value("Boolean(document.querySelector('.tree'))"):
        checks += use_tree(browser)
    if browser.value("Boolean(document.querySelector('input[name=status]'))"):
        checks += use_suite(browser)
    events = browser.events
    address = page.resolve().as_uri()
    asked = [event["params"]["request"]["url"] for event in events if event.get("method") == "Network.requestWillBeSent"]
    checks.append(("nothing but the file was asked for", set(asked) <= {address}))
    failed = [event for event in events if event.get("method") in ("Runtime.exceptionThrown", "Log.entryAdded")]
    for event in failed:
        print(json.dumps(event["params"])[:600], file=sys.stderr)
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
