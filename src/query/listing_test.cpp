#include "query/listing.hpp"

#include <algorithm>

#include "crypto/sha256.hpp"
#include "i18n/fold.hpp"
#include "query/fixture.hpp"

namespace tamga::query {
namespace {

using journal::Change;
using Values = std::vector<std::pair<std::string, std::size_t>>;

/// A reader of English to whom every record is called by its id.
Reader reader() {
    return {.label = [](std::string_view, const std::string& value) { return value; }};
}

class ListingTest : public RegisterTest {
  protected:
    ListingTest() {
        append(
            {put(Kind::party, "aa", R"({"title":{"en":"Aland"},"type":"state"})"),
             put(Kind::party, "bb", R"({"title":{"en":"Beland"},"type":"state"})"),
             put(Kind::party, "cc", R"({"title":{"en":"Celand"},"type":"state"})"),
             put(Kind::mechanism, "lake", R"({"title":{"en":"Lake"}})"),
             put(Kind::mechanism, "road", R"({"title":{"en":"Road"}})"),
             put(Kind::commitment, "gauge",
                 R"({"title":{"en":"A gauge at O\u2019rta K\u00f6l"},"mechanism":"lake","by":["aa"],"due":"2025"})"),
             put(Kind::commitment, "plants",
                 R"({"title":{"en":"Nine plants"},"note":{"ru":"Очистка вод Кёль"},"mechanism":"lake","by":["bb","cc"]})"),
             put(Kind::commitment, "tunnel",
                 R"({"title":{"en":"A tunnel"},"mechanism":"road","by":["cc"],"due":"2024-06"})"),
             put(Kind::report, "r1", R"({"title":{"en":"Done"},"commitment":"plants","party":"bb"})"),
             put(Kind::report, "r2", R"({"title":{"en":"Dug"},"commitment":"tunnel","party":"cc"})")});
    }

    Listing list(const ListRequest& request) { return *query::list(*register_->now(), request, reader()); }
    static std::vector<std::string> ids(const Listing& listing) {
        std::vector<std::string> out;
        for (const SnapshotPtr& row : listing.rows) out.push_back(row->name.id);
        std::ranges::sort(out);
        return out;
    }
    std::vector<std::string> found(const char* words) {
        return ids(list({.kind = Kind::commitment, .words = i18n::folded_words(words)}));
    }
    static Values counts(const Listing& listing, std::string_view name) {
        const auto facet = std::ranges::find(listing.facets, name, &Facet::name);
        return facet == listing.facets.end() ? Values{} : facet->values;
    }
};

using Ids = std::vector<std::string>;

TEST_F(ListingTest, FindsAllWordsInAnyOrderAndField) {
    EXPECT_EQ(found("gauge kol"), Ids{"gauge"});
    EXPECT_EQ(found("KOL ORTA"), Ids{"gauge"});
    EXPECT_EQ(found("кель plants"), Ids{"plants"});
    EXPECT_EQ(found("o'rta"), Ids{"gauge"});
    EXPECT_EQ(found("gauge plants"), Ids{});
    EXPECT_EQ(found("lake"), (Ids{"gauge", "plants"}));
    EXPECT_EQ(found(""), (Ids{"gauge", "plants", "tunnel"}));
}

TEST_F(ListingTest, FindsBeginningsOfWordsWhereThereAreManyRecords) {
    const auto in_index = [&](const char* words, std::size_t most_sorted = kMostSorted) {
        return ids(list({.kind = Kind::commitment,
                         .words = i18n::folded_words(words),
                         .most_sorted = most_sorted,
                         .most_read = 1}));
    };
    for (const std::size_t most_sorted : {kMostSorted, std::size_t{2}}) {
        EXPECT_EQ(in_index("gauge kol", most_sorted), Ids{"gauge"});
        EXPECT_EQ(in_index("KOL ORTA", most_sorted), Ids{"gauge"});
        EXPECT_EQ(in_index("кель plant", most_sorted), Ids{"plants"});
        EXPECT_EQ(in_index("o'rt", most_sorted), Ids{"gauge"});
        EXPECT_EQ(in_index("gauge plants", most_sorted), Ids{});
        EXPECT_EQ(in_index("lants", most_sorted), Ids{});
    }
}

TEST_F(ListingTest, TakesSeveralValuesOfAFilterAsOr) {
    EXPECT_EQ(ids(list({.kind = Kind::commitment, .filters = {{"by", {"aa", "bb"}}}})),
              (Ids{"gauge", "plants"}));
    EXPECT_EQ(
        ids(list({.kind = Kind::commitment, .filters = {{"by", {"aa", "cc"}}, {"mechanism", {"road"}}}})),
        Ids{"tunnel"});
}

TEST_F(ListingTest, FiltersByWhatIsNotStated) {
    EXPECT_EQ(ids(list({.kind = Kind::commitment, .filters = {{"due", {"not-stated"}}}})), Ids{"plants"});
    EXPECT_EQ(ids(list({.kind = Kind::commitment, .filters = {{"due", {"stated"}}}})),
              (Ids{"gauge", "tunnel"}));
    EXPECT_EQ(ids(list({.kind = Kind::commitment, .filters = {{"to", {"not-stated"}}}})).size(), 3u);
}

TEST_F(ListingTest, CountsWhatAnotherChoiceOfAFilterWouldGive) {
    const Listing listing =
        list({.kind = Kind::commitment, .filters = {{"by", {"cc", "nobody"}}, {"mechanism", {"lake"}}}});
    EXPECT_EQ(ids(listing), Ids{"plants"});
    EXPECT_EQ(counts(listing, "by"), (Values{{"aa", 1}, {"bb", 1}, {"cc", 1}, {"nobody", 0}}));
    EXPECT_EQ(counts(listing, "mechanism"), (Values{{"lake", 1}, {"road", 1}}));
    EXPECT_EQ(counts(listing, "state"), (Values{{"cannot-be-judged", 1}}));
}

TEST_F(ListingTest, GivesTheRowsAskedForAndCountsThemAll) {
    const Listing listing = list({.kind = Kind::commitment, .sort = "-title", .count = 1});
    ASSERT_EQ(listing.rows.size(), 1u);
    EXPECT_EQ(listing.rows[0]->name.id, "plants");
    EXPECT_EQ(listing.passing, 3u);
    EXPECT_EQ(listing.total, 3u);
}

TEST_F(ListingTest, SortsWithWhatIsNotStatedLast) {
    for (const auto& [sort, expected] :
         {std::pair{"due", Ids{"tunnel", "gauge", "plants"}}, {"-due", Ids{"gauge", "tunnel", "plants"}}}) {
        Ids sorted;
        for (const SnapshotPtr& row : list({.kind = Kind::commitment, .sort = sort}).rows)
            sorted.push_back(row->name.id);
        EXPECT_EQ(sorted, expected) << sort;
    }
}

TEST_F(ListingTest, KnowsTheMechanismThatAnotherRecordSays) {
    EXPECT_EQ(ids(list({.kind = Kind::report, .filters = {{"mechanism", {"lake"}}}})), Ids{"r1"});
    EXPECT_EQ(ids(list({.kind = Kind::report, .filters = {{"mechanism", {"not-stated"}}}})), Ids{});
}

TEST_F(ListingTest, GoesOnAfterAnyRowInEveryOrder) {
    for (const std::string_view sort : sorts_of(Kind::commitment))
        for (const char* order : {"", "-"}) {
            const std::string by = order + std::string(sort);
            Ids whole, paged;
            for (const SnapshotPtr& row : list({.kind = Kind::commitment, .sort = by}).rows)
                whole.push_back(row->name.id);
            for (std::string after; paged.size() <= whole.size();) {
                const Listing page = list({.kind = Kind::commitment, .sort = by, .after = after, .count = 1});
                EXPECT_EQ(page.before, paged.size()) << by;
                EXPECT_EQ(page.passing, 3u);
                // The page before this one is the one that led here.
                EXPECT_EQ(page.previous, paged.size() < 2 ? "" : paged[paged.size() - 2]) << by;
                if (page.rows.empty()) break;
                paged.push_back(after = page.rows.front()->name.id);
            }
            EXPECT_EQ(paged, whole) << by;
        }
    const auto gone =
        query::list(*register_->now(), {.kind = Kind::commitment, .after = "nowhere"}, reader());
    ASSERT_FALSE(gone);
    EXPECT_EQ(gone.error().code, ErrorCode::not_found);
}

TEST_F(ListingTest, StandsAsItDidAtEveryPosition) {
    append({put(Kind::commitment, "gauge",
                R"({"title":{"en":"Z gauge"},"mechanism":"road","by":["bb"],"due":"2030"})")});
    append({{.verb = journal::Verb::rename, .name = {Kind::commitment, "tunnel"}, .to = "shaft"}});
    append({{.verb = journal::Verb::withdraw, .name = {Kind::commitment, "gauge"}}});
    const auto then = [&](const char* as_of) {
        Ids out;
        const auto listing = query::list(*at(as_of), {.kind = Kind::commitment, .sort = "title"}, reader());
        for (const SnapshotPtr& row : listing->rows)
            out.push_back(row->name.id + " " + text_of(row->body, "due"));
        return out;
    };
    EXPECT_EQ(then("@6"), (Ids{"gauge 2025"}));
    EXPECT_EQ(then("@8"), (Ids{"gauge 2025", "tunnel 2024-06", "plants "}));
    EXPECT_EQ(then("@11"), (Ids{"tunnel 2024-06", "plants ", "gauge 2030"}));
    EXPECT_EQ(then(""), (Ids{"shaft 2024-06", "plants "}));
    EXPECT_EQ(count_by(*register_->now(), Kind::commitment, "by"),
              (std::map<std::string, std::size_t>{{"bb", 1}, {"cc", 2}}));
    EXPECT_EQ(count_by(*at("@9"), Kind::commitment, "by", {{"mechanism", {"lake"}}}),
              (std::map<std::string, std::size_t>{{"aa", 1}, {"bb", 1}, {"cc", 1}}));
}

TEST_F(ListingTest, CountsByTheMechanismOfWhatIsLinkedTo) {
    append({put(Kind::commitment, "loose", R"({"title":{"en":"Of no mechanism"},"by":["aa"]})"),
            put(Kind::report, "r3", R"({"title":{"en":"More"},"commitment":"plants","party":"cc"})"),
            put(Kind::report, "r4", R"({"title":{"en":"Else"},"commitment":"loose","party":"aa"})")});
    const std::map<std::string, std::size_t> expected{{"lake", 2}, {"road", 1}, {"not-stated", 1}};
    EXPECT_EQ(count_by(*register_->now(), Kind::report, "mechanism"), expected);
    for (const auto& [mechanism, n] : expected)
        EXPECT_EQ(list({.kind = Kind::report, .filters = {{"mechanism", {mechanism}}}}).passing, n)
            << mechanism;
    EXPECT_TRUE(*any(*register_->now(), Kind::report, {{"mechanism", {"road"}}, {"party", {"cc"}}}));
    EXPECT_FALSE(*any(*register_->now(), Kind::report, {{"mechanism", {"road"}}, {"party", {"bb"}}}));
}

TEST_F(ListingTest, TooLongToBeSortedStandsInTheOrderOfIds) {
    const auto asked = [](std::vector<Filter> filters, std::string after = {}, std::size_t count = 2) {
        return ListRequest{.kind = Kind::commitment,
                           .filters = std::move(filters),
                           .sort = "-title",
                           .after = std::move(after),
                           .count = count,
                           .most_sorted = 2};
    };
    const auto ids_of = [](const Listing& listing) {
        Ids out;
        for (const SnapshotPtr& row : listing.rows) out.push_back(row->name.id);
        return out;
    };
    const Listing first = list(asked({}));
    EXPECT_TRUE(first.unsorted);
    EXPECT_EQ(ids_of(first), (Ids{"gauge", "plants"}));
    EXPECT_EQ(first.next, "plants");
    EXPECT_EQ(first.total, 3u);
    EXPECT_EQ(first.passing, 3u);
    EXPECT_EQ(counts(first, "by"), (Values{{"aa", 1}, {"bb", 1}, {"cc", 2}}));
    const Listing second = list(asked({}, first.next));
    EXPECT_EQ(ids_of(second), Ids{"tunnel"});
    EXPECT_EQ(second.next, "");
    // A link narrows it, so that it is sorted and counted as any other.
    const Listing narrowed = list(asked({{"by", {"cc"}}}));
    EXPECT_FALSE(narrowed.unsorted);
    EXPECT_EQ(ids_of(narrowed), (Ids{"plants", "tunnel"}));
    EXPECT_EQ(narrowed.passing, 2u);
    EXPECT_EQ(counts(narrowed, "by"), (Values{{"aa", 1}, {"bb", 1}, {"cc", 2}}));
    EXPECT_EQ(counts(narrowed, "sector"), (Values{{"not-stated", 2}}));
    const Listing twice = list(asked({{"by", {"cc"}}, {"due", {"stated"}}}));
    EXPECT_EQ(ids_of(twice), Ids{"tunnel"});
    EXPECT_EQ(counts(twice, "by"), (Values{{"cc", 1}}));
    // Anything else is looked for in so many records at a time.
    const Listing some = list(asked({{"due", {"stated"}}}, {}, 5));
    EXPECT_TRUE(some.unsorted);
    EXPECT_EQ(ids_of(some), Ids{"gauge"});
    EXPECT_EQ(some.next, "plants");
    EXPECT_EQ(ids_of(list(asked({{"due", {"stated"}}}, some.next, 5))), Ids{"tunnel"});
    EXPECT_EQ(*listed_ids(*register_->now(), asked({{"due", {"stated"}}}, {}, static_cast<std::size_t>(-1)),
                          reader()),
              (Ids{"gauge", "tunnel"}));
    // One by one they are the same, and it ends where it is told to.
    for (const std::size_t most_sorted : {std::size_t{1}, std::size_t{100}}) {
        const ListRequest all{.kind = Kind::commitment, .facets = false, .most_sorted = most_sorted};
        Ids met;
        EXPECT_TRUE(
            each_listed_id(*register_->now(), all, reader(), [&](std::string_view id) -> Result<void> {
                met.emplace_back(id);
                return {};
            }));
        EXPECT_EQ(met, *listed_ids(*register_->now(), all, reader())) << most_sorted;
        EXPECT_EQ(met.size(), 3u);
        const auto failed =
            each_listed_id(*register_->now(), all, reader(), [&](std::string_view id) -> Result<void> {
                met.emplace_back(id);
                return fail(ErrorCode::io, "write", "full");
            });
        EXPECT_FALSE(failed);
        EXPECT_EQ(met.size(), 4u);
    }
}

TEST_F(ListingTest, TellsWhereTheRecordsOfEachKindAre) {
    append(
        {put(Kind::centre, "c",
             R"({"title":{"en":"C"},"mechanism":"lake","type":"platform","latitude":"43.2","longitude":"76.9"})"),
         put(Kind::project, "p",
             R"({"title":{"en":"P"},"mechanism":"lake","status":"closed","latitude":"-1.5","longitude":"30"})"),
         put(Kind::project, "q", R"({"title":{"en":"Q"},"mechanism":"lake","status":"closed"})")});
    for (const auto& [kind, id, latitude, longitude] :
         {std::tuple{Kind::centre, "c", "43.2", "76.9"}, {Kind::project, "p", "-1.5", "30"}}) {
        const Listing listing = list({.kind = kind, .places = true});
        ASSERT_EQ(listing.places.size(), 1u);
        EXPECT_EQ(listing.places[0].id, id);
        EXPECT_EQ(listing.places[0].latitude, latitude);
        EXPECT_EQ(listing.places[0].longitude, longitude);
        EXPECT_EQ(listing.placed, 1u);
    }
}

TEST_F(ListingTest, KnowsWhetherAnyHasAFile) {
    const auto any_with_file = [&](const char* mechanism) {
        return *query::any(*register_->now(), Kind::project,
                           {{"mechanism", {mechanism}}, {"activity", {std::string(kStated)}}});
    };
    const auto counted = [&] { return *query::count_by(*register_->now(), Kind::project, "activity", {}); };
    using Counts = std::map<std::string, std::size_t>;
    append({put(Kind::project, "q", R"({"title":{"en":"Q"},"mechanism":"lake"})")});
    EXPECT_FALSE(any_with_file("lake"));
    EXPECT_EQ(counted(), (Counts{{"not-stated", 1}}));
    const std::string content = "<iati-activities/>", sha256 = crypto::hex(crypto::sha256(content));
    const std::string body =
        R"({"title":{"en":"P"},"mechanism":"lake","activity":{"name":"p.xml","size":18,"media_type":"application/xml","sha256":")" +
        sha256 + R"("}})";
    append({put(Kind::project, "p", body.c_str())}, {{sha256, content}});
    EXPECT_TRUE(any_with_file("lake"));
    EXPECT_FALSE(any_with_file("road"));
    EXPECT_EQ(counted(), (Counts{{"not-stated", 1}, {"stated", 1}}));
    append({{.verb = journal::Verb::withdraw, .name = {Kind::project, "p"}, .reason = "wrong"}});
    EXPECT_FALSE(any_with_file("lake"));
    EXPECT_EQ(counted(), (Counts{{"not-stated", 1}}));
}

TEST_F(ListingTest, SortsNumbersByTheirSize) {
    const char* const numbers[] = {"-1000", "-12", "-1.5", "-1", "-0.5", "0",     "0.05",
                                   "0.5",   "1",   "1.5",  "9",  "10",   "12.50", "1000"};
    std::vector<Change> changes;
    Ids expected;
    for (const char* number : numbers) {
        // Ids in another order than the numbers.
        std::string id = "n" + std::to_string(97 - expected.size() * 5 % 14);
        expected.push_back(id);
        changes.push_back(
            {.verb = journal::Verb::put,
             .name = {Kind::commitment, id},
             .body =
                 *parse_json(R"({"title":{"en":"N"},"mechanism":"road","by":["aa"],"unit":"USD","target":")" +
                             std::string(number) + "\"}")});
    }
    append(changes);
    Ids sorted;
    for (const SnapshotPtr& row :
         list({.kind = Kind::commitment, .filters = {{"target", {"stated"}}}, .sort = "target"}).rows)
        sorted.push_back(row->name.id);
    EXPECT_EQ(sorted, expected);
}

TEST(ListSpec, HasARowForEveryKind) {
    for (const KindInfo& kind : kinds()) {
        EXPECT_EQ(list_spec(kind.kind).kind, kind.kind);
        const auto filters = filters_of(kind.kind), sorts = sorts_of(kind.kind);
        for (const std::string_view filter : list_spec(kind.kind).filters)
            EXPECT_NE(std::ranges::find(filters, filter), filters.end()) << kind.name << ' ' << filter;
        std::string_view sort = list_spec(kind.kind).sort;
        if (sort.starts_with('-')) sort.remove_prefix(1);
        EXPECT_NE(std::ranges::find(sorts, sort), sorts.end()) << kind.name << ' ' << sort;
    }
}

// A reply cites nothing: asked for its sources, its row was once read behind its end.
TEST_F(ListingTest, ListsRepliesOfWhichNoSourceTells) {
    append({put(Kind::reply, "only", R"({"under":["commitment:gauge"],"name":"Ana","text":{"en":"Why?"}})")});
    now_ = 1'753'000'000;  // 2025-07-20
    const auto dated = [&](const View& view, const char* value) {
        return ids(*query::list(view, {.kind = Kind::reply, .filters = {{kDated, {value}}}}, reader()));
    };
    const View now = *register_->now(), then = *register_->at(AsOf(), *Date::parse("2025-07-19"));
    EXPECT_EQ(dated(now, "no"), Ids{"only"});
    EXPECT_EQ(dated(now, "yes"), Ids{});
    EXPECT_FALSE(*now.is_dated({Kind::reply, "only"}));
    for (const char* const value : {"no", "yes"}) EXPECT_EQ(dated(then, value), Ids{});
    EXPECT_EQ(ids(*query::list(then, {.kind = Kind::reply}, reader())), Ids{});
    EXPECT_EQ(*query::count(then, Kind::reply), 0U);
}

TEST_F(ListingTest, ShowsWhatWasPublicByADay) {
    append(
        {put(Kind::source, "may", R"({"title":{"en":"May"},"date":"2025-05-20"})"),
         put(Kind::source, "month", R"({"title":{"en":"June"},"date":"2025-06"})"),
         put(Kind::source, "undated", R"({"title":{"en":"Undated"}})"),
         put(Kind::commitment, "early",
             R"({"title":{"en":"Early"},"by":["aa"],"made":"2025-05","sources":[{"source":"undated"},{"source":"may"}]})"),
         put(Kind::commitment, "late",
             R"({"title":{"en":"Late"},"by":["aa"],"sources":[{"source":"month"}]})"),
         put(Kind::commitment, "never",
             R"({"title":{"en":"Never"},"by":["aa"],"sources":[{"source":"undated"}]})"),
         put(Kind::report, "told",
             R"({"title":{"en":"T"},"commitment":"early","party":"aa","date":"2025-05-21","progress":"complete","sources":[{"source":"month"}]})")});
    const auto by = [&](const char* day) {
        const View view = *register_->at(AsOf(), *Date::parse(day));
        EXPECT_EQ(view.day().text(), day);
        return view;
    };
    const auto listed = [&](const View& view) {
        const auto found = query::list(view, {.kind = Kind::commitment}, reader());
        EXPECT_TRUE(found) << found.error().message();
        return found ? ids(*found) : Ids{"failed"};
    };
    now_ = 1'753'000'000;  // 2025-07-20
    EXPECT_EQ(listed(by("2025-05-19")), Ids{});
    EXPECT_EQ(listed(by("2025-05-20")), Ids{"early"});
    // A month is surely over on its last day.
    EXPECT_EQ(listed(by("2025-06-29")), Ids{"early"});
    EXPECT_EQ(listed(by("2025-06-30")), (Ids{"early", "late"}));
    const View then = by("2025-06-29"), later = by("2025-06-30");
    EXPECT_EQ(*query::count(then, Kind::commitment), 1U);
    EXPECT_EQ(*query::count(then, Kind::party), 3U) << "who and what others speak of is always shown";
    EXPECT_EQ(*query::count(then, Kind::source), 1U);
    EXPECT_FALSE(*then.find({Kind::commitment, "late"}));
    EXPECT_TRUE(*later.find({Kind::commitment, "late"}));
    EXPECT_EQ(then.linking_to({Kind::party, "aa"}, Kind::commitment)->size(), 1U);
    EXPECT_EQ(*query::count_by(then, Kind::commitment, "by"),
              (std::map<std::string, std::size_t>{{"aa", 1}}));
    // It is judged by what was public: the report was not yet.
    const auto state = [&](const View& view) {
        return query::list(view, {.kind = Kind::commitment, .states = true}, reader())->judged.front().pledge;
    };
    EXPECT_EQ(state(then), Pledge::nothing_reported);
    EXPECT_EQ(state(later), Pledge::kept);
    EXPECT_TRUE(*later.is_dated({Kind::commitment, "late"}));
    EXPECT_FALSE(*later.is_dated({Kind::commitment, "never"}));
    EXPECT_TRUE(*later.is_dated({Kind::party, "aa"}));
    // What is not dated is listed.
    const auto dated = [&](Kind kind, const char* value) {
        Ids out;
        const auto found =
            query::list(*register_->now(), {.kind = kind, .filters = {{"dated", {value}}}}, reader());
        for (const SnapshotPtr& row : found->rows) out.push_back(row->name.id);
        return out;
    };
    const Ids undated = dated(Kind::commitment, "no");
    EXPECT_NE(std::ranges::find(undated, "never"), undated.end());
    EXPECT_EQ(std::ranges::find(undated, "late"), undated.end());
    for (const KindInfo& kind : kinds()) {
        const auto filters = filters_of(kind.kind);
        EXPECT_EQ(std::ranges::find(filters, "dated") != filters.end(), claims(kind.kind)) << kind.name;
        if (!claims(kind.kind)) continue;
        EXPECT_EQ(dated(kind.kind, "yes").size() + dated(kind.kind, "no").size(),
                  *query::count(*register_->now(), kind.kind))
            << kind.name;
    }
    // Both clocks at once: what was public then, of what the register held when it had ten entries.
    EXPECT_EQ(listed(*register_->at(*AsOf::parse("@10"), *Date::parse("2025-06-30"))), Ids{});
    EXPECT_EQ(register_->at(AsOf(), *Date::parse("2025-07-21")).error().code, ErrorCode::out_of_range);
}

}  // namespace
}  // namespace tamga::query
