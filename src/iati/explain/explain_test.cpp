#include "iati/explain/explain.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace tamga::iati {
namespace {

bool has(const std::string& text, std::string_view piece) {
    return text.find(piece) != std::string::npos;
}

TEST(Explain, TellsAnElement) {
    const Explanation told = explain(Version::v2_03, "transaction");
    ASSERT_TRUE(told.known);
    for (const char* piece : {"iati-activity/transaction  (version 2.03)", "One movement of money",
                              "Stands in iati-activity, any number.", "@humanitarian", "true or false",
                              "Children, in this order", "transaction-type"})
        EXPECT_TRUE(has(told.text, piece)) << piece << '\n' << told.text;
    EXPECT_LT(told.text.find("transaction-type"), told.text.find("transaction-date"));
}

TEST(Explain, TellsListsAndRulesOfOnePlace) {
    const std::string told = explain(Version::v2_03, "iati-activity/sector").text;
    for (const char* piece : {"Sector, where the vocabulary is 1 or not stated (9.76.1)", "9.77.1",
                              "must be there", "2.1.1", "102.1.1"})
        EXPECT_TRUE(has(told, piece)) << piece << '\n' << told;
    EXPECT_TRUE(
        has(explain(Version::v2_03, "/iati-activities/iati-activity/sector/@code").text, "UNSDG-Targets"));
}

TEST(Explain, TellsManyPlacesInShort) {
    const std::string told = explain(Version::v2_03, "value").text;
    for (const char* piece :
         {"Stands in 13 places", "iati-activity/transaction/value", "Holds: decimal number", "@value-date"})
        EXPECT_TRUE(has(told, piece)) << piece << '\n' << told;
    EXPECT_TRUE(has(explain(Version::v2_01, "value").text, "Stands in 9 places"));
}

TEST(Explain, TellsWhatIsInAnotherVersionOrNear) {
    const Explanation tag = explain(Version::v2_01, "tag");
    EXPECT_FALSE(tag.known);
    EXPECT_EQ(tag.text, "There is no element 'tag' in version 2.01, but in 2.03.\n");
    EXPECT_EQ(explain(Version::v2_03, "tranaction").text,
              "There is no element 'tranaction' in version 2.03.\nNear it: transaction.\n");
    EXPECT_TRUE(has(explain(Version::v2_03, "sector/@vocabolary").text, "@vocabulary"));
    for (const char* nothing : {"", "/", "@", "//", "zzzzzzzzzz", "a/b/c/@"})
        EXPECT_FALSE(explain(Version::v2_03, nothing).known) << nothing;
}

TEST(Explain, SaysWhatRulesAskForWhereThatIsKnown) {
    class WithRules : public SchemaStructures {
        std::string_view rule(Version, std::string_view id) const override {
            return id == "2.1.1" ? "Each share must be told." : "";
        }
    };
    EXPECT_TRUE(has(explain(Version::v2_03, "iati-activity/sector", WithRules()).text,
                    "2.1.1  Each share must be told."));
}

/// Nothing of the standard is without a line of its own, and no line is about nothing.
TEST(Explain, TheGlossaryKnowsAllElementsAndAttributesAndNoOthers) {
    const SchemaStructures structures;
    std::set<std::string_view> used;
    for (const Version version : kVersions) {
        for (const std::string& path : structures.paths(version)) {
            const auto entry = meaning(path);
            ASSERT_TRUE(entry) << path;
            used.insert(entry->key);
            EXPECT_TRUE(explain(version, path).known);
            const auto structure = structures.find(version, path);
            ASSERT_TRUE(structure) << path;
            for (const AttributeUse& use : structure->attributes) {
                const auto attribute = meaning(path + "/@" + std::string(use.name));
                ASSERT_TRUE(attribute) << path << "/@" << use.name;
                used.insert(attribute->key);
                EXPECT_TRUE(explain(version, path + "/@" + std::string(use.name)).known);
            }
        }
    }
    // Found by their plain names, too, though each of their places has a line of its own.
    const std::set<std::string_view> general = {"title",
                                                "description",
                                                "name",
                                                "value",
                                                "period-start",
                                                "period-end",
                                                "recipient-country",
                                                "recipient-region",
                                                "sector",
                                                "provider-org",
                                                "receiver-org",
                                                "document-link",
                                                "reference",
                                                "comment",
                                                "@type",
                                                "@ref",
                                                "@code",
                                                "@vocabulary",
                                                "@iso-date",
                                                "@status",
                                                "@significance",
                                                "@year",
                                                "@name",
                                                "@value",
                                                "@role",
                                                "@level",
                                                "@percentage",
                                                "@vocabulary-uri"};
    for (const std::string_view key : glossary_keys())
        EXPECT_TRUE(used.contains(key) || general.contains(key)) << key << " is about nothing";
}

TEST(Explain, EveryCheckAndRulePlaceIsInTheSchema) {
    const SchemaStructures structures;
    for (const Version version : kVersions)
        for (const CodeCheck& check : code_checks()) {
            if (!holds(check.versions, version) || check.path.empty()) continue;
            const auto structure = structures.find(version, check.path);
            ASSERT_TRUE(structure) << name(version) << ' ' << check.path;
            if (!check.attribute.empty()) {
                EXPECT_TRUE(std::ranges::find(structure->attributes, check.attribute, &AttributeUse::name) !=
                            structure->attributes.end())
                    << name(version) << ' ' << check.path << "/@" << check.attribute;
            }
        }
}

TEST(Explain, LinesAreShort) {
    for (const char* query : {"transaction", "narrative", "value", "iati-activity", "@code", "sector"}) {
        std::size_t column = 0;
        for (const char c : explain(Version::v2_03, query).text) {
            column = c == '\n' ? 0 : column + ((static_cast<unsigned char>(c) & 0xC0) != 0x80);
            EXPECT_LE(column, 130U) << query;
        }
    }
}

}  // namespace
}  // namespace tamga::iati
