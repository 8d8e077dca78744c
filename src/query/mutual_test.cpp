#include "query/mutual.hpp"

#include "query/fixture.hpp"

namespace tamga::query {
namespace {

TEST(OnTime, IsToldAsFarAsTheDatesTell) {
    EXPECT_EQ(on_time("2025-06-17", "2025-06-17"), "yes");
    EXPECT_EQ(on_time("2025-06-18", "2025-06-17"), "no");
    EXPECT_EQ(on_time("2024", "2025-06"), "yes");
    EXPECT_EQ(on_time("2025", "2025-06-17"), kNotStated) << "it may have been before or after";
    EXPECT_EQ(on_time("2025-06", "2025"), "yes");
    EXPECT_EQ(on_time("", "2025"), kNotStated);
    EXPECT_EQ(on_time("2025", ""), kNotStated);
}

class MutualTest : public RegisterTest {
  protected:
    void fill() {
        append(
            {put(Kind::party, "cn", R"({"title":{"en":"China"},"type":"state"})"),
             put(Kind::party, "kz", R"({"title":{"en":"Kazakhstan"},"type":"state"})"),
             put(Kind::party, "fr", R"({"title":{"en":"France"},"type":"state"})"),
             put(Kind::mechanism, "m", R"({"title":{"en":"M"},"parties":["kz","cn"]})"),
             put(Kind::mechanism, "n", R"({"title":{"en":"N"},"parties":["kz","cn"]})"),
             put(Kind::series, "out",
                 R"({"title":{"en":"S"},"mechanism":"m","indicator":"i","flow":"exports","area":["cn"],"partner":["kz","fr"],"unit":"USD"})"),
             put(Kind::series, "of-n",
                 R"({"title":{"en":"S"},"mechanism":"n","indicator":"i","flow":"exports","area":["cn"],"partner":["kz"],"unit":"USD"})"),
             put(Kind::commitment, "both",
                 R"({"title":{"en":"C"},"mechanism":"m","by":["cn","kz"],"to":["cn","kz"],"due":"2025-06"})"),
             put(Kind::commitment, "gift",
                 R"({"title":{"en":"C"},"mechanism":"m","by":["cn"],"to":["kz"],"due":"2025-01-31","target":"7","unit":"USD"})"),
             put(Kind::commitment, "open", R"({"title":{"en":"C"},"mechanism":"m","by":["kz"]})"),
             put(Kind::commitment, "of-n",
                 R"({"title":{"en":"C"},"mechanism":"n","by":["cn"],"to":["kz"],"due":"2025-06"})"),
             put(Kind::report, "early",
                 R"({"title":{"en":"R"},"commitment":"both","party":"kz","date":"2025-06-01","progress":"complete"})"),
             put(Kind::report, "late",
                 R"({"title":{"en":"R"},"commitment":"gift","party":"cn","date":"2025-02-01","progress":"limited"})"),
             put(Kind::report, "undue",
                 R"({"title":{"en":"R"},"commitment":"open","party":"kz","date":"2025-02-01"})"),
             put(Kind::report, "of-n",
                 R"({"title":{"en":"R"},"commitment":"of-n","party":"cn","date":"2025-02-01"})")});
    }
    std::size_t listed(const View& view, Kind kind, std::vector<Filter> filters) {
        filters.push_back({"mechanism", {"m"}});
        const auto listing =
            list(view, {.kind = kind, .filters = std::move(filters), .count = 0, .facets = false}, {});
        EXPECT_TRUE(listing) << (listing ? "" : listing.error().message());
        return listing ? listing->passing : 999;
    }
};

TEST_F(MutualTest, EveryCountIsThatOfTheList) {
    fill();
    const View view = *register_->now();
    const auto found = mutual(view, *view.find({Kind::mechanism, "m"}).value(), Scale::pledge);
    ASSERT_TRUE(found) << found.error().message();
    EXPECT_EQ(found->parties, (std::vector<std::string>{"kz", "cn"}));
    EXPECT_EQ(found->promised, (std::map<Mutual::Pair, std::size_t>{{{"cn", "cn"}, 1},
                                                                    {{"cn", "kz"}, 2},
                                                                    {{"kz", "cn"}, 1},
                                                                    {{"kz", "kz"}, 1},
                                                                    {{"kz", "not-stated"}, 1}}));
    EXPECT_EQ(found->reports, (std::map<Mutual::Pair, std::size_t>{
                                  {{"cn", "no"}, 1}, {{"kz", "not-stated"}, 1}, {{"kz", "yes"}, 1}}));
    EXPECT_EQ(found->with_number, (std::map<Mutual::Pair, std::size_t>{{{"cn", "kz"}, 1}}));
    for (const auto& [pair, count] : found->promised)
        EXPECT_EQ(listed(view, Kind::commitment, {{"by", {pair.first}}, {"to", {pair.second}}}), count);
    for (const auto& [party, count] : found->made)
        EXPECT_EQ(listed(view, Kind::commitment, {{"by", {party}}}), count);
    for (const auto& [pair, count] : found->states)
        EXPECT_EQ(listed(view, Kind::commitment, {{"by", {pair.first}}, {"state", {pair.second}}}), count);
    for (const auto& [party, count] : found->overdue)
        EXPECT_EQ(listed(view, Kind::commitment, {{"by", {party}}, {"overdue", {"yes"}}}), count);
    for (const auto& [pair, count] : found->reports)
        EXPECT_EQ(listed(view, Kind::report, {{"party", {pair.first}}, {kOnTime, {pair.second}}}), count);
    for (const auto& [flow, pairs] : found->figures)
        for (const auto& [pair, count] : pairs)
            EXPECT_EQ(listed(view, Kind::series,
                             {{"flow", {flow}}, {"area", {pair.first}}, {"partner", {pair.second}}}),
                      count);
    EXPECT_EQ(found->figures.at("exports").size(), 2u);
    // As it was before the reports.
    const View before = *at("@11");
    EXPECT_TRUE(mutual(before, *before.find({Kind::mechanism, "m"}).value(), Scale::pledge)->reports.empty());
}

}  // namespace
}  // namespace tamga::query
