#include "status/judged.hpp"

#include <gtest/gtest.h>

#include <random>
#include <set>

#include "status/figures.hpp"

namespace tamga {
namespace {

Date on(std::string_view text) {
    return Date::parse(text).value();
}

Result<Judgement> judged_on(std::string_view text, const Date& day) {
    return read_piece(piece_on(text, day.first_day().text()));
}

/// A promise and what bears on it, drawn at random.
class Drawn {
  public:
    explicit Drawn(std::mt19937& random) : random_(random) {
        const char* commitments[] = {R"({"by":["cn"],"made":"2023-05-19","due":"2025-06"})",
                                     R"({"by":["cn","kz"],"made":"2024","due":"2026"})",
                                     R"({"by":["cn"],"made":"2024-02-29"})",
                                     R"({"by":["cn","kz","uz"],"due_basis":"standing"})",
                                     R"({"by":["cn"],"made":"2023-05","target":"2","unit":"centres"})",
                                     R"({"by":["cn","uz"],"made":"2024-01-31","due":"2025-12-31",
                                         "target":"9","unit":"plants"})",
                                     R"({"by":["cn"],"target":"70","unit":"USD"})",
                                     R"({"by":["cn"],"made":"2023-05","target":"-20","unit":"plants",
                                         "aim":"at-most","target_form":"change-percent","base_period":"2022"})",
                                     R"({"by":["cn","kz"],"made":"2024-01-31","due":"2025-12-31",
                                         "target":"2","unit":"USD","aim":"at-most"})",
                                     R"({"by":["cn"],"target":"-6","unit":"plants","aim":"at-most",
                                         "target_form":"change","base":"9","base_period":"2022"})",
                                     R"({"by":["cn"],"target":"6","unit":"USD","target_form":"change",
                                         "base_period":"2025-06"})",
                                     R"({"by":["kz"],"made":"2021","target":"8","unit":"plants",
                                         "base_period":"2025"})"};
        commitment_ = Json::parse(commitments[pick(12)]);
        for (int i = 0; i < 3; ++i) draw(std::to_string(i));
        if (pick(2)) draw_figures("s");
        if (pick(3) == 0) draw_figures("t");
    }

    StatusInput input(const Date& day) const {
        StatusInput made{{{Kind::commitment, "c"}, &commitment_}, {}, day};
        for (const auto& [name, body] : records_) made.linked.push_back({name, &body});
        return made;
    }
    std::string text() const {
        std::string all = commitment_.dump();
        for (const auto& [name, body] : records_) all += "\n" + name.text() + " " + body.dump();
        return all;
    }

    void draw_figures(const std::string& series) {
        if (series_.insert(series).second)
            add(Kind::series, series,
                {{"unit", one_of({"plants", "USD"})}, {"reporter", one_of({"cn", "kz", "ru"})}});
        for (std::size_t i = 0; i < 1 + pick(6); ++i)
            add(Kind::observation, series + std::to_string(records_.size()),
                {{"series", series},
                 {"period", one_of({"2022", "2023", "2024", "2025", "2026", "2024-01/2024-05", "2025-06",
                                    "2025-01-31", "2026-12-31", "2024-06/2025-05"})},
                 {"value", one_of({"0", "2", "8", "9", "71"})},
                 {"qualifier", one_of({"about", "over", "exact", "almost"})}});
    }

  private:
    std::size_t pick(std::size_t count) { return random_() % count; }
    const char* one_of(std::initializer_list<const char*> words) { return words.begin()[pick(words.size())]; }
    std::string date() {
        return one_of({"2023", "2024-02-29", "2024-08-31", "2025", "2025-01-31", "2025-05-20", "2025-06",
                       "2025-07-21", "2026-02-01", "2026-11", "2027"});
    }
    void add(Kind kind, std::string id, Json body) {
        records_.emplace_back(RecordId{kind, std::move(id)}, std::move(body));
    }

    void draw(const std::string& id) {
        if (pick(3) == 0) {
            Json report{{"party", one_of({"cn", "kz", "uz"})}};
            if (pick(5)) report["date"] = date();
            if (pick(2))
                report["progress"] = one_of({"not-started", "limited", "substantial", "complete"});
            else
                report["value"] = one_of({"0", "2", "9", "71"});
            add(Kind::report, id, std::move(report));
        }
        if (pick(4) == 0) {
            Json assessment{{"score", one_of({"-1", "0", "+1"})}};
            if (pick(5)) assessment["date"] = date();
            if (pick(2)) assessment["party"] = one_of({"cn", "kz"});
            add(Kind::assessment, id, std::move(assessment));
        }
        if (pick(3) == 0) {
            Json project{
                {"status", one_of({"pipeline", "implementation", "closed", "suspended", "cancelled"})}};
            if (pick(2)) project["status_date"] = date();
            if (pick(2)) project["start"] = date();
            if (pick(2)) project["end"] = date();
            add(Kind::project, id, std::move(project));
        }
        if (pick(4) == 0)
            add(Kind::meeting, id, {{"status", one_of({"held", "planned", "cancelled"})}, {"start", date()}});
        if (pick(4) == 0) {
            Json centre = Json::object();
            if (pick(2)) centre["announced"] = date();
            if (pick(2)) centre["opened"] = date();
            add(Kind::centre, id, std::move(centre));
        }
        if (pick(6) == 0) add(Kind::instrument, id, {{"date", date()}});
    }

    std::mt19937& random_;
    Json commitment_;
    std::set<std::string> series_;
    std::vector<std::pair<RecordId, Json>> records_;
};

TEST(Judged, IsWhatIsDerivedOnEachDay) {
    std::mt19937 random(20261127);
    std::size_t pieces = 0;
    for (int round = 0; round < 30; ++round) {
        const Drawn drawn(random);
        // From before all dates, and from between them.
        const Date first = on(round % 3 ? "2022-12-01" : "2025-06-15");
        const std::vector<Judged> judged = judged_over_days(drawn.input(first));
        pieces += judged.size();
        const std::string text = judged_text(judged);
        std::size_t at = 0;
        for (Date day = first; day < on("2030-02-01"); day = day.plus_days(1)) {
            if (at + 1 < judged.size() && judged[at + 1].from == day) ++at;
            const Judgement derived = derive_status(drawn.input(day)).judgement();
            ASSERT_EQ(judged[at].judgement, derived) << day.text() << "\n" << text << "\n" << drawn.text();
            ASSERT_EQ(judged_on(text, day).value(), derived) << day.text() << "\n" << text;
        }
        EXPECT_EQ(at + 1, judged.size()) << text;
        for (std::size_t i = 1; i < judged.size(); ++i)
            EXPECT_NE(judged[i].judgement, judged[i - 1].judgement) << text;
        // What is judged later is what is left of what was judged before.
        const Date later = on("2026-03-01");
        EXPECT_EQ(judged_since(text, later), judged_text(judged_over_days(drawn.input(later))));
    }
    EXPECT_GT(pieces, 100u) << "they change at all";
}

TEST(Judged, IsTheSameByTheFiguresThatCount) {
    std::mt19937 random(20261128);
    for (int round = 0; round < 80; ++round) {
        Drawn drawn(random);
        for (int more = 0; more < 8; ++more) drawn.draw_figures(more % 2 ? "s" : "t");
        for (const char* const day : {"2022-01-01", "2024-06-15", "2025-06-30", "2026-02-01", "2027-01-01"}) {
            const StatusInput input = drawn.input(on(day));
            StatusInput few{input.commitment, {}, input.day};
            KnownFigures figures(*input.commitment.body, input.day);
            for (const Item& item : input.linked)
                if (item.name.kind == Kind::observation && figures.needs_bases())
                    figures.add_base(*item.body);
            for (const Item& item : input.linked) {
                if (item.name.kind == Kind::observation)
                    figures.add(item.name, *item.body);
                else
                    few.linked.push_back(item);
            }
            const auto left = figures.take();
            for (const auto& [name, body] : left) few.linked.push_back({name, &body});
            ASSERT_EQ(judged_text(judged_over_days(few)), judged_text(judged_over_days(input)))
                << day << "\n"
                << drawn.text();
        }
    }
}

TEST(Judged, DependsOnFewOfManyFigures) {
    const Json commitment =
        Json::parse(R"({"by":["cn"],"made":"2000","target":"500","unit":"plants","due":"2090"})");
    KnownFigures figures(commitment, on("2080-01-01"));
    for (int i = 0; i < 1000; ++i) {
        const int month = i * 7 % 1000;  // In no order.
        figures.add({Kind::observation, "o" + std::to_string(i)},
                    {{"series", "s"},
                     {"period", Date::of_day(2000 + month / 12, month % 12 + 1, 0).text()},
                     {"value", std::to_string(month)}});
    }
    // To come: the months from 2080 to 2083-04. Of the others the first that reaches the target, and the
    // last.
    std::size_t known = 0;
    std::set<std::string> values;
    for (const auto& [name, body] : figures.take()) {
        if (text_of(body, "period") >= "2080") continue;
        ++known;
        values.insert(text_of(body, "value"));
    }
    EXPECT_EQ(known, 2u);
    EXPECT_EQ(values, (std::set<std::string>{"500", "959"}));
}

TEST(Judged, IsReadable) {
    const Json commitment = Json::parse(R"({"by":["cn","kz","uz"],"made":"2025-01-31","due":"2025"})");
    const Json report = Json::parse(R"({"party":"cn","date":"2025-02-28","progress":"complete"})");
    const Json work = Json::parse(R"({"party":"kz","date":"2025-02-28","progress":"limited"})");
    StatusInput input{{{Kind::commitment, "c"}, &commitment}, {}, on("2025-02-01")};
    input.linked = {{{Kind::report, "r"}, &report}, {{Kind::report, "s"}, &work}};
    EXPECT_EQ(
        judged_text(judged_over_days(input)),
        "nothing-reported - - R27; 2025-02-28 in-progress 0.50 - R29; 2026-01-01 partly-kept 0.50 - R29 "
        "overdue; 2026-02-28 partly-kept 0.50 - R29 overdue silent");
}

TEST(Judged, EndsWithTheYear9999) {
    const Json commitment = Json::parse(R"({"by":["cn"],"made":"9998-06","due":"9999"})");
    const StatusInput input{{{Kind::commitment, "c"}, &commitment}, {}, on("2025-01-01")};
    EXPECT_EQ(judged_text(judged_over_days(input)),
              "nothing-reported - - R27; 9999-06-30 nothing-reported - - R27 silent");
}

TEST(Judged, RefusesWhatIsNoJudgement) {
    for (const char* text : {"", "kept", "kept +1 complete R1", "kept 1", "kept 1 complete",
                             "none 1 complete R1", "kept 1 all R1", "kept 1 complete R0",
                             "kept 1 complete R1 late", "kept 1 complete R1; 2025-01-01 "}) {
        const auto read = judged_on(text, on("2025-01-01"));
        ASSERT_FALSE(read) << text;
        EXPECT_EQ(read.error().code, ErrorCode::corrupt);
    }
}

}  // namespace
}  // namespace tamga
