#!/usr/bin/env python3
"""Many people who are signed in write at once: how many writes a second one server acknowledges, each in the journal on disk.

  bench/writing.py TAMGA [SESSIONS] [SECONDS] [PROMISES]     64 sessions, 10 seconds, 40 promises

Each session publishes one small report after the other through the form, on the promises of its party in turn: with each report
its promise is judged anew, on all reports that it has. The server is then killed, and it is counted whether
the register holds all that was acknowledged. Beside it: how long a page of the desk takes, and a public one.
"""
import html
import http.client
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

tamga = sys.argv[1]
sessions, seconds = int(sys.argv[2]) if len(sys.argv) > 2 else 64, float(sys.argv[3]) if len(sys.argv) > 3 else 10
promises = int(sys.argv[4]) if len(sys.argv) > 4 else 40
PASSWORD = "correct horse battery staple"
FORM = "/en/desk/write/reports"


class Session:
    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
        self.cookies = {}

    def ask(self, path, fields=None):
        body = urllib.parse.urlencode(fields) if fields is not None else None
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://127.0.0.1:{self.connection.port}"}
        self.connection.request("POST" if body is not None else "GET", path, body, headers)
        answer = self.connection.getresponse()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, value = cookie.split(";")[0].split("=", 1)
            self.cookies[name] = value
        return answer.status, answer.headers, answer.read().decode()


def processor_seconds(process):
    """What a process and its threads have used of the processors: on a busy machine, this and not the clock tells what a write costs."""
    fields = pathlib.Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def token(page):
    return html.unescape(re.search(r'name="form_token" value="([^"]*)"', page).group(1))


with tempfile.TemporaryDirectory(prefix="tamga_bench_") as folder:
    database = str(pathlib.Path(folder) / "register.db")
    subprocess.run([tamga, "init", "--db", database], check=True, stdout=subprocess.DEVNULL)
    subprocess.run([tamga, "account", "add", "ana", "--name", "Ana", "--role", "party-editor", "--of", "kz", "--db", database],
                   input=PASSWORD + "\n", text=True, check=True, capture_output=True)
    server = subprocess.Popen([tamga, "serve", "--db", database, "--port", "0"], stdout=subprocess.PIPE, text=True)
    port = int(server.stdout.readline().strip().rstrip("/").rsplit(":", 1)[1])
    people = []
    for _ in range(sessions):
        one = Session(port)
        page = one.ask("/en/desk/login")[2]
        status, _, text = one.ask("/en/desk/login", {"form_token": token(page), "account": "ana", "password": PASSWORD})
        assert status == 303, text
        one.token = token(one.ask(FORM)[2])
        people.append(one)
    listed = json.loads(people[0].ask(f"/en/commitments.json?by=kz&first={promises}")[2])["records"]
    commitments = [one["id"] for one in listed][:promises]
    acknowledged, took, lock, until = [], [], threading.Lock(), time.monotonic() + seconds

    def write(at, one):
        number = 0
        while time.monotonic() < until:
            number += 1
            name = f"r-{at}-{number}"
            begun = time.monotonic()
            status, headers, text = one.ask(FORM, {"form_token": one.token, "base": "0", "intent": "publish", "field.id": name,
                                                   "field.title@en": "One of many", "field.commitment": commitments[(at + number) % len(commitments)],
                                                   "field.party": "kz"})
            if status != 303:
                print(status, text[:300], file=sys.stderr)
                return
            with lock:
                acknowledged.append(name)
                took.append(time.monotonic() - begun)

    used = {process: processor_seconds(process) for process in (server.pid, os.getpid())}
    begun = time.monotonic()
    threads = [threading.Thread(target=write, args=pair) for pair in enumerate(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    passed = time.monotonic() - begun
    cost, own = ((processor_seconds(process) - before) / len(acknowledged) * 1000 for process, before in used.items())
    took.sort()
    print(f"{len(acknowledged)} writes on {len(commitments)} promises from {sessions} sessions in {passed:.1f} s: {len(acknowledged) / passed:.0f} a second, "
          f"median {took[len(took) // 2] * 1000:.0f} ms, 99 % within {took[int(len(took) * 0.99)] * 1000:.0f} ms")
    print(f"of the processors a write took {cost:.1f} ms of the server, and {own:.1f} ms of this client")

    def median(path):
        times = []
        for _ in range(50):
            begun = time.monotonic()
            people[0].ask(path)
            times.append(time.monotonic() - begun)
        return sorted(times)[25] * 1000

    desk, public = median("/en/desk"), median("/en/commitments")
    print(f"a page of the desk: {desk:.1f} ms; the public list of commitments, from the cache: {public:.1f} ms")
    server.kill()
    server.wait()
    held = subprocess.run([tamga, "export", "--to", str(pathlib.Path(folder) / "out"), "--db", database], capture_output=True, text=True)
    kept = {line.split(",")[0] for line in (pathlib.Path(folder) / "out/reports.csv").read_text(encoding="utf-8").splitlines()}
    print(f"after kill -9: {sum(name in kept for name in acknowledged)} of {len(acknowledged)} acknowledged writes are there")
