#include "query/search.hpp"

#include <nlohmann/json.hpp>

#include "query/fixture.hpp"

namespace tamga::query {
namespace {

using journal::Verb;

class SearchTest : public RegisterTest {
  protected:
    /// "party: cn kz (2); …": the kinds found, with their records and how many there are.
    std::string found(const char* sought, SearchRequest request = {.sought = {}},
                      std::string_view as_of = "") {
        request.sought = i18n::parse_sought(sought);
        const auto view = at(as_of);
        EXPECT_TRUE(view);
        const auto kinds = search(*view, request);
        EXPECT_TRUE(kinds) << (kinds ? "" : kinds.error().message());
        std::string text;
        if (!kinds) return text;
        for (const FoundOfKind& one : *kinds) {
            text += (text.empty() ? "" : "; ") + std::string(info(one.kind).name) + ":";
            for (const SnapshotPtr& record : one.records) text += " " + record->name.id;
            text += " (" + std::to_string(one.total) + ")" + (one.more ? "+" : "");
        }
        return text;
    }
};

TEST_F(SearchTest, FindsRecordsOfEveryKindInEveryLanguage) {
    append({put(Kind::source, "s", R"({"title":{"en":"Trade figures"}})"),
            put(Kind::party, "cn", R"({"title":{"en":"China","zh":"中国"},"type":"state"})"),
            put(Kind::project, "p",
                R"({"title":{"en":"A road"},"note":{"ru":"Приём товаров, trade in winter"}})"),
            put(Kind::project, "q",
                R"({"title":{"en":"Trade port"},"organisations":["O'zbekiston temir yo'llari"]})")});
    EXPECT_EQ(found("trade"), "project: q p (2); source: s (1)")
        << "the one with the word in its title first";
    EXPECT_EQ(found("TRADE winter"), "project: p (1)");
    EXPECT_EQ(found("прием"), "project: p (1)");
    EXPECT_EQ(found("中国"), "party: cn (1)");
    EXPECT_EQ(found("\"ozbekiston temir\""), "project: q (1)");
    EXPECT_EQ(found("trad*"), "project: q p (2); source: s (1)");
    EXPECT_EQ(found("\"road trade\""), "") << "they are of two texts";
    EXPECT_EQ(found("state"), "") << "a code is no text";
}

TEST_F(SearchTest, FindsWhatWasKnownThen) {
    append({put(Kind::party, "cn", R"({"title":{"en":"Old"},"type":"state"})"),
            put(Kind::party, "kz", R"({"title":{"en":"Old"},"type":"state"})")});
    append({put(Kind::party, "cn", R"({"title":{"en":"New"},"type":"state"})")});
    append({{.verb = Verb::rename, .name = {Kind::party, "cn"}, .to = "china"}});
    append({{.verb = Verb::withdraw, .name = {Kind::party, "kz"}, .reason = "double"}});
    EXPECT_EQ(found("old", {}, "@1"), "party: cn (1)");
    EXPECT_EQ(found("old", {}, "@2"), "party: kz cn (2)");
    EXPECT_EQ(found("old", {}, "@3"), "party: kz (1)");
    EXPECT_EQ(found("new", {}, "@3"), "party: cn (1)");
    EXPECT_EQ(found("new", {}, "@4"), "party: china (1)");
    EXPECT_EQ(found("old"), "");
}

TEST_F(SearchTest, NeverFindsWhatIsErased) {
    append({put(Kind::party, "cn", R"({"title":{"en":"Secret"},"type":"state"})")});
    append({put(Kind::party, "cn", R"({"title":{"en":"China"},"type":"state"})")});
    EXPECT_EQ(found("secret", {}, "@1"), "party: cn (1)");
    append({{.verb = Verb::redact, .name = {Kind::party, "cn"}, .reason = "order", .redacted = {1}}});
    EXPECT_EQ(found("secret", {}, "@1"), "");
    EXPECT_EQ(found("secret"), "");
    EXPECT_EQ(found("china"), "party: cn (1)");
}

TEST_F(SearchTest, GoesOnAfterAnyRecord) {
    std::vector<journal::Change> changes;
    for (int i = 1; i <= 7; ++i)
        changes.push_back(put(Kind::party, "p" + std::to_string(i),
                              i % 2 ? R"({"title":{"en":"Road"},"type":"state"})"
                                    : R"({"title":{"en":"Other"},"note":{"en":"road"},"type":"state"})"));
    changes.push_back(put(Kind::source, "s", R"({"title":{"en":"Road"}})"));
    append(changes);
    EXPECT_EQ(found("road"), "party: p7 p5 p3 p1 p6 (7)+; source: s (1)");
    SearchRequest request{.sought = {}, .kind = Kind::party, .count = 3};
    EXPECT_EQ(found("road", request), "party: p7 p5 p3 (7)+; source: (1)");
    request.count = 1;
    std::string all;
    for (int i = 0; i < 7; ++i) {
        const std::string one = found("road", request);
        all += one.substr(7, 2) + " ";
        EXPECT_EQ(one.ends_with("(7)+; source: (1)"), i < 6) << one;
        const auto view = register_->now();
        request.sought = i18n::parse_sought("road");
        request.after = search(*view, request)->front().last;
    }
    EXPECT_EQ(all, "p7 p5 p3 p1 p6 p4 p2 ");
    EXPECT_EQ(found("road", request), "party: (7); source: (1)");
}

TEST_F(SearchTest, ReadsWhereItGoesOn) {
    for (const char* written : {"title-1", "text-120"})
        EXPECT_EQ(SearchPlace::parse(written)->text(), written);
    for (const char* written :
         {"", "title-", "title-0", "text--1", "text-1x", "title-99999999999999999999", "1"})
        EXPECT_EQ(SearchPlace::parse(written).error().code, ErrorCode::invalid_input) << written;
}

}  // namespace
}  // namespace tamga::query
