#include "status/judged.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "journal/log.hpp"
#include "query/fixture.hpp"
#include "query/listing.hpp"
#include "query/promise.hpp"

// What is kept of what became of commitments is what is derived, whatever was written in between.

namespace tamga::query {
namespace {

using journal::Change;
using journal::Verb;

class JudgedTest : public RegisterTest {
  protected:
    /// False if it was refused.
    bool try_append(const std::vector<Change>& changes) {
        std::vector<journal::Refusal> refusals;
        journal::Writer writer(*store_, [this] { return now_.load(); });
        const bool done = writer.submit({journal::Author::parse("tester"), changes}, refusals).has_value();
        EXPECT_TRUE(done || !refusals.empty());
        return done;
    }
    static Change put(Kind kind, std::string id, Json body) {
        return {.verb = Verb::put, .name = {kind, std::move(id)}, .body = std::move(body)};
    }
    void begin() {
        const Json title{{"en", "T"}};
        ASSERT_TRUE(try_append({put(Kind::party, "cn", {{"title", title}, {"type", "state"}}),
                                put(Kind::party, "kz", {{"title", title}, {"type", "state"}})}));
    }

    std::string dump() {
        std::string rows;
        EXPECT_TRUE(store_->dump_projections([&](std::string_view row) { rows += std::string(row) + "\n"; }));
        return rows;
    }
    /// Rows of the table, without its name.
    std::vector<std::string> kept() {
        std::vector<std::string> rows;
        EXPECT_TRUE(store_->dump_projections([&](std::string_view row) {
            if (row.starts_with("judged\t")) rows.emplace_back(row.substr(7));
        }));
        for (std::string& row : rows)
            if (const auto open = row.find("9223372036854775807"); open != std::string::npos)
                row.replace(open, 19, "…");
        return rows;
    }
    /// What is counted beforehand is what there is.
    static void expect_counted(const View& view) {
        for (const Kind kind : {Kind::commitment, Kind::report, Kind::project, Kind::meeting}) {
            const auto all = *view.all(kind);
            EXPECT_EQ(*count(view, kind), all.size());
            for (const std::string_view field : journal::tallied_fields(kind)) {
                std::map<std::string, std::size_t> expected;
                for (const SnapshotPtr& one : all) {
                    auto values = list_of(one->body, *info(kind).field(field));
                    if (info(kind).field(field)->type == FieldType::file && one->body.contains(field))
                        values = {std::string(kStated)};
                    if (values.empty()) values = {text_of(one->body, field)};
                    for (const std::string& value : values)
                        ++expected[value.empty() ? std::string(kNotStated) : value];
                }
                EXPECT_EQ(*count_by(view, kind, field), expected) << info(kind).name << ' ' << field;
            }
        }
    }
    void expect_verified() {
        EXPECT_TRUE(journal::verify(*store_, [](const std::string& fault) { ADD_FAILURE() << fault; }));
    }

    static std::map<std::string, std::string> judged(const View& view) {
        std::map<std::string, std::string> found;
        const auto all = view.judgements();
        EXPECT_TRUE(all);
        (*all)->each([&](std::string_view id, const Judgement& judgement) {
            found.emplace(id, judged_text(std::vector{Judged{view.day(), judgement}}));
        });
        return found;
    }
    static std::map<std::string, std::string> derived(const View& view) {
        std::map<std::string, std::string> found;
        const std::vector<SnapshotPtr> all = *view.all(Kind::commitment);
        for (const SnapshotPtr& commitment : all)
            found.emplace(
                commitment->name.id,
                judged_text(std::vector{Judged{view.day(), status_of(view, *commitment)->judgement()}}));
        return found;
    }
    bool is_kept(std::int64_t pos) { return *store_->is_settled({pos}); }
};

/// Changes drawn at random of everything that bears on commitments.
class Changes {
  public:
    explicit Changes(unsigned seed) : random_(seed) {}

    std::size_t pick(std::size_t count) { return random_() % count; }
    Change draw(std::int64_t head) {
        const RecordId name = any();
        switch (pick(12)) {
            case 0:
                return {.verb = Verb::withdraw, .name = name, .reason = "double"};
            case 1:
                return {.verb = Verb::rename,
                        .name = name,
                        .to = name.id.size() < 12 ? name.id + "x" : std::string(id(name.kind))};
            case 2:
                if (pick(3) == 0)
                    return {.verb = Verb::redact,
                            .name = name,
                            .reason = "order",
                            .redacted = {static_cast<std::int64_t>(pick(static_cast<std::size_t>(head)))}};
                [[fallthrough]];
            default:
                return {.verb = Verb::put, .name = name, .body = body(name.kind)};
        }
    }

  private:
    const char* one_of(std::initializer_list<const char*> words) { return words.begin()[pick(words.size())]; }
    static std::string id(Kind kind) { return std::string(info(kind).name).substr(0, 2); }
    RecordId any(Kind kind) {
        std::string name = id(kind) + std::to_string(pick(3));
        while (pick(6) == 0) name += "x";
        return {kind, std::move(name)};
    }
    RecordId any() {
        static constexpr Kind kKinds[] = {
            Kind::commitment, Kind::report, Kind::assessment, Kind::project,    Kind::observation,
            Kind::series,     Kind::centre, Kind::meeting,    Kind::instrument, Kind::commitment,
            Kind::report,     Kind::update, Kind::statement};
        return any(kKinds[pick(std::size(kKinds))]);
    }
    const char* date() {
        return one_of({"2024", "2024-06", "2025-02-28", "2025-06-30", "2025-07", "2025-09-15", "2026"});
    }
    Json body(Kind kind) {
        Json body{{"title", {{"en", one_of({"A", "B"})}}}};
        const auto maybe = [&](const char* field, const char* value) {
            if (pick(2)) body[field] = value;
        };
        switch (kind) {
            case Kind::commitment:
                body["by"] = pick(2) ? Json::array({"cn"}) : Json::array({"cn", "kz"});
                maybe("made", date());
                maybe("due", date());
                body["results"] = Json::array();
                for (const Kind result : {Kind::series, Kind::centre, Kind::meeting, Kind::instrument,
                                          Kind::project, Kind::observation, Kind::report})
                    if (pick(4) == 0) body["results"].push_back(any(result).text());
                if (body["results"].empty()) body.erase("results");
                if (pick(2)) body.update({{"target", "9"}, {"unit", "plants"}});
                return body;
            case Kind::report:
                body.update({{"commitment", any(Kind::commitment).id}, {"party", one_of({"cn", "kz"})}});
                body["date"] = date();
                maybe("progress", one_of({"not-started", "limited", "complete"}));
                return body;
            case Kind::assessment:
                body.update({{"commitment", any(Kind::commitment).id},
                             {"assessor", "A."},
                             {"date", date()},
                             {"score", one_of({"-1", "0", "+1"})}});
                return body;
            case Kind::project:
                maybe("status", one_of({"pipeline", "implementation", "closed", "cancelled"}));
                maybe("start", date());
                if (pick(2)) body["commitments"] = Json::array({any(Kind::commitment).id});
                return body;
            case Kind::update:
            case Kind::statement:
                body["date"] = date();
                if (kind == Kind::statement) body["speaker"] = "A.";
                if (pick(2)) body["about"] = Json::array({any(Kind::commitment).text()});
                return body;
            case Kind::series:
                body.update({{"indicator", "i"}, {"flow", "other"}, {"reporter", "cn"}, {"unit", "plants"}});
                return body;
            case Kind::observation:
                return {{"series", any(Kind::series).id},
                        {"period", one_of({"2023", "2024", "2024-06", "2025", "2025-03"})},
                        {"value", one_of({"0", "5", "9"})}};
            case Kind::centre:
                body["type"] = "platform";
                maybe("announced", date());
                maybe("opened", date());
                return body;
            case Kind::meeting:
                body.update({{"start", date()},
                             {"level", "summit"},
                             {"status", one_of({"held", "planned", "cancelled"})}});
                return body;
            default:
                body["type"] = one_of({"treaty", "declaration"});
                maybe("date", date());
                return body;
        }
    }

    std::mt19937 random_;
};

TEST_F(JudgedTest, IsWhatIsDerivedAtEachPositionWhateverIsWritten) {
    std::size_t taken = 0, settled = 0, unsettled = 0;
    for (unsigned seed = 1; seed <= 2; ++seed) {
        begin();
        Changes changes(seed);
        for (int round = 0; round < 100; ++round) {
            std::vector<Change> batch;
            for (std::size_t i = 0; i <= changes.pick(3); ++i)
                batch.push_back(changes.draw(store_->head()->value));
            taken += try_append(batch);
            constexpr long long kSteps[] = {0, 0, 1, 86400, 40 * 86400LL};
            now_ += kSteps[changes.pick(5)] * (round % 8 == 0 ? 1 : round % 2);
            const View view = *register_->now();
            ASSERT_EQ(judged(view), derived(view)) << seed << " " << round;
            if (round % 10 == 0) expect_verified();
        }
        expect_verified();
        const std::string before = dump();
        journal::Writer writer(*store_, [this] { return now_.load(); });
        ASSERT_TRUE(writer.rebuild());
        EXPECT_EQ(dump(), before);
        const std::int64_t head = store_->head()->value;
        for (std::int64_t pos = 1; pos <= head; ++pos) {
            const auto found = at("@" + std::to_string(pos));
            ASSERT_TRUE(found) << found.error().message();
            const View& view = *found;
            ++(is_kept(pos) ? settled : unsettled);
            expect_counted(view);
            ASSERT_EQ(judged(view), derived(view)) << seed << " " << pos;
        }
        // What was known on a day, judged on that day.
        for (Date day = Date::of_unix_time(1'750'118'400); day < Date::of_unix_time(now_);
             day = day.plus_days(7)) {
            const auto found = at(day.text());
            ASSERT_TRUE(found) << found.error().message();
            const View& view = *found;
            ASSERT_EQ(judged(view), derived(view)) << seed << " " << day.text();
        }
        now_ += 900 * 86400LL;
        const View later = *register_->now();
        EXPECT_EQ(judged(later), derived(later));
    }
    EXPECT_GT(taken, 50u);
    EXPECT_GT(settled, 50u);
    EXPECT_GT(unsettled, 20u);
}

TEST_F(JudgedTest, IsOneRowASecondHoweverManyBatchesItTook) {
    begin();
    const Json promise{{"title", {{"en", "T"}}}, {"by", {"cn"}}, {"made", "2025-05-01"}};
    const auto report = [&](const char* progress) {
        return put(Kind::report, "r",
                   {{"title", {{"en", "T"}}},
                    {"commitment", "c"},
                    {"party", "cn"},
                    {"date", "2025-06-01"},
                    {"progress", progress}});
    };
    const auto limited = [](const std::string& span) {
        return span +
               "in-progress 0.00 limited R13; 2026-06-01 in-progress 0.00 limited R13 silent; "
               "2027-06-01 in-progress 0.00 limited R12 silent";
    };
    now_ += 86400;
    ASSERT_TRUE(try_append({put(Kind::commitment, "c", promise)}));
    ASSERT_TRUE(try_append({report("limited")}));
    EXPECT_EQ(kept(), std::vector<std::string>({limited("c\t3\t…\t")}));
    EXPECT_FALSE(is_kept(3));
    EXPECT_TRUE(is_kept(4));
    now_ += 1;
    ASSERT_TRUE(try_append({report("complete")}));
    ASSERT_TRUE(try_append({report("substantial")}));
    EXPECT_EQ(kept(),
              std::vector<std::string>(
                  {limited("c\t3\t5\t"),
                   "c\t5\t…\tin-progress 0.00 substantial R13; 2026-06-01 in-progress 0.00 substantial R13 "
                   "silent; 2027-06-01 in-progress 0.00 substantial R12 silent"}));
    // Within a second there and back again: nothing came of it.
    ASSERT_TRUE(try_append({report("limited")}));
    EXPECT_EQ(kept(), std::vector<std::string>({limited("c\t3\t…\t")}));
    now_ += 1;
    ASSERT_TRUE(try_append({{.verb = Verb::withdraw, .name = {Kind::report, "r"}, .reason = "double"},
                            {.verb = Verb::withdraw, .name = {Kind::commitment, "c"}, .reason = "double"}}));
    EXPECT_EQ(kept(), std::vector<std::string>({limited("c\t3\t8\t")}));
    ASSERT_TRUE(try_append({put(Kind::commitment, "c", promise)}));
    EXPECT_EQ(kept().back(), "c\t8\t…\tnothing-reported - - R28; 2026-05-01 nothing-reported - - R28 silent");
    expect_verified();
}

TEST_F(JudgedTest, GoesOnWhileNothingChangesButTheDay) {
    begin();
    now_ += 1;
    const Json promise{{"title", {{"en", "T"}}}, {"by", {"cn"}}, {"made", "2025-05"}, {"due", "2025-08"}};
    ASSERT_TRUE(try_append({put(Kind::commitment, "c", promise)}));
    const std::vector<std::string> before = kept();
    EXPECT_EQ(before, std::vector<std::string>(
                          {"c\t3\t…\tnothing-reported - - R27; 2025-09-01 nothing-reported - - R26 "
                           "overdue; 2026-05-31 nothing-reported - - R26 overdue silent"}));
    now_ += 200 * 86400LL;
    Json reworded = promise;
    reworded["title"]["en"] = "Other words";
    ASSERT_TRUE(try_append({put(Kind::commitment, "c", reworded)}));
    EXPECT_EQ(kept(), before);
    expect_verified();
}

}  // namespace
}  // namespace tamga::query
