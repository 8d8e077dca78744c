#include "journal/list_row.hpp"

#include <gtest/gtest.h>

#include "i18n/language.hpp"

namespace tamga::journal {
namespace {

std::size_t place(Kind kind, std::string_view field) {
    return info(kind).place(field);
}

TEST(ListRow, HoldsWhatListsFilterAndSortBy) {
    const Json body = *parse_json(
        R"({"title":{"en":"A gauge","ru":"Створ"},"by":["aa","bb"],"due":"2025-06","target":"-1.50",)"
        R"("note":{"en":"long"},"unit":"USD"})");
    const std::string packed = ListRow::pack({Kind::commitment, "gauge"}, body);
    ListRow row(Kind::commitment);
    ASSERT_TRUE(row.read(packed));
    EXPECT_EQ(row.value(place(Kind::commitment, "by")), "aa;bb");
    EXPECT_EQ(row.value(place(Kind::commitment, "due")), "2025-06");
    EXPECT_EQ(row.value(place(Kind::commitment, "target")), "-1.50");
    EXPECT_TRUE(row.has(place(Kind::commitment, "note")));
    EXPECT_EQ(row.value(place(Kind::commitment, "note")), "");
    EXPECT_FALSE(row.has(place(Kind::commitment, "to")));
    for (std::size_t i = 0; i < languages().size(); ++i)
        EXPECT_EQ(row.title_key(i),
                  i18n::language(languages()[i]).sort_key(languages()[i] == "ru" ? "Створ" : "A gauge"));
}

TEST(ListRow, OfNothingStatedIsSortedByItsId) {
    for (const KindInfo& kind : kinds()) {
        ListRow row(kind.kind);
        const std::string packed = ListRow::pack({kind.kind, "x-1"}, Json::object());
        ASSERT_TRUE(row.read(packed)) << kind.name;
        for (std::size_t i = 0; i < kind.fields.size(); ++i) EXPECT_FALSE(row.has(i));
        // By the title's key, which a record without a title has of its id; else by the id itself.
        EXPECT_EQ(row.title_key(0).empty(), kind.kind != Kind::provision && !kind.field("title"))
            << kind.name;
    }
}

TEST(ListRow, ReadsNoOtherBytes) {
    const std::string packed =
        ListRow::pack({Kind::party, "aa"}, *parse_json(R"({"title":{"en":"Aland"},"type":"state"})"));
    ListRow row(Kind::party);
    for (std::size_t size = 0; size < packed.size(); ++size) EXPECT_FALSE(row.read(packed.substr(0, size)));
    EXPECT_FALSE(row.read(packed + '\0'));
    EXPECT_FALSE(row.read(std::string(40, '\xff')));
}

}  // namespace
}  // namespace tamga::journal
