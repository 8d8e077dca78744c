"""Commands that README and the chapters for operators show: each exists, with the options that it is shown with; and so does each manual
page's."""
import re
import sys
import pathlib
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from support import ROOT, Case, tamga  # noqa: E402

TABLE = re.compile(r'^\s*\{"([a-z-]+)", add_\w+\},', re.MULTILINE)


def shown():
    """The commands of the listings in README and for operators, without what they are called with: ([words], [options])."""
    for name in ("README.md", "docs/operating.md"):
        text = re.sub(r"\\\n\s*", "", (ROOT / name).read_text(encoding="utf-8"))
        for line in re.findall(r"^    (?:runuser -u tamga -- )?tamga (.*)", text, re.MULTILINE):
            call = re.sub(r"--db \S+\s*", "", re.split(r"\s{2,}", line.strip())[0]).split()
            words = call[:2] if call[0] in ("account", "figures", "iati") else call[:1]
            yield words, [word for word in call if word.startswith("--")]


class Readme(Case):
    def test_shows_commands_that_there_are(self):
        commands = list(shown())
        self.assertGreater(len(commands), 25)
        for words, options in commands:
            status, out, err = tamga(*words, "--help")
            self.assertEqual((status, err), (0, ""), words)
            self.assertIn(f"tamga {' '.join(words)} [OPTIONS]", out)
            for option in options:
                self.assertRegex(out, rf"{option}\b", words)

    def test_the_table_of_commands_is_what_help_lists(self):
        table = TABLE.findall((ROOT / "src/cli/commands.cpp").read_text(encoding="utf-8"))
        listed = re.findall(r"^  ([a-z-]+)  ", self.succeed("--help").split("Subcommands:")[1], re.MULTILINE)
        self.assertEqual(listed, table)


if __name__ == "__main__":
    unittest.main()
