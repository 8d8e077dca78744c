"""The built program is hardened: what would let a stranger in through a fault of memory ends it instead.

Reads the program as an ELF file (System V ABI, chapters 4 and 5), so that no other tool is needed.
"""
import os
import pathlib
import struct
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
PT_GNU_STACK, PT_GNU_RELRO, PT_DYNAMIC = 0x6474E551, 0x6474E552, 2
DT_BIND_NOW, DT_FLAGS, DT_FLAGS_1 = 24, 30, 0x6FFFFFFB
DF_BIND_NOW, DF_1_NOW, DF_1_PIE = 8, 1, 0x08000000
SHT_SYMTAB, SHT_DYNSYM = 2, 11
X86_64 = 62
ENDBR64 = bytes.fromhex("f30f1efa")      # where an indirect jump may land
PROBE = bytes.fromhex("48830c2400")      # orq $0,(%rsp): the stack is touched page by page as it grows


class Elf:
    """What the headers of a 64-bit program of the machine's byte order say."""

    def __init__(self, path):
        self.bytes = path.read_bytes()
        assert self.bytes[:5] == b"\x7fELF\x02", path
        (self.type, self.machine, _, _, segments, sections, _, _, segment_size, segment_count, section_size,
         section_count, names) = struct.unpack_from("=HHIQQQIHHHHHH", self.bytes, 16)
        # type, flags, offset, address, physical address, size in the file, in memory, alignment
        self.segments = [struct.unpack_from("=IIQQQQQQ", self.bytes, segments + i * segment_size) for i in range(segment_count)]
        # name, type, flags, address, offset, size, link, info, alignment, size of an entry
        self.sections = [struct.unpack_from("=IIQQQQIIQQ", self.bytes, sections + i * section_size) for i in range(section_count)]
        self.section_names = self.sections[names][4]
        self.dynamic = {}
        for kind, _, offset, _, _, size, _, _ in self.segments:
            if kind == PT_DYNAMIC:
                self.dynamic = dict(struct.iter_unpack("=QQ", self.bytes[offset:offset + size]))

    def text_at(self, offset):
        return self.bytes[offset:self.bytes.index(b"\0", offset)].decode()

    def section(self, name):
        """The section of that name."""
        return next(section for section in self.sections if self.text_at(self.section_names + section[0]) == name)

    def content(self, name):
        _, _, _, _, offset, size, *_ = self.section(name)
        return self.bytes[offset:offset + size]

    def symbols(self, kind):
        """Name and address of each symbol of a table, which may not be there."""
        for _, section_kind, _, _, offset, size, link, *_ in self.sections:
            if section_kind == kind:
                names = self.sections[link][4]
                for name, _, _, _, value, _ in struct.iter_unpack("=IBBHQQ", self.bytes[offset:offset + size]):
                    yield self.text_at(names + name), value


class Hardening(unittest.TestCase):
    def linked(self, program):
        flags = {kind: segment_flags for kind, segment_flags, *_ in program.segments}
        self.assertIn(PT_GNU_RELRO, flags, "tables of the linker become read-only")
        self.assertEqual(flags[PT_GNU_STACK] & 1, 0, "the stack holds no code")
        self.assertTrue(program.dynamic.get(DT_FLAGS, 0) & DF_BIND_NOW or DT_BIND_NOW in program.dynamic
                        or program.dynamic.get(DT_FLAGS_1, 0) & DF_1_NOW, "all of them, at start")
        self.assertEqual(program.type, 3, "it can be put at any address")
        self.assertTrue(program.dynamic.get(DT_FLAGS_1, 0) & DF_1_PIE)

    def compiled(self, program):
        imports = {name for name, _ in program.symbols(SHT_DYNSYM)}
        self.assertIn("__stack_chk_fail", imports, "a return address that was overwritten is noticed")
        self.assertTrue({name for name in imports if name.endswith("_chk")}, "copies are measured (_FORTIFY_SOURCE)")
        if program.machine != X86_64:
            return
        text = program.content(".text")
        self.assertIn(PROBE, text, "the stack cannot jump over its guard page")
        address = program.section(".text")[3]
        entries = [value for name, value in program.symbols(SHT_SYMTAB) if name == "main"]
        for entry in entries:
            self.assertEqual(text[entry - address:entry - address + 4], ENDBR64, "jumps land where they may")
        self.assertTrue(text.count(ENDBR64) > 1000)

    def test_the_program_is_hardened(self):
        program = Elf(pathlib.Path(os.environ["TAMGA"]))
        self.linked(program)
        if os.environ.get("TAMGA_HARDENED") == "all":
            self.compiled(program)

    def test_the_program_that_is_served_with_is_hardened(self):
        # ./run makes it; the tests themselves run with another, which has sanitizers in the place of these.
        path = ROOT / "build" / "release" / "tamga"
        if not path.exists() or path.stat().st_mtime < (ROOT / "cmake" / "room.cmake").stat().st_mtime:
            self.skipTest("build/release/tamga is not there, or older than the flags")
        self.linked(Elf(path))
        self.compiled(Elf(path))


if __name__ == "__main__":
    unittest.main()
