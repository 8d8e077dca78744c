"""tamga publish: the files are what a server answers, their links hold wherever the folder stands, and only what changes is written."""
import functools
import html
import http.client
import http.server
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import threading
import unittest
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from support import REGISTER, ROOT, Case, tamga  # noqa: E402

TAG = re.compile(r"<(?:a|link|img|script)\b[^>]*>")
LINK = re.compile(r' (?:href|src)="([^"]*)"')
# What needs a server, and is left out where there is none.
FORM = re.compile(r'<form\b.*?</form>\n?|<a class="server-only".*?</a>|<link class="server-only"[^>]*>\n', re.DOTALL)
# Nor has a published copy the pictures that a server makes of its pages.
ALTERNATE = re.compile(r'<link rel="(?:alternate" hreflang=|canonical")[^>]*>\n|<meta (?:property="og:image[^"]*"|name="twitter:card")[^>]*>\n')
SAMPLE = int(os.environ.get("TAMGA_SAMPLE", "13"))
HERE = "https://register.example"
LIST = ".tamga-published"
PARTIES = "id,title@en,type\ncn,China,state\nkz,Kazakhstan,state\n"


def files_of(folder):
    return {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file() and path.name != LIST}


def address_of(path):
    """What a server is asked for the file: en/commitments.after-road.html is /en/commitments?after=road; a list as data is
    there whole."""
    if re.fullmatch(r"\w\w/(?!index|about|status-rules)[a-z]+\.json", path):
        return f"/{path}?first=all"
    if not path.endswith(".html"):
        return "/" + path
    return "/" + re.sub(r"(?:\.(?:(\d+)|after-([a-z0-9-]+)))?\.html$",
                        lambda m: f"?page={m[1]}" if m[1] else f"?after={m[2]}" if m[2] else "", re.sub(r"(^|/)index\.html$", r"\1", path))


def links_of(text):
    for tag in TAG.findall(text):
        link = LINK.search(tag)
        yield html.unescape(link[1]) if link else None


def led_to(path, link):
    """The file that a link of the file `path` leads to, and the fragment."""
    link, _, fragment = link.partition("#")
    if not link:
        return path, fragment
    return os.path.normpath(os.path.join(os.path.dirname(path), urllib.parse.unquote(link))), fragment


class Publish(Case):
    def publish(self, *arguments, folder="site"):
        return self.succeed("publish", "--to", self.dir / folder, *arguments, "--db", self.db)

    def check_links(self, folder):
        """No link is dead, and every page is led to from the start page; gives the number of links."""
        files, count, reached, wave = files_of(folder), 0, {"index.html"}, ["index.html"]
        texts = {path: file.read_text(encoding="utf-8") for path, file in files.items() if path.endswith((".html", ".atom"))}
        marks = {path: set(re.findall(r' id="([^"]*)"', text)) for path, text in texts.items()}
        for path, text in texts.items():
            for link in links_of(text):
                if link is None or re.match(r"(https?|mailto):", link):
                    if link and link.startswith(HERE):
                        named = re.sub(r"/$", "/index", link.partition("#")[0][len(HERE) + 1:])
                        self.assertTrue(named in files or named + ".html" in files, (path, link))
                    continue
                self.assertFalse(link.startswith("/"), (path, link))
                file, fragment = led_to(path, link)
                self.assertIn(file, files, (path, link))
                if fragment:
                    self.assertIn(fragment, marks[file], (path, link))
                count += 1
        while wave:
            path = wave.pop()
            for link in links_of(texts.get(path, "")):
                if link and not re.match(r"(https?|mailto):", link) and (file := led_to(path, link)[0]) not in reached:
                    reached.add(file)
                    wave.append(file)
        # Nothing leads to lists without a record, and to what problems of programs mean.
        self.assertEqual([path for path, text in texts.items() if path.endswith(".html") and path not in reached
                          and "/problems/" not in path and 'class="empty"' not in text], [])
        return count

    def test_writes_what_a_server_answers(self):
        # All of it but the observations, each of which has a page and nothing that other kinds have not.
        shipped = self.dir / "shipped"
        shutil.copytree(REGISTER, shipped)
        (shipped / "observations.csv").unlink()
        self.succeed("import", shipped, "--db", self.db)
        self.assertEqual(tamga("import", ROOT / "tests/iati/road.xml", "--mechanism", "china-central-asia", "--db", self.db)[0], 0)
        self.assertRegex(self.publish("--public-url", HERE + "/"),
                         r"^\d+ files in .*: \d+ written, 0 unchanged, 0 removed; the register at position \d+ on \d{4}-\d\d-\d\d\n$")
        folder = self.dir / "site"
        files = files_of(folder)
        self.assertGreater(len(files), 5000)
        self.assertGreater(self.check_links(folder), 100_000)
        # As a copy that nobody signs in to.
        with self.serving("--public-url", HERE, "--no-desk") as server:
            # Of twenty thousand files every SAMPLE-th, of each kind and language some; TAMGA_SAMPLE=1: all.
            for path in sorted(files)[::SAMPLE]:
                file = files[path]
                if path == "index.html":
                    continue
                status, _, body = server.get(address_of(path))
                self.assertEqual(status, 200, path)
                content = file.read_bytes()
                if not path.endswith(".html"):
                    self.assertEqual(content, body, path)
                    continue
                served, written = FORM.sub("", body.decode()), content.decode()
                self.assertEqual(ALTERNATE.sub("", LINK.sub("", served)), ALTERNATE.sub("", LINK.sub("", written)), path)
                served, written = ALTERNATE.sub("", served), ALTERNATE.sub("", written)
                for before, after in zip(links_of(served), links_of(written), strict=True):
                    if before is None or not before.startswith("/"):
                        self.assertEqual(before, after, path)
                        continue
                    if after is not None:
                        file, fragment = led_to(path, after)
                        self.assertEqual(address_of(file).removesuffix("?first=all") + (f"#{fragment}" if fragment else ""),
                                     urllib.parse.unquote(before), path)
                    else:
                        self.assertTrue("?" in before or before.endswith("/validate"), (path, before))
            # What there is only with a server is in no file.
            for target in ("/en/validate", "/healthz"):
                self.assertNotIn(target[1:] + ".html", files)

    def test_writes_only_what_changed(self):
        source = self.write("r", parties=PARTIES, centres="id,title@en,type\nhub,Hub,platform\n")
        self.succeed("import", source, "--db", self.db)
        self.publish()
        folder = self.dir / "site"
        (folder / "CNAME").write_text("register.example\n")
        (folder / "en/note.html").write_text("ours\n")
        first = {path: file.stat().st_mtime_ns for path, file in files_of(folder).items()}
        listed = (folder / LIST).stat().st_mtime_ns
        self.assertRegex(self.publish("--threads", "1"), r": 0 written, \d+ unchanged, 0 removed;")
        self.assertEqual(first, {path: file.stat().st_mtime_ns for path, file in files_of(folder).items()})
        self.assertEqual((folder / LIST).stat().st_mtime_ns, listed)
        # Each page names the journal's position; tables, styles and feeds' times do not depend on it.
        self.write("r", parties=PARTIES.replace("China", "People's China"))
        self.succeed("import", source, "--db", self.db)
        self.publish()
        now = files_of(folder)
        changed = {path for path, file in now.items() if file.stat().st_mtime_ns != first[path]}
        self.assertEqual(now.keys(), first.keys())
        self.assertIn("en/parties.csv", changed)
        self.assertIn("People&#39;s China", now["en/parties/cn.html"].read_text())
        self.assertFalse(changed & {"en/centres.csv", "robots.txt", "index.html", "CNAME", "en/note.html"})
        self.assertFalse([path for path in changed if path.startswith("assets/")])
        # What is gone goes, its folder too; what others put there stays.
        self.succeed("withdraw", "centre:hub", "--reason", "entered twice", "--db", self.db)
        self.assertRegex(self.publish(), r", 16 removed;")
        self.assertEqual(set(now) - set(files_of(folder)), {path for path in now if path.split("/")[1:2] == ["centres"] and "hub" in path})
        self.assertFalse((folder / "en/centres/hub").exists())
        self.assertEqual((folder / "en/note.html").read_text(), "ours\n")
        (folder / "en/note.html").unlink()
        self.check_links(folder)

    def test_touches_nothing_of_others(self):
        self.succeed("import", self.write("r", parties=PARTIES.replace("kz,Kazakhstan,state\n", "")), "--db", self.db)
        (self.dir / "mine").mkdir()
        (self.dir / "mine/letter.txt").write_text("dear\n")
        status, out, err = tamga("publish", "--to", self.dir / "mine", "--db", self.db)
        self.assertEqual((status, out), (1, ""))
        self.assertIn("the folder holds files that tamga publish did not write", err)
        self.assertEqual([path.name for path in (self.dir / "mine").iterdir()], ["letter.txt"])
        self.publish()
        self.succeed("import", self.write("r", parties=PARTIES), "--db", self.db)
        (self.dir / "site/en/parties/kz.html").write_text("ours\n")
        status, _, err = tamga("publish", "--to", self.dir / "site", "--db", self.db)
        self.assertEqual(status, 1)
        self.assertIn("en/parties/kz.html: a file that tamga publish did not write has this name; move it away", err)
        self.assertEqual((self.dir / "site/en/parties/kz.html").read_text(), "ours\n")
        (self.dir / "site/en/parties/kz.html").unlink()
        self.publish()
        (self.dir / "site" / LIST).write_text("../register.db\n")
        status, _, err = tamga("publish", "--to", self.dir / "site", "--db", self.db)
        self.assertNotEqual(status, 0)
        self.assertIn("its list of files names '../register.db'", err)
        self.assertTrue(self.db.exists())

    def test_goes_on_where_it_was_cut_off(self):
        rows = "".join(f"s{number},Source {number},2025\n" for number in range(250))
        self.succeed("import", self.write("r", parties=PARTIES, sources="id,title@en,date\n" + rows), "--db", self.db)
        folder = self.dir / "site"
        process = subprocess.Popen([os.environ["TAMGA"], "publish", "--to", folder, "--db", self.db], stdout=subprocess.DEVNULL)
        while not (folder / "en/parties.json").exists():
            self.assertIsNone(process.poll())
        process.send_signal(signal.SIGKILL)
        process.wait()
        self.succeed("withdraw", "source:s7", "--reason", "a test", "--db", self.db)
        self.publish()
        self.publish(folder="other")
        self.assertEqual({path: file.read_bytes() for path, file in files_of(folder).items() if not path.startswith(LIST)},
                         {path: file.read_bytes() for path, file in files_of(self.dir / "other").items()})
        self.assertEqual((folder / LIST).read_text(), (self.dir / "other" / LIST).read_text())

    def test_publishes_every_page_of_a_list_below_any_address(self):
        rows = "".join(f"s{number},Source {number},2025\n" for number in range(250))
        self.succeed("import", self.write("r", sources="id,title@en,date\n" + rows), "--db", self.db)
        self.publish()
        self.check_links(self.dir / "site")
        # From the first to the last each leads to the next.
        pages, shown = ["sources.html"], []
        while True:
            text = (self.dir / "site/en" / pages[-1]).read_text()
            shown += re.findall(r'<th scope="row"><a href="sources/(s[0-9]+)\.html"', text)
            if not (on := re.search(r'<a rel="next" href="([^"]*)"', text)):
                break
            self.assertEqual(on[1], f"sources.after-{shown[-1]}.html")
            pages.append(on[1])
        self.assertEqual((len(pages), len(shown), len(set(shown))), (3, 250, 250))
        self.assertEqual({path.name for path in (self.dir / "site/en").glob("sources*.html")}, set(pages))

        class Quiet(http.server.SimpleHTTPRequestHandler):
            def log_message(self, *arguments):
                pass

        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=self.dir)) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()

            def get(target):
                connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=600)
                connection.request("GET", target)
                response = connection.getresponse()
                return response.status, response.read()
            for page in ("/site/", f"/site/en/{pages[1]}", "/site/zh/sources/s7.html"):
                status, body = get(page)
                self.assertEqual(status, 200)
                for link in links_of(body.decode()):
                    if link and not re.match(r"https?:", link):
                        self.assertEqual(get(urllib.parse.urljoin(page, link))[0], 200, (page, link))
            server.shutdown()

    def test_leads_to_a_server_where_there_is_one(self):
        self.succeed("import", self.write("r", parties=PARTIES), "--db", self.db)
        self.publish("--server", "https://live.example/")
        text = (self.dir / "site/en/parties.html").read_text(encoding="utf-8")
        self.assertIn('action="https://live.example/en/parties"', text)
        self.assertIn('href="https://live.example/en/validate"', text)
        self.assertRegex(text, r'href="https://live\.example/en/parties\?sort=\w+"')
        self.check_links(self.dir / "site")


if __name__ == "__main__":
    unittest.main()
