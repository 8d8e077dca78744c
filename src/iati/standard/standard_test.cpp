#include "iati/standard/standard.hpp"

#include <gtest/gtest.h>

namespace tamga::iati {
namespace {

TEST(Standard, ParsesVersionsExactly) {
    EXPECT_EQ(parse_version("2.01"), Version::v2_01);
    EXPECT_EQ(parse_version("2.03"), Version::v2_03);
    for (const char* other : {"", "2.0", "2.04", "1.05", " 2.03", "2.030"})
        EXPECT_EQ(parse_version(other), std::nullopt);
    EXPECT_EQ(name(Version::v2_02), "2.02");
}

TEST(Standard, KnowsEveryCodeByHash) {
    ASSERT_EQ(code_list_count(), 70U);
    for (std::size_t i = 0; i < code_list_count(); ++i) {
        const CodeList list = code_list(i);
        EXPECT_EQ(find_code_list(list.name()), list);
        EXPECT_FALSE(list.meaning().empty());
        for (std::size_t j = 0; j < list.size(); ++j) {
            const Code code = list[j];
            for (const Version version : kVersions) {
                const auto found = list.find(version, code.code);
                EXPECT_EQ(list.has(version, code.code), found.has_value());
                if (!holds(code.versions, version)) continue;
                ASSERT_TRUE(found) << list.name() << ' ' << code.code;
                EXPECT_EQ(found->name, code.name);
                EXPECT_FALSE(list.has(version, std::string(code.code) + "\x01"));
            }
        }
        EXPECT_FALSE(list.has(Version::v2_03, ""));
    }
    EXPECT_EQ(find_code_list("sector"), std::nullopt);
}

TEST(Standard, ComparesCodesExactly) {
    const CodeList country = *find_code_list("Country");
    EXPECT_TRUE(country.has(Version::v2_03, "KE"));
    EXPECT_EQ(country.find(Version::v2_01, "KE")->name, "Kenya");
    for (const char* other : {"ke", " KE", "KE ", "K", "KEN"})
        EXPECT_FALSE(country.has(Version::v2_03, other));
}

TEST(Standard, TellsVersionsAndWithdrawnCodesApart) {
    const CodeList type = *find_code_list("TransactionType");
    EXPECT_FALSE(type.has(Version::v2_01, "11"));
    EXPECT_TRUE(type.has(Version::v2_02, "11"));
    EXPECT_FALSE(type.has(Version::v2_02, "13"));
    EXPECT_TRUE(type.has(Version::v2_03, "13"));
    EXPECT_EQ(type.find(Version::v2_02, "2")->name, "Commitment");
    EXPECT_EQ(type.find(Version::v2_03, "2")->name, "Outgoing Commitment");
    const CodeList channel = *find_code_list("CRSChannelCode");
    EXPECT_TRUE(channel.find(Version::v2_03, "47014")->withdrawn);
    EXPECT_EQ(find_code_list("BudgetStatus")->versions(), 6);
}

TEST(Standard, CountsTheChecksOfEachVersion) {
    std::size_t counts[3] = {};
    std::size_t never = 0;
    for (const CodeCheck& check : code_checks()) {
        EXPECT_EQ(code_list(check.list_index).name(), check.list);
        never += check.never_public;
        for (const Version version : kVersions)
            counts[static_cast<std::size_t>(version)] += holds(check.versions, version);
    }
    EXPECT_EQ(counts[0], 81U);
    EXPECT_EQ(counts[1], 98U);
    EXPECT_EQ(counts[2], 124U);
    EXPECT_EQ(never, 3U);
}

TEST(Standard, KnowsWhichRulesLookAtAPlace) {
    const auto rules = [](Version version, std::string_view path) {
        std::string out;
        for (const std::string_view id : rules_of(version, path)) out.append(id).append(" ");
        return out;
    };
    EXPECT_EQ(rules(Version::v2_03, "iati-activity/iati-identifier"), "1.1.3 1.1.21 1.3.1 1.3.13 ");
    EXPECT_EQ(rules(Version::v2_03, "iati-activity/sector/@percentage"), "2.1.2 12.3.1 ");
    EXPECT_EQ(rules(Version::v2_02, "iati-activity/sector/@percentage"), "2.1.2 12.3.2 ");
    EXPECT_EQ(rules(Version::v2_01, "iati-activity/budget/value/@currency"), "7.8.1 ");
    EXPECT_EQ(rules(Version::v2_01, "iati-organisation/total-budget/value/@currency"), "7.8.2 ");
    EXPECT_EQ(rules(Version::v2_01, "iati-activity/result/title/narrative"), "4.3.1 ");
    EXPECT_EQ(rules(Version::v2_01, "iati-activity/result/subtitle/narrative"), "");
    EXPECT_EQ(rules(Version::v2_01, ""), "");
}

TEST(Standard, FindsTheNearestMeaning) {
    EXPECT_EQ(meaning("iati-activity/transaction/value")->key, "transaction/value");
    EXPECT_EQ(meaning("value")->key, "value");
    EXPECT_EQ(meaning("iati-activity/transaction/transaction-type/@code")->key, "transaction-type/@code");
    EXPECT_EQ(meaning("a/b/@code")->key, "@code");
    EXPECT_EQ(meaning("nonsense"), std::nullopt);
    EXPECT_EQ(meaning(""), std::nullopt);
}

TEST(Standard, CountsEdits) {
    EXPECT_EQ(edit_distance("value", "value", 2), 0U);
    EXPECT_EQ(edit_distance("value", "vlaue", 2), 1U);
    EXPECT_EQ(edit_distance("value", "valu", 2), 1U);
    EXPECT_EQ(edit_distance("value", "values!", 2), 2U);
    EXPECT_EQ(edit_distance("value", "currency", 2), 3U);
    EXPECT_EQ(edit_distance("", "", 0), 0U);
}

}  // namespace
}  // namespace tamga::iati
