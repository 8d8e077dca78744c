#!/usr/bin/env python3
"""How soon a server says that it is well, while a crowd asks it for a page that takes long to make.

  bench/healthz.py http://127.0.0.1:8080 [PATH] [--clients 64] [--seconds 10]

Three times: with nobody else there; while every client asks for the page again and again, under addresses that no cache
knows; and while every client drips: it sends its request a few bytes at a time and reads the answer as slowly. Prints the
median, what 99 of 100 stay under, and the most, in milliseconds.
"""
import argparse
import asyncio
import json
import time
import urllib.parse
import urllib.request

DRIP, PAUSE = 16, 0.05  # So many bytes at a time, so many seconds apart.


class Crowd:
    def __init__(self, url, path):
        self.where = urllib.parse.urlsplit(url)
        with urllib.request.urlopen(f"{url}/healthz") as answer:
            self.position = json.load(answer)["state"].split("@")[0]
        self.path, self.asked, self.answered = path, 0, 0

    def anew(self):
        """The page at the newest position: each letter of that as it is or encoded, so that no two addresses are the same."""
        self.asked += 1
        written, bit = "", 1
        for letter in f"as_of=@{self.position}":
            if letter == "=":
                written += letter
                continue
            written += f"%{ord(letter):02X}" if self.asked & bit else letter
            bit *= 2
        return self.path + ("&" if "?" in self.path else "?") + written

    def request(self, path):
        return f"GET {path} HTTP/1.1\r\nHost: {self.where.netloc}\r\nConnection: close\r\n\r\n".encode()

    async def connect(self):
        return await asyncio.open_connection(self.where.hostname, self.where.port, limit=1 << 12)

    async def ask(self, drips):
        while True:
            try:
                reader, writer = await self.connect()
                request = self.request(self.anew())
                for at in range(0, len(request), DRIP if drips else len(request)):
                    writer.write(request[at:at + (DRIP if drips else len(request))])
                    await writer.drain()
                    if drips:
                        await asyncio.sleep(PAUSE)
                first = True
                while answer := await reader.read(DRIP if drips else 1 << 16):
                    if first and not drips and b" 200 " not in answer[:16]:
                        raise SystemExit(answer.split(b"\r\n")[0].decode())
                    first = False
                    if drips:
                        await asyncio.sleep(PAUSE)
                self.answered += 1
                writer.close()
            except ConnectionError:
                pass  # Who drips too long is hung up on.

    async def probe(self, seconds):
        took, until = [], time.monotonic() + seconds
        while time.monotonic() < until:
            begun = time.monotonic()
            reader, writer = await self.connect()
            writer.write(self.request("/healthz"))
            answer = await reader.read()
            took.append((time.monotonic() - begun) * 1000)
            writer.close()
            if b" 200 " not in answer[:16]:
                raise SystemExit(answer.decode())
            await asyncio.sleep(0.02)
        took.sort()
        return took[len(took) // 2], took[int(len(took) * 0.99)], took[-1]

    async def measure(self, what, clients, seconds, drips=False):
        self.answered = 0
        asking = [asyncio.create_task(self.ask(drips)) for _ in range(clients)]
        await asyncio.sleep(1 if clients else 0)
        figures = await self.probe(seconds)
        for task in asking:
            task.cancel()
        await asyncio.gather(*asking, return_exceptions=True)
        print(f"{what:<40} {figures[0]:9.1f} {figures[1]:9.1f} {figures[2]:9.1f} {self.answered:9}")


async def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("path", nargs="?", default="/en/projects?status=closed&sort=amount")
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=10)
    options = parser.parse_args()
    crowd = Crowd(options.url.rstrip("/"), options.path)
    print(f"{'/healthz beside':<40} {'p50 ms':>9} {'p99 ms':>9} {'most ms':>9} {'answered':>9}")
    await crowd.measure("nobody", 0, options.seconds / 2)
    await crowd.measure(f"{options.clients} that ask for {options.path[:24]}", options.clients, options.seconds)
    await crowd.measure(f"{options.clients} that drip", options.clients, options.seconds, drips=True)


asyncio.run(main())
