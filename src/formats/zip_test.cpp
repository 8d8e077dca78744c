#include "formats/zip.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <gtest/gtest.h>

#include <clocale>
#include <map>

namespace tamga::formats {
namespace {

std::map<std::string, std::string> unpacked(const std::string& zip) {
    std::setlocale(LC_CTYPE, "C.UTF-8");  // The library reads names in the locale's letters.
    std::map<std::string, std::string> out;
    archive* const reading = archive_read_new();
    archive_read_support_format_zip(reading);
    EXPECT_EQ(archive_read_open_memory(reading, zip.data(), zip.size()), ARCHIVE_OK);
    archive_entry* entry = nullptr;
    while (archive_read_next_header(reading, &entry) == ARCHIVE_OK) {
        std::string& content = out[archive_entry_pathname_utf8(entry)];
        char buffer[4096];
        for (la_ssize_t n = 0; (n = archive_read_data(reading, buffer, sizeof buffer)) > 0;)
            content.append(buffer, static_cast<std::size_t>(n));
    }
    archive_read_free(reading);
    return out;
}

std::string packed() {
    std::string zip;
    ZipWriter writer(
        [&](std::string_view bytes) -> Result<void> {
            zip += bytes;
            return {};
        },
        1'750'118'400);
    EXPECT_TRUE(writer.begin("parties.csv"));
    for (int i = 0; i < 10'000; ++i) EXPECT_TRUE(writer.add("id,title\r\n"));
    EXPECT_TRUE(writer.begin("files/договор.txt"));
    EXPECT_TRUE(writer.add("текст"));
    EXPECT_TRUE(writer.finish());
    return zip;
}

TEST(Zip, HoldsWhatWasPutIn) {
    const std::string zip = packed();
    const auto files = unpacked(zip);
    ASSERT_EQ(files.size(), 2U);
    EXPECT_EQ(files.at("parties.csv").size(), 100'000U);
    EXPECT_EQ(files.at("files/договор.txt"), "текст");
    EXPECT_LT(zip.size(), 10'000U);
    EXPECT_EQ(zip, packed());
}

TEST(Zip, TellsWhatTheReaderOfItsBytesRefuses) {
    ZipWriter writer([](std::string_view) { return fail(ErrorCode::io, "write", "there is no room", ""); },
                     0);
    Result<void> made = writer.begin("a");
    for (int i = 0; made && i < 100; ++i)
        made = writer.add(std::string(100'000, static_cast<char>('a' + i % 26)));
    if (made) made = writer.finish();
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().cause, "there is no room");
}

}  // namespace
}  // namespace tamga::formats
