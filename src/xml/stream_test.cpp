#include "xml/stream.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <gtest/gtest.h>
#include <iconv.h>

#include <array>
#include <random>

namespace tamga::xml {
namespace {

Names some_names() {
    Names names;
    for (const char* name : {"r", "a", "b", "x"}) names.add(name);
    return names;
}

/// Gives its bytes in lumps of odd sizes: nothing may depend on where a read ends.
class Lumps : public Source {
  public:
    Lumps(std::string bytes, std::size_t lump) : bytes_(std::move(bytes)), lump_(lump) {}
    Result<std::size_t> read(std::span<char> to) override {
        const std::size_t count = bytes_.copy(to.data(), std::min(to.size(), lump_), at_);
        at_ += count;
        return count;
    }

  private:
    std::string bytes_;
    std::size_t lump_;
    std::size_t at_ = 0;
};

struct Outcome {
    std::string joined;  ///< All pieces' text.
    std::size_t pieces = 0;
    std::string broken;
    std::string first_fault;
    bool operator==(const Outcome&) const = default;
};

Outcome read(const std::string& bytes, std::size_t lump = 1 << 20, StreamLimits limits = {}) {
    const Names names = some_names();
    Lumps source(bytes, lump);
    Stream stream(source, names, limits);
    Outcome outcome;
    if (!stream.open()) {
        outcome.broken = stream.broken()->what;
        return outcome;
    }
    Reader reader(names);
    Position expected = stream.root_position(0);
    while (auto piece = stream.next()) {
        if (outcome.pieces > 0) {
            EXPECT_EQ(piece->start.line, expected.line);
            EXPECT_EQ(piece->start.column, expected.column);
        }
        expected = position_of(piece->text, piece->text.size(), piece->start);
        Node parent{};
        if (!reader.content(piece->text, stream.bindings(), parent) && outcome.first_fault.empty())
            outcome.first_fault = reader.fault().what;
        outcome.joined += piece->text;
        ++outcome.pieces;
    }
    if (stream.broken()) outcome.broken = stream.broken()->what;
    return outcome;
}

const std::string kDocument =
    "<?xml version='1.0'?>\n<!-- <r> -->\n<r x='>' xmlns:p='u'>\n <a x='/r>'><b>1</b><![CDATA[</a>]]></a>\n"
    " <!-- </r> --><a/>\n <p:a/> <?q </r>?><a>2</a>\n</r>\n<!-- end -->\n";

TEST(Stream, CutsBetweenChildrenAndNowhereElse) {
    const Outcome whole = read(kDocument);
    EXPECT_EQ(whole.broken, "");
    EXPECT_EQ(whole.first_fault, "");
    EXPECT_EQ(whole.pieces, 1U);
    for (std::size_t lump : {1, 2, 3, 7, 64}) {
        const Outcome cut = read(kDocument, lump, {.piece = 1});
        EXPECT_EQ(cut.joined, whole.joined);
        EXPECT_EQ(cut.broken, "");
        EXPECT_EQ(cut.first_fault, "");
        EXPECT_GE(cut.pieces, 4U);
    }
}

TEST(Stream, TakesRootsWithoutChildren) {
    for (const char* text :
         {"<r/>", "<r></r>", "<?xml version='1.0'?><r x='1' />\n<!-- c -->", "<r\n></r\n>"})
        EXPECT_EQ(read(text), Outcome{}) << text << read(text).broken;
}

TEST(Stream, RefusesWhatIsNotWellFormed) {
    for (const char* text : {"",
                             "text",
                             "<r",
                             "<r>",
                             "<r><a></r>",
                             "<r></a></r>",
                             "<r></x>",
                             "<r/><r/>",
                             "<r></r>x",
                             "<r></r><a/>",
                             "<r><a>",
                             "<r><!-- </r>",
                             "<r></r",
                             "<r></r x='1'>",
                             "<r><![CDATA[</r>",
                             "<r x=></r>",
                             "<p:r></p:r>",
                             "<r></r><?xml version='1.0'?>",
                             "<r><a</r>",
                             "<r></r><!-- -- -->"}) {
        for (std::size_t lump : {1, 100}) {
            const Outcome outcome = read(text, lump);
            EXPECT_FALSE(outcome.broken.empty() && outcome.first_fault.empty()) << text;
        }
    }
}

TEST(Stream, KeepsItsWordOnSpoiltDocuments) {
    // Whatever a stream of pieces says of well-formedness, the reader of the whole document says too.
    const Names names = some_names();
    Reader reader(names);
    std::mt19937 random(5);
    int good = 0;
    for (int round = 0; round < 20'000; ++round) {
        std::string text = kDocument;
        for (std::size_t i = 0, changes = 1 + random() % 3; i < changes; ++i) {
            const std::size_t at = random() % text.size();
            switch (random() % 4) {
                case 0:
                    text.erase(at, 1 + random() % 4);
                    break;
                case 1:
                    text.insert(at, text.substr(random() % text.size(), random() % 12));
                    break;
                default:
                    text[at] = "<>/'\"!-[]?&;= \nar:x"[random() % 19];
            }
        }
        const bool whole = reader.document(text) != nullptr;
        const Outcome outcome = read(text, 1 + random() % 40, {.piece = 1 + random() % 30});
        ASSERT_EQ(outcome.broken.empty() && outcome.first_fault.empty(), whole)
            << text << "\n"
            << outcome.broken << outcome.first_fault << reader.fault().what;
        good += whole;
    }
    EXPECT_GT(good, 500);
}

TEST(Stream, KeepsWhatStandsBehindTheRoot) {
    const std::string behind = "\n<!-- after -->\n<?then this?>\n";
    for (const std::string& root : {std::string("<r><a/></r >"), std::string("<r/>"), std::string("<r></r>"),
                                    "<r>" + std::string(300'000, ' ') + "</r>"})
        for (const std::string& tail : {behind, std::string()})
            for (std::size_t lump : {1000, 1 << 20}) {
                const Names names = some_names();
                Lumps source("<!-- before -->" + root + tail, lump);
                Stream stream(source, names);
                ASSERT_TRUE(stream.open());
                while (stream.next()) {
                }
                EXPECT_FALSE(stream.broken()) << root.substr(0, 20);
                EXPECT_EQ(stream.epilog(), tail) << root.substr(0, 20);
            }
}

TEST(Stream, BoundsTheSizeOfAChild) {
    const Outcome outcome =
        read("<r><a>" + std::string(3 << 20, 'x') + "</a></r>", 1 << 20, {.child = 1 << 20});
    EXPECT_EQ(outcome.broken, "one element here is larger than 1 MB");
}

std::string encoded(std::string_view text, const char* encoding) {
    const iconv_t converter = iconv_open(encoding, "UTF-8");
    std::string out(text.size() * 4, '\0');
    char* in = const_cast<char*>(text.data());
    std::size_t left = text.size();
    char* to = out.data();
    std::size_t room = out.size();
    EXPECT_NE(iconv(converter, &in, &left, &to, &room), static_cast<std::size_t>(-1));
    iconv_close(converter);
    out.resize(out.size() - room);
    return out;
}

struct Entry {
    std::string path, content;
};
/// Packed by the library that unpacks, so that only what is asked for here differs.
std::string packed(bool zip, const std::vector<Entry>& entries) {
    std::string out(1 << 20, '\0');
    std::size_t used = 0;
    archive* const writer = archive_write_new();
    if (zip) {
        archive_write_set_format_zip(writer);
    } else {
        archive_write_add_filter_gzip(writer);
        archive_write_set_format_raw(writer);
    }
    EXPECT_EQ(archive_write_open_memory(writer, out.data(), out.size(), &used), ARCHIVE_OK);
    for (const Entry& one : entries) {
        archive_entry* const entry = archive_entry_new();
        archive_entry_set_pathname(entry, one.path.c_str());
        archive_entry_set_filetype(entry, AE_IFREG);
        archive_entry_set_perm(entry, 0644);
        archive_entry_set_size(entry, static_cast<la_int64_t>(one.content.size()));
        EXPECT_EQ(archive_write_header(writer, entry), ARCHIVE_OK);
        EXPECT_EQ(archive_write_data(writer, one.content.data(), one.content.size()),
                  static_cast<la_ssize_t>(one.content.size()));
        archive_entry_free(entry);
    }
    EXPECT_EQ(archive_write_close(writer), ARCHIVE_OK);
    archive_write_free(writer);
    out.resize(used);
    return out;
}
std::string zipped(const std::vector<Entry>& entries) {
    return packed(true, entries);
}
std::string gzipped(std::string_view content) {
    return packed(false, {{"file", std::string(content)}});
}

/// All that comes out of bytes, or "error: " and why.
std::string unpacked(std::string_view bytes, UnpackLimits limits = {}) {
    const auto source = unpacked_source(memory_source(bytes), "file", limits);
    if (!source) return "error: " + source.error().cause;
    std::string out;
    for (;;) {
        std::array<char, 1000> some;
        const auto count = (*source)->read(some);
        if (!count) return "error: " + count.error().cause;
        if (*count == 0) return out;
        out.append(some.data(), *count);
    }
}

TEST(Source, UnpacksOneLayer) {
    EXPECT_EQ(unpacked("<a/>"), "<a/>");
    EXPECT_EQ(unpacked(""), "");
    EXPECT_EQ(unpacked(gzipped("<a/>")), "<a/>");
    EXPECT_EQ(unpacked(gzipped("<a/>") + gzipped("<!-- -->")), "<a/><!-- -->") << "two members, RFC 1952 2.2";
    const std::string whole = gzipped(std::string(1000, 'x') + "<a/>");
    EXPECT_TRUE(unpacked(whole.substr(0, whole.size() - 20)).starts_with("error: "));
    EXPECT_EQ(unpacked(zipped({{"a.xml", "<a/>"}})), "<a/>");
    const std::string long_text = "<a>" + std::string(100'000, 'x') + "</a>";
    EXPECT_EQ(unpacked(gzipped(long_text)), long_text);
    EXPECT_EQ(unpacked(zipped({{"a.xml", long_text}})), long_text);
    const std::string inside = "error: it is a packed file within a packed file";
    EXPECT_EQ(unpacked(gzipped(gzipped("<a/>"))), inside);
    EXPECT_EQ(unpacked(gzipped(gzipped(gzipped("<a/>")))), inside);
    EXPECT_EQ(unpacked(gzipped(zipped({{"a.xml", "<a/>"}}))), inside);
    EXPECT_EQ(unpacked(zipped({{"a.xml.gz", gzipped("<a/>")}})), inside);
    EXPECT_EQ(unpacked(zipped({{"a.xml", zipped({{"a.xml", "<a/>"}})}})), inside);
}

TEST(Source, FindsTheDocumentOfAnArchive) {
    const Entry document{"activities.xml", "<iati-activities/>"};
    const Entry readme{"README", "Activities of 2024.\n"};
    const Entry mac{"__MACOSX/._activities.xml", std::string("\0\x05\x16\x07", 4)};
    EXPECT_EQ(unpacked(zipped({readme, document, {"notes.txt", "1 < 2"}})), document.content);
    EXPECT_EQ(unpacked(zipped({document, mac, {".DS_Store", std::string("\0\0\0\1Bud1", 8)}})),
              document.content);
    EXPECT_EQ(unpacked(zipped({{"._activities.xml", "<"}, document})), document.content);
    EXPECT_EQ(unpacked(zipped({{"export", "\xef\xbb\xbf\n<a/>"}})), "\xef\xbb\xbf\n<a/>") << "by its text";
    EXPECT_EQ(unpacked(zipped({{"A.XML", "no markup"}})), "no markup") << "by its name";
    EXPECT_EQ(unpacked(zipped({document, {"more.xml", "<a/>"}})),
              "error: the archive holds more than one file of XML");
    EXPECT_EQ(unpacked(zipped({readme})), "error: the archive holds no XML file");
    EXPECT_EQ(unpacked(zipped({})), "error: the archive holds no file");
}

TEST(Source, BoundsWhatComesOut) {
    const std::string text(2000, 'x');
    EXPECT_EQ(unpacked(text, {.bytes = 2000}), text);
    EXPECT_EQ(unpacked(text, {.bytes = 1999}), "error: it holds more than 1999 bytes");
    EXPECT_EQ(unpacked(gzipped(text), {.bytes = 1999}), "error: it holds more than 1999 bytes");
    EXPECT_EQ(unpacked(zipped({{"README", text}, {"a.xml", "<a/>"}}), {.bytes = 1999}),
              "error: it holds more than 1999 bytes")
        << "what is passed over is unpacked too";
    // Whatever its ratio, what stays small is taken; 17 MiB of one letter become some 17 KB.
    const std::string small(std::size_t{15} << 20, 'x');
    const std::string large(std::size_t{17} << 20, 'x');
    EXPECT_EQ(unpacked(gzipped(small), {.ratio = 100}), small);
    EXPECT_EQ(unpacked(gzipped(large), {.ratio = 100}), "error: it unpacks to more than 100 times its size");
    EXPECT_EQ(unpacked(zipped({{"a.xml", large}}), {.ratio = 100}),
              "error: it unpacks to more than 100 times its size");
    EXPECT_EQ(unpacked(large, {.ratio = 2}), large);
}

TEST(Decoder, ReadsTheEncodingsOfXml) {
    const std::string body = "<r>\u00e9\u00df</r>";
    const std::string wanted = "<r>\u00e9\u00df</r>";
    const std::pair<std::string, std::string> cases[] = {
        {"UTF-8", "<?xml version='1.0' encoding='utf-8'?>" + body},
        {"ISO-8859-1", encoded("<?xml version='1.0' encoding='iso-8859-1'?>" + body, "ISO-8859-1")},
        {"Windows-1252", encoded("<?xml version='1.0' encoding=\"Windows-1252\" ?>" + body, "WINDOWS-1252")},
        {"UTF-16LE", "\xff\xfe" + encoded("<?xml version='1.0' encoding='UTF-16'?>" + body, "UTF-16LE")},
        {"UTF-16BE", "\xfe\xff" + encoded(body, "UTF-16BE")},
        {"UTF-16BE without mark", encoded("<?xml version='1.0' encoding='UTF-16BE'?>" + body, "UTF-16BE")},
        {"UTF-8 with mark", "\xef\xbb\xbf" + body},
    };
    for (const auto& [name, bytes] : cases) {
        for (std::size_t lump : {1, 3, 1000}) {
            Lumps source(bytes, lump);
            Decoder decoder(source);
            std::string text;
            for (;;) {
                const auto more = decoder.more(text, 16);
                ASSERT_TRUE(more) << name << more.error().message();
                if (!*more) break;
            }
            EXPECT_TRUE(text.ends_with(wanted)) << name << ": " << text;
        }
    }
}

TEST(Decoder, SaysWhatItCannotRead) {
    for (const std::string& bytes :
         {std::string("<?xml version='1.0' encoding='UTF-7'?><r/>"),
          std::string("<?xml version='1.0' encoding='UTF-16'?><r/>"),
          std::string("\xff\xfe<\0r\0/\0>\0\0\xd8", 12),
          std::string("<?xml version='1.0' encoding='windows-1252'?><r>\x81</r>")}) {
        EXPECT_FALSE(read(bytes).broken.empty()) << bytes;
    }
    for (const std::string& bytes : {encoded("<r/>", "UTF-32LE"), encoded("<r/>", "UTF-32BE"),
                                     encoded("\ufeff<r/>", "UTF-32LE"), encoded("\ufeff<r/>", "UTF-32BE")})
        EXPECT_EQ(read(bytes).broken, "it is in UTF-32, which is not read here");
}

TEST(Decoder, MakesEveryLineEndALineFeed) {
    for (std::size_t lump : {1, 2, 1000}) {
        Lumps source("<r>\r\n1\r2\n\r\n3\r</r>\r\n", lump);
        Decoder decoder(source);
        std::string text;
        while (*decoder.more(text, 1)) {
        }
        EXPECT_EQ(text, "<r>\n1\n2\n\n3\n</r>\n") << lump;
    }
}

}  // namespace
}  // namespace tamga::xml
