#include "status/status.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <random>
#include <set>
#include <sstream>

namespace tamga {
namespace {

Date on(std::string_view text) {
    return Date::parse(text).value();
}

/// One record as a test writes it: kind:id and its body.
struct Given {
    std::string name;
    std::string body;
};

struct World {
    Json commitment;
    std::vector<std::pair<RecordId, Json>> records;

    World(std::string_view body, const std::vector<Given>& given) : commitment(Json::parse(body)) {
        if (!commitment.contains("by")) commitment["by"] = {"cn"};
        for (const Given& one : given)
            records.emplace_back(parse_record_id(one.name).value(), Json::parse(one.body));
    }

    Status judged(std::string_view day) const {
        StatusInput input{{{Kind::commitment, "c"}, &commitment}, {}, on(day)};
        for (const auto& [name, body] : records) input.linked.push_back({name, &body});
        return derive_status(input);
    }
};

struct Example {
    const char* why;
    const char* commitment;
    std::vector<Given> linked;
    const char* day;
    const char* rule;
    const char* pledge;
    const char* score;
    const char* completion;
};

const char* const kDue2025 = R"({"made":"2023-05-19","due":"2025-06"})";
const char* const kNoDue = R"({"made":"2025-05-19"})";
const char* const kStanding = R"({"made":"2025-05-19","due_basis":"standing"})";
const char* const kCount = R"({"made":"2025-05-19","target":"3","unit":"centres"})";
const char* const kPlaces =
    R"({"made":"2025-05-19","due":"2027-06","target":"3000","unit":"training places"})";
const char* const kTrade = R"({"made":"2023-05-19","due":"2030","target":"70","unit":"USD"})";

Given report(const char* id, const char* date, const char* progress, const char* party = "cn") {
    return {std::string("report:") + id, std::string(R"({"party":")") + party + R"(","date":")" + date +
                                             R"(","progress":")" + progress + "\"}"};
}
Given figure(const char* id, const char* date, const char* value) {
    return {std::string("report:") + id,
            std::string(R"({"party":"cn","date":")") + date + R"(","value":")" + value + "\"}"};
}
Given score(const char* id, const char* date, const char* value, const char* party = nullptr) {
    return {std::string("assessment:") + id, std::string(R"({"date":")") + date + R"(","score":")" + value +
                                                 (party ? std::string(R"(","party":")") + party : "") +
                                                 "\"}"};
}
Given centre(const char* id, const char* opened) {
    return {std::string("centre:") + id, std::string(R"({"opened":")") + opened + "\"}"};
}
Given project(const char* status, const char* date, const char* id = "p") {
    return {std::string("project:") + id,
            std::string(R"({"status":")") + status + R"(","status_date":")" + date + "\"}"};
}
Given observation(const char* id, const char* period, const char* value, const char* more = "") {
    return {std::string("observation:") + id, std::string(R"({"series":"s","period":")") + period +
                                                  R"(","value":")" + value + "\"" + more + "}"};
}
const Given kSeries{"series:s", R"({"unit":"USD"})"};

const char* const kPlants = R"({"made":"2023-09-14","due":"2025-12-31","target":"9","unit":"plants"})";
const Given kPlantsOfOne{"series:s", R"({"unit":"plants"})"};
const Given kPlantsOfOther{"series:t", R"({"unit":"plants"})"};
Given of_other(const char* id, const char* period, const char* value, const char* qualifier) {
    return {std::string("observation:") + id, std::string(R"({"series":"t","period":")") + period +
                                                  R"(","value":")" + value + R"(","qualifier":")" +
                                                  qualifier + "\"}"};
}

const std::vector<Example>& examples() {
    static const std::vector<Example> kExamples = {
        // Nobody has said anything.
        {"not due on the last day of a due month",
         kDue2025,
         {},
         "2025-06-30",
         "R27",
         "nothing-reported",
         "nothing-reported",
         "nothing-reported"},
        {"the day after it: still no blame",
         kDue2025,
         {},
         "2025-07-01",
         "R26",
         "nothing-reported",
         "nothing-reported",
         "nothing-reported"},
        {"no due date",
         kNoDue,
         {},
         "2026-01-01",
         "R28",
         "nothing-reported",
         "nothing-reported",
         "nothing-reported"},
        {"a report that does not say how far",
         kDue2025,
         {{"report:r", R"({"party":"cn","date":"2024"})"}},
         "2026-01-01",
         "R19",
         "cannot-be-judged",
         "not-scored",
         "not-scored"},
        {"a standing promise",
         kStanding,
         {},
         "2026-01-01",
         "R25",
         "nothing-reported",
         "nothing-reported",
         "nothing-reported"},
        {"a due date outweighs the mark of a standing promise",
         R"({"due":"2025","due_basis":"standing"})",
         {},
         "2025-12-31",
         "R27",
         "nothing-reported",
         "nothing-reported",
         "nothing-reported"},
        // Results.
        {"a centre opens on the day",
         kNoDue,
         {centre("x", "2025-07-21")},
         "2025-07-21",
         "R2",
         "kept",
         "+1",
         "complete"},
        {"and is not open the day before",
         kNoDue,
         {centre("x", "2025-07-21")},
         "2025-07-20",
         "R23",
         "nothing-reported",
         "nothing-reported",
         "nothing-reported"},
        {"announced is not opened",
         kNoDue,
         {{"centre:x", R"({"announced":"2025-06-17"})"}},
         "2025-07-20",
         "R23",
         "nothing-reported",
         "nothing-reported",
         "nothing-reported"},
        {"one of three centres",
         kNoDue,
         {centre("x", "2025-07"), {"centre:y", "{}"}, {"centre:z", "{}"}},
         "2025-08-01",
         "R14",
         "in-progress",
         "0",
         "limited"},
        {"one of two centres is half",
         kNoDue,
         {centre("x", "2025-07"), {"centre:y", "{}"}},
         "2025-08-01",
         "R14",
         "in-progress",
         "0",
         "substantial"},
        {"a meeting held",
         kNoDue,
         {{"meeting:m", R"({"start":"2025-06-17","status":"held"})"}},
         "2025-06-17",
         "R2",
         "kept",
         "+1",
         "complete"},
        {"a meeting said to be held later",
         kNoDue,
         {{"meeting:m", R"({"start":"2025-06-17","status":"held"})"}},
         "2025-06-16",
         "R23",
         "nothing-reported",
         "nothing-reported",
         "nothing-reported"},
        {"a date alone does not show that it was held",
         kNoDue,
         {{"meeting:m", R"({"start":"2025-06-17","status":"announced"})"}},
         "2025-06-18",
         "R23",
         "nothing-reported",
         "nothing-reported",
         "nothing-reported"},
        {"an instrument signed",
         kNoDue,
         {{"instrument:i", R"({"date":"2025-06-17"})"}},
         "2025-06-17",
         "R2",
         "kept",
         "+1",
         "complete"},
        {"an instrument not signed",
         kNoDue,
         {{"instrument:i", "{}"}},
         "2025-06-17",
         "R21",
         "cannot-be-judged",
         "not-scored",
         "not-scored"},
        {"a project closed",
         kNoDue,
         {project("closed", "2025-08")},
         "2025-08-01",
         "R2",
         "kept",
         "+1",
         "complete"},
        {"a project in implementation",
         kNoDue,
         {project("implementation", "2025-08")},
         "2025-08-01",
         "R14",
         "in-progress",
         "0",
         "limited"},
        {"a project in the pipeline",
         kNoDue,
         {project("pipeline", "2025-08")},
         "2025-08-01",
         "R23",
         "nothing-reported",
         "nothing-reported",
         "nothing-reported"},
        {"a project suspended",
         kNoDue,
         {project("suspended", "2025-08")},
         "2025-08-01",
         "R11",
         "stalled",
         "0",
         "not-started"},
        {"one suspended, one under way",
         kNoDue,
         {project("suspended", "2025-08"), project("implementation", "2025-07", "q")},
         "2025-08-01",
         "R14",
         "in-progress",
         "0",
         "limited"},
        {"progress reported since the suspension",
         kNoDue,
         {project("suspended", "2025-08"), report("r", "2025-09", "limited")},
         "2025-09-30",
         "R13",
         "in-progress",
         "0",
         "limited"},
        {"progress reported before the suspension",
         kNoDue,
         {project("suspended", "2025-08"), report("r", "2025-07", "limited")},
         "2025-09-30",
         "R11",
         "stalled",
         "0",
         "limited"},
        {"a centre opened since the suspension",
         kNoDue,
         {project("suspended", "2025-08"), centre("x", "2025-09")},
         "2025-09-30",
         "R14",
         "in-progress",
         "0",
         "substantial"},
        {"a centre opened before the suspension",
         kNoDue,
         {project("suspended", "2025-08"), centre("x", "2025-07")},
         "2025-09-30",
         "R11",
         "stalled",
         "0",
         "substantial"},
        {"half is there when the due date has passed, the rest cancelled",
         kDue2025,
         {project("cancelled", "2025-03"), centre("x", "2025-02")},
         "2025-07-01",
         "R10",
         "partly-kept",
         "0",
         "substantial"},
        // Targets.
        {"three of three centres counted",
         kCount,
         {centre("x", "2025-07"), centre("y", "2025-07"), centre("z", "2025-07")},
         "2025-08-01",
         "R2",
         "kept",
         "+1",
         "complete"},
        {"two of three centres counted",
         kCount,
         {centre("x", "2025-07"), centre("y", "2025-07")},
         "2025-08-01",
         "R14",
         "in-progress",
         "0",
         "substantial"},
        {"a closed project does not show 3000 places",
         kPlaces,
         {project("closed", "2025-08")},
         "2025-08-01",
         "R14",
         "in-progress",
         "0",
         "limited"},
        {"a figure short of the target by one",
         kPlaces,
         {figure("r", "2026-01", "2999")},
         "2026-02-01",
         "R13",
         "in-progress",
         "0",
         "substantial"},
        {"a figure at the target",
         kPlaces,
         {figure("r", "2026-01", "3000.0")},
         "2026-02-01",
         "R9",
         "kept",
         "+1",
         "complete"},
        {"just under half",
         kPlaces,
         {figure("r", "2026-01", "1499")},
         "2026-02-01",
         "R13",
         "in-progress",
         "0",
         "limited"},
        {"half",
         kPlaces,
         {figure("r", "2026-01", "1500")},
         "2026-02-01",
         "R13",
         "in-progress",
         "0",
         "substantial"},
        {"a figure of zero",
         kPlaces,
         {figure("r", "2026-01", "0")},
         "2026-02-01",
         "R17",
         "not-started",
         "not-scored",
         "not-started"},
        {"half when the due date has passed",
         kPlaces,
         {figure("r", "2026-01", "1500")},
         "2027-07-01",
         "R10",
         "partly-kept",
         "0",
         "substantial"},
        {"less than half when the due date has passed",
         kPlaces,
         {figure("r", "2026-01", "1499")},
         "2027-07-01",
         "R10",
         "partly-kept",
         "0",
         "limited"},
        {"a series reaches the target",
         kTrade,
         {kSeries, observation("o", "2022", "70.2"), observation("p", "2023", "70")},
         "2023-12-31",
         "R1",
         "kept",
         "+1",
         "complete"},
        {"what was reached before the promise does not count",
         kTrade,
         {kSeries, observation("o", "2022", "70.2")},
         "2023-12-31",
         "R21",
         "cannot-be-judged",
         "not-scored",
         "not-scored"},
        {"news of it since breaks the silence and tells no level",
         kDue2025,
         {{"update:u", R"({"date":"2025-09-24"})"}},
         "2026-01-01",
         "R22",
         "cannot-be-judged",
         "not-scored",
         "not-scored"},
        {"the news of the promise itself does not",
         kDue2025,
         {{"update:u", R"({"date":"2023-05-19"})"}, {"statement:s", R"({"date":"2023-05"})"}},
         "2026-01-01",
         "R26",
         "nothing-reported",
         "nothing-reported",
         "nothing-reported"},
        {"nor do words to come",
         kNoDue,
         {{"statement:s", R"({"date":"2026-06"})"}},
         "2026-01-01",
         "R28",
         "nothing-reported",
         "nothing-reported",
         "nothing-reported"},
        {"words go after all that tells a level",
         kNoDue,
         {{"update:u", R"({"date":"2025-09-24"})"}, project("implementation", "2025-07")},
         "2026-01-01",
         "R14",
         "in-progress",
         "0",
         "limited"},
        {"the period must have ended",
         kTrade,
         {kSeries, observation("p", "2023", "70")},
         "2023-12-30",
         "R27",
         "nothing-reported",
         "nothing-reported",
         "nothing-reported"},
        {"almost the target is not the target",
         kTrade,
         {kSeries, observation("p", "2023", "70", R"(,"qualifier":"almost")")},
         "2024-01-01",
         "R14",
         "in-progress",
         "0",
         "substantial"},
        {"over the target is",
         kTrade,
         {kSeries, observation("p", "2023", "70", R"(,"qualifier":"over")")},
         "2024-01-01",
         "R1",
         "kept",
         "+1",
         "complete"},
        {"another unit is not compared",
         kTrade,
         {{"series:s", R"({"unit":"CNY"})"}, observation("p", "2023", "500")},
         "2024-01-01",
         "R21",
         "cannot-be-judged",
         "not-scored",
         "not-scored"},
        {"reporters that differ",
         kTrade,
         {kSeries,
          observation("p", "2023", "71"),
          {"series:t", R"({"unit":"USD"})"},
          {"observation:q", R"({"series":"t","period":"2023","value":"60"})"}},
         "2024-01-01",
         "R8",
         "cannot-be-judged",
         "not-scored",
         "not-scored"},
        {"reporters that differ, when the due date has passed",
         kPlants,
         {kPlantsOfOne, observation("o", "2025-12-31", "9"), kPlantsOfOther,
          of_other("p", "2025-12-31", "7", "about")},
         "2026-06-01",
         "R8",
         "cannot-be-judged",
         "not-scored",
         "not-scored"},
        {"a reporter whose wording leaves it open says nothing against it",
         kPlants,
         {kPlantsOfOne, observation("o", "2025-12-31", "9"), kPlantsOfOther,
          of_other("p", "2025-12-31", "8", "about")},
         "2026-06-01",
         "R1",
         "kept",
         "+1",
         "complete"},
        {"nor does one without a figure as late",
         kPlants,
         {kPlantsOfOne, observation("o", "2025-12-31", "9"), kPlantsOfOther,
          of_other("p", "2024-12-31", "3", "exact")},
         "2026-06-01",
         "R1",
         "kept",
         "+1",
         "complete"},
        {"five months are no year",
         kTrade,
         {kSeries,
          observation("o", "2023", "71"),
          {"series:t", R"({"unit":"USD"})"},
          of_other("p", "2024-01/2024-05", "30", "exact")},
         "2024-07-01",
         "R1",
         "kept",
         "+1",
         "complete"},
        {"a part of the target by a figure",
         kPlants,
         {kPlantsOfOne, observation("o", "2024-12-31", "2")},
         "2025-06-01",
         "R14",
         "in-progress",
         "0",
         "limited"},
        {"the same when the due date has passed",
         R"({"made":"2022-01-25","due":"2022","target":"50000000","unit":"doses"})",
         {{"series:s", R"({"unit":"doses"})"}, observation("o", "2022-07-31", "2543200")},
         "2026-11-26",
         "R10",
         "partly-kept",
         "0",
         "limited"},
        {"reporters that differ on how large a part",
         kPlants,
         {kPlantsOfOne, observation("o", "2024-12-31", "2"), kPlantsOfOther,
          of_other("p", "2024-12-31", "6", "about")},
         "2025-06-01",
         "R14",
         "in-progress",
         "0",
         "not-scored"},
        {"a figure of nothing",
         kPlants,
         {kPlantsOfOne, observation("o", "2024-12-31", "0")},
         "2026-06-01",
         "R18",
         "not-started",
         "not-scored",
         "not-started"},
        {"a figure without a target",
         kNoDue,
         {kPlantsOfOne, observation("o", "2025-12-31", "2")},
         "2026-06-01",
         "R21",
         "cannot-be-judged",
         "not-scored",
         "not-scored"},
        {"a series without a figure",
         kNoDue,
         {kPlantsOfOne},
         "2026-06-01",
         "R28",
         "nothing-reported",
         "nothing-reported",
         "nothing-reported"},
        {"a planned meeting",
         kNoDue,
         {{"meeting:m", R"({"start":"2027","status":"planned"})"}},
         "2026-06-01",
         "R23",
         "nothing-reported",
         "nothing-reported",
         "nothing-reported"},
        {"a cancelled one",
         kNoDue,
         {{"meeting:m", R"({"start":"2026","status":"cancelled"})"}},
         "2026-06-01",
         "R11",
         "stalled",
         "0",
         "not-started"},
        // Reports.
        {"reported complete",
         kDue2025,
         {report("r", "2025-01", "complete")},
         "2025-02-01",
         "R9",
         "kept",
         "+1",
         "complete"},
        {"the newest report counts",
         kDue2025,
         {report("r", "2025-01", "substantial"), report("q", "2025-02", "limited")},
         "2025-02-01",
         "R13",
         "in-progress",
         "0",
         "limited"},
        {"a later report is not known yet",
         kDue2025,
         {report("r", "2025-01-01", "limited"), report("q", "2025-02-02", "complete")},
         "2025-02-01",
         "R13",
         "in-progress",
         "0",
         "limited"},
        {"another party's report does not set the state",
         kDue2025,
         {report("r", "2025-01", "complete", "kz")},
         "2025-02-01",
         "R20",
         "cannot-be-judged",
         "not-scored",
         "not-scored"},
        {"reported not started",
         kDue2025,
         {report("r", "2025-01", "not-started")},
         "2025-02-01",
         "R17",
         "not-started",
         "not-scored",
         "not-started"},
        {"substantial on the due day",
         kDue2025,
         {report("r", "2025-01", "substantial")},
         "2025-06-30",
         "R13",
         "in-progress",
         "0",
         "substantial"},
        {"substantial after it",
         kDue2025,
         {report("r", "2025-01", "substantial")},
         "2025-07-01",
         "R10",
         "partly-kept",
         "0",
         "substantial"},
        {"a report on a standing promise",
         kStanding,
         {report("r", "2025-09", "complete")},
         "2028-02-01",
         "R13",
         "in-progress",
         "0",
         "substantial"},
        {"results never complete a standing promise",
         kStanding,
         {centre("x", "2025-07")},
         "2028-02-01",
         "R14",
         "in-progress",
         "0",
         "substantial"},
        // Silence.
        {"23 months without word",
         kNoDue,
         {report("r", "2025-08-10", "limited")},
         "2027-08-09",
         "R13",
         "in-progress",
         "0",
         "limited"},
        {"24 months without word",
         kNoDue,
         {report("r", "2025-08-10", "limited")},
         "2027-08-10",
         "R12",
         "in-progress",
         "0",
         "limited"},
        // Assessments.
        {"found delivered",
         kDue2025,
         {score("a", "2025-01", "+1")},
         "2025-02-01",
         "R4",
         "kept",
         "+1",
         "complete"},
        {"not delivered, in the month that it is due",
         kDue2025,
         {score("a", "2025-06-30", "-1")},
         "2025-07-01",
         "R16",
         "not-started",
         "-1",
         "not-started"},
        {"not delivered, after it",
         kDue2025,
         {score("a", "2025-07-01", "-1")},
         "2025-07-01",
         "R5",
         "broken",
         "-1",
         "not-started"},
        {"a year may lie before the due date",
         kDue2025,
         {score("a", "2025", "-1")},
         "2025-12-31",
         "R16",
         "not-started",
         "-1",
         "not-started"},
        {"without a due date nothing is broken",
         kNoDue,
         {score("a", "2025-07-01", "-1")},
         "2025-07-01",
         "R16",
         "not-started",
         "-1",
         "not-started"},
        {"a standing promise can be",
         kStanding,
         {score("a", "2025-07-01", "-1")},
         "2025-07-01",
         "R6",
         "broken",
         "-1",
         "not-started"},
        {"a standing promise found in part",
         kStanding,
         {score("a", "2025-07-01", "0")},
         "2025-07-01",
         "R15",
         "in-progress",
         "0",
         "limited"},
        {"in progress before the due date",
         kDue2025,
         {score("a", "2025-06-30", "0")},
         "2025-06-30",
         "R15",
         "in-progress",
         "0",
         "limited"},
        {"in part after it",
         kDue2025,
         {score("a", "2025-07-01", "0")},
         "2025-07-01",
         "R7",
         "partly-kept",
         "0",
         "limited"},
        {"the assessor outweighs the party after the due date",
         kDue2025,
         {score("a", "2025-07-01", "-1"), report("r", "2025-08-01", "complete")},
         "2025-09-01",
         "R5",
         "broken",
         "-1",
         "not-started"},
        {"before it, newer reports count",
         kDue2025,
         {score("a", "2025-01-01", "-1"), report("r", "2025-02-01", "limited")},
         "2025-03-01",
         "R13",
         "in-progress",
         "0",
         "limited"},
        {"but older ones do not",
         kDue2025,
         {score("a", "2025-02-01", "-1"), report("r", "2025-02-01", "limited")},
         "2025-03-01",
         "R16",
         "not-started",
         "-1",
         "not-started"},
        {"a result after the assessment is a fact",
         kDue2025,
         {score("a", "2025-07-01", "-1"), centre("x", "2025-07-02")},
         "2025-07-02",
         "R2",
         "kept",
         "+1",
         "complete"},
        {"a result before it was known to the assessor",
         kDue2025,
         {score("a", "2025-07-02", "-1"), centre("x", "2025-07-02")},
         "2025-07-02",
         "R5",
         "broken",
         "-1",
         "not-started"},
        {"the newest assessment counts",
         kDue2025,
         {score("a", "2025-07-02", "-1"), score("b", "2025-08", "+1")},
         "2025-09-01",
         "R4",
         "kept",
         "+1",
         "complete"},
        {"assessors of one day disagree",
         kDue2025,
         {score("a", "2025-07-02", "-1"), score("b", "2025-07-02", "+1")},
         "2025-09-01",
         "R3",
         "cannot-be-judged",
         "not-scored",
         "not-scored"},
        {"a result that is newer than their dispute",
         kDue2025,
         {score("a", "2025-07-02", "-1"), score("b", "2025-07-02", "+1"), centre("x", "2025-08")},
         "2025-09-01",
         "R2",
         "kept",
         "+1",
         "complete"},
        {"an erased assessment has no score",
         kDue2025,
         {{"assessment:a", "{}"}},
         "2025-09-01",
         "R26",
         "nothing-reported",
         "nothing-reported",
         "nothing-reported"},
        {"assessors of one day agree",
         kDue2025,
         {score("a", "2025-07-02", "0"), score("b", "2025-07-02", "0")},
         "2025-09-01",
         "R7",
         "partly-kept",
         "0",
         "limited"},
        {"the one that names the party goes first",
         kDue2025,
         {score("a", "2025-07-02", "-1"), score("b", "2025-07-02", "+1", "cn")},
         "2025-09-01",
         "R4",
         "kept",
         "+1",
         "complete"},
        {"another party's assessment is another's",
         kDue2025,
         {score("b", "2025-07-02", "-1", "kz")},
         "2025-09-01",
         "R24",
         "nothing-reported",
         "nothing-reported",
         "nothing-reported"},
        // Several parties.
        {"all parties alike",
         R"({"by":["cn","kz"]})",
         {{"meeting:m", R"({"start":"2025","status":"held"})"}},
         "2025-06-17",
         "R2",
         "kept",
         "+1",
         "complete"},
        {"both by their own accounts",
         R"({"by":["cn","kz"]})",
         {report("r", "2025-01", "complete"), report("q", "2025-02", "complete", "kz")},
         "2025-06-17",
         "R29",
         "kept",
         "+1",
         "complete"},
        {"one of two has delivered, in time",
         R"({"by":["cn","kz"],"due":"2026"})",
         {report("r", "2025-01", "complete")},
         "2025-06-17",
         "R29",
         "in-progress",
         "+1",
         "substantial"},
        {"one of two, after the due date",
         R"({"by":["cn","kz"],"due":"2025-01"})",
         {report("r", "2025-01", "complete")},
         "2025-06-17",
         "R29",
         "partly-kept",
         "+1",
         "substantial"},
        {"one of six has delivered, the others are silent",
         R"({"by":["cn","kg","kz","tj","tm","uz"]})",
         {report("r", "2025-01", "complete")},
         "2025-06-17",
         "R29",
         "in-progress",
         "+1",
         "not-scored"},
        {"one has not started, one is silent",
         R"({"by":["cn","kz"]})",
         {report("r", "2025-01", "not-started")},
         "2025-06-17",
         "R29",
         "cannot-be-judged",
         "not-scored",
         "not-scored"},
        {"one broken, one silent",
         R"({"by":["cn","kz"],"due":"2025-01"})",
         {score("a", "2025-03", "-1", "kz")},
         "2025-06-17",
         "R29",
         "cannot-be-judged",
         "-1",
         "not-scored"},
    };
    return kExamples;
}

TEST(Status, FollowsThePublishedRules) {
    for (const Example& example : examples()) {
        SCOPED_TRACE(example.why);
        const Status status = World(example.commitment, example.linked).judged(example.day);
        EXPECT_EQ(status.rule, example.rule);
        EXPECT_EQ(status.code(Scale::pledge), example.pledge);
        EXPECT_EQ(status.code(Scale::score), example.score);
        EXPECT_EQ(status.code(Scale::completion), example.completion);
    }
}

TEST(Status, EveryRuleHasAnExample) {
    std::set<std::string_view> shown;
    for (const Example& example : examples()) shown.insert(example.rule);
    for (const Rule& one : rules()) EXPECT_TRUE(shown.contains(one.id)) << one.id;
}

TEST(Status, DoesNotDependOnTheOrderOfItsEvidence) {
    for (const Example& example : examples()) {
        auto reversed = example.linked;
        std::ranges::reverse(reversed);
        EXPECT_EQ(World(example.commitment, reversed).judged(example.day).rule, example.rule) << example.why;
    }
}

/// Every {n} of a sentence has its argument and every argument is shown.
void expect_complete(const Message& message) {
    for (const std::string_view text : {message.msgid.text, message.msgid.plural}) {
        if (text.empty()) continue;
        for (std::size_t i = 1; i <= message.arguments.size() + 1; ++i)
            EXPECT_EQ(text.find("{" + std::to_string(i) + "}") != std::string_view::npos,
                      i <= message.arguments.size())
                << text;
    }
}

TEST(Status, ExplainsWithAllItsArguments) {
    for (const Example& example : examples()) {
        const Status status = World(example.commitment, example.linked).judged(example.day);
        expect_complete(status.explanation);
        for (const PartyStatus& party : status.parties) expect_complete(party.explanation);
        for (const Message& remark : status.remarks) expect_complete(remark);
    }
}

TEST(Status, LinksItsEvidence) {
    const Status status = World(kNoDue, {centre("x", "2025-07-21")}).judged("2025-08-01");
    ASSERT_EQ(status.explanation.arguments.size(), 2u);
    EXPECT_EQ(status.explanation.arguments[0], Argument(std::vector<RecordId>{{Kind::centre, "x"}}));
    EXPECT_EQ(status.explanation.arguments[1], Argument(on("2025-07-21")));
    ASSERT_EQ(status.evidence.size(), 1u);
    EXPECT_EQ(status.evidence[0].name.text(), "centre:x");

    const Status undated = World(kNoDue, {{"meeting:m", R"({"status":"held"})"}}).judged("2025-08-01");
    EXPECT_EQ(undated.rule, "R2");
    EXPECT_EQ(undated.explanation.arguments[1], Argument(NotStated()));
}

TEST(Overdue, CountsDaysFromTheLastDayThatTheDueDateCanMean) {
    const struct {
        const char* commitment;
        const char* day;
        bool overdue;
        long long days;
    } cases[] = {
        {R"({"due":"2025-06-17"})", "2025-06-17", false, 0},
        {R"({"due":"2025-06-17"})", "2025-06-18", true, 1},
        {R"({"due":"2025-06"})", "2025-06-30", false, 0},
        {R"({"due":"2025-06"})", "2025-07-10", true, 10},
        {R"({"due":"2025"})", "2025-12-31", false, 0},
        {R"({"due":"2025"})", "2026-01-01", true, 1},
        {R"({})", "2099-01-01", false, 0},
        {kStanding, "2099-01-01", false, 0},
    };
    for (const auto& one : cases) {
        const Status status = World(one.commitment, {}).judged(one.day);
        EXPECT_EQ(status.overdue, one.overdue) << one.commitment << one.day;
        EXPECT_EQ(status.days_overdue, one.days) << one.commitment << one.day;
    }
    EXPECT_FALSE(World(R"({"due":"2025"})", {centre("x", "2026-02")}).judged("2026-03-01").overdue);
}

TEST(Overdue, IsToldAsADateThatHasPassed) {
    const Status silent = World(kDue2025, {}).judged("2025-07-10");
    EXPECT_TRUE(silent.overdue);
    EXPECT_EQ(silent.pledge, Pledge::nothing_reported);
    EXPECT_EQ(silent.explanation.msgid.text,
              "The date has passed and nothing is reported: it was due by {1}.");
    EXPECT_EQ(silent.explanation.arguments, std::vector<Argument>{on("2025-06")});
    for (const Message& remark : silent.remarks)
        EXPECT_EQ(remark.msgid.text.find("due"), std::string_view::npos) << remark.msgid.text;
}

std::string remarks(const Status& status) {
    std::string all;
    for (const Message& remark : status.remarks) all.append(remark.msgid.text).append("|");
    return all;
}

TEST(Remarks, SayWhyItIsOrIsNotOverdue) {
    EXPECT_EQ(remarks(World(kStanding, {}).judged("2025-05-20")),
              "This is a standing promise: it has no due date, so it cannot become overdue.|");
    EXPECT_EQ(remarks(World(kNoDue, {}).judged("2025-05-20")),
              "No due date is stated, so it cannot become overdue.|");
    EXPECT_EQ(remarks(World(R"({"due":"2025-06","due_basis":"computed"})", {}).judged("2025-05-20")),
              "It is due by {1}.|The due date is not stated as a date: it is computed from the words of the "
              "promise.|");
    EXPECT_EQ(remarks(World(R"({"due":"2025-06","due_basis":"stated"})", {}).judged("2025-07-20")), "");
    EXPECT_EQ(
        remarks(World(R"({"due":"2025-06"})", {report("r", "2025-07-15", "limited")}).judged("2025-07-20")),
        "The due date, {2}, passed {1} day ago.|");
    EXPECT_EQ(remarks(World(R"({"due":"2025-06"})", {centre("x", "2025-05")}).judged("2025-07-20")),
              "It was due by {1}.|");
    EXPECT_EQ(remarks(World(kNoDue, {}).judged("2025-06-19")),
              "No due date is stated, so it cannot become overdue.|The register holds nothing on it from the "
              "last {1} month.|");
}

TEST(Remarks, SayNothingTwice) {
    const World silent(kNoDue, {report("r", "2025-08-10", "limited")});
    EXPECT_EQ(remarks(silent.judged("2027-08-10")), "No due date is stated, so it cannot become overdue.|");
    EXPECT_NE(remarks(silent.judged("2027-08-09")), "No due date is stated, so it cannot become overdue.|");
}

TEST(Silence, CountsWholeMonthsFromTheNewestWord) {
    EXPECT_EQ(World(R"({})", {}).judged("2025-06-01").silent_months, std::nullopt);
    EXPECT_EQ(World(R"({"made":"2025-01-31"})", {}).judged("2025-02-28").silent_months, 0);
    EXPECT_EQ(World(R"({"made":"2025-01-31"})", {}).judged("2025-03-31").silent_months, 2);
    // A year may mean its last day, but never a day to come.
    EXPECT_EQ(World(R"({"made":"2024"})", {}).judged("2025-03-01").silent_months, 2);
    EXPECT_EQ(World(R"({"made":"2025"})", {}).judged("2025-03-01").silent_months, 0);
    EXPECT_EQ(World(R"({})", {report("r", "2024", "limited")}).judged("2025-03-01").silent_months, 2);
    EXPECT_EQ(World(R"({"made":"2024-01-01"})", {report("r", "2025-01-01", "limited", "kz")})
                  .judged("2025-03-01")
                  .silent_months,
              2);
}

TEST(Progress, TakesTheNewestFigure) {
    const Status status =
        World(kPlaces, {figure("r", "2025-09", "100"), figure("q", "2026-01", "1000")}).judged("2026-02-01");
    ASSERT_EQ(status.progress.size(), 1u);
    EXPECT_EQ(status.progress[0].figure.value.text(), "1000");
    EXPECT_EQ(status.progress[0].percent->text(), "33.3");
    EXPECT_EQ(status.progress[0].from.name.text(), "report:q");
    EXPECT_EQ(status.progress[0].claimant, (RecordId{Kind::party, "cn"}));
    EXPECT_TRUE(World(kNoDue, {figure("r", "2025-09", "100")}).judged("2026-02-01").progress.empty());
    const Given by_another{"report:r", R"({"party":"kz","date":"2025-09","value":"100"})"};
    EXPECT_TRUE(World(kPlaces, {by_another}).judged("2026-02-01").progress.empty());
}

TEST(Progress, StandsSideBySideWhereReportersDiffer) {
    // The ids are such that either order of the alphabet would prefer another reporter.
    for (const auto& [one, other] : {std::pair("a", "z"), std::pair("z", "a")}) {
        const World world(kPlants,
                          {kPlantsOfOne, observation(one, "2025-12-31", "9"), kPlantsOfOther,
                           of_other(other, "2025-12-31", "7", "about"), figure("r", "2025-11", "8")});
        const Status status = world.judged("2026-06-01");
        ASSERT_EQ(status.progress.size(), 3u);
        std::map<std::string, std::string> told;
        for (const Progress& account : status.progress)
            told[account.claimant->text()] =
                account.figure.wording + account.figure.value.text() + ": " + account.percent->text();
        EXPECT_EQ(told["series:s"], "9: 100.0");
        EXPECT_EQ(told["series:t"], "about7: 77.8");
        EXPECT_EQ(told["party:cn"], "8: 88.9");
        ASSERT_EQ(status.rule, "R8");
        EXPECT_EQ(status.explanation.arguments[0], Argument(std::vector<RecordId>{{Kind::series, "s"}}));
        EXPECT_EQ(status.explanation.arguments[1], Argument(std::vector<RecordId>{{Kind::series, "t"}}));
        EXPECT_EQ(status.explanation.arguments[2], Argument(Decimal(9)));
    }
}

TEST(Progress, IsTheRegistersOwnCountWhereRecordsAreCounted) {
    const Status status =
        World(kCount, {centre("x", "2025-07"), centre("y", "2025-07")}).judged("2025-08-01");
    ASSERT_EQ(status.progress.size(), 1u);
    EXPECT_FALSE(status.progress[0].claimant);
    EXPECT_EQ(status.progress[0].figure.value.text(), "2");
}

TEST(Progress, KeepsAllThatOneReporterSaysOfTheSameDay) {
    const Status status = World(kPlants, {kPlantsOfOne, observation("o", "2024-12-31", "2"),
                                          observation("p", "2024-12-31", "3")})
                              .judged("2025-06-01");
    EXPECT_EQ(status.progress.size(), 2u);
}

TEST(Score, IsTheAverageOverTheScoredParties) {
    const World world(R"({"by":["cn","kz","kg"],"due":"2025-01"})",
                      {score("a", "2025-02-01", "+1", "cn"), score("b", "2025-02-01", "+1", "kz"),
                       score("c", "2025-02-01", "0", "kg")});
    const Status status = world.judged("2025-03-01");
    EXPECT_EQ(status.score->text(), "0.67");
    EXPECT_EQ(status.code(Scale::score), "+1");
    const std::vector<Judgement> set = {
        status.judgement(), World(kNoDue, {}).judged("2026-01-01").judgement(),
        World(kDue2025, {score("a", "2025-07-01", "-1")}).judged("2025-08-01").judgement()};
    const Average average = average_score(set);
    EXPECT_EQ(average.score->text(), "-0.17");  // -0.33 / 2 = -0.165, half away from zero.
    EXPECT_EQ(average.scored, 2u);
    EXPECT_EQ(average.of, 3u);
    EXPECT_FALSE(average_score({}).score);
}

TEST(Set, CountsEveryStateInThePublishedOrder) {
    const std::vector<Judgement> set = {
        World(kNoDue, {}).judged("2026-01-01").judgement(),
        World(kNoDue, {}).judged("2026-01-02").judgement(),
        World(kNoDue, {centre("x", "2025-07")}).judged("2026-01-01").judgement()};
    const auto counts = progress_of(set, Scale::pledge);
    ASSERT_EQ(counts.size(), 8u);
    EXPECT_EQ(counts[0].code, "kept");
    EXPECT_EQ(counts[0].count, 1u);
    EXPECT_EQ(counts[4].code, "not-started");
    EXPECT_EQ(counts[4].count, 0u);
    EXPECT_EQ(counts[7].code, "nothing-reported");
    EXPECT_EQ(counts[7].count, 2u);
    for (const Scale scale : {Scale::pledge, Scale::score, Scale::completion}) {
        std::size_t all = 0;
        for (const Count& one : progress_of(set, scale)) all += one.count;
        EXPECT_EQ(all, set.size());
        EXPECT_EQ(scale_named(name(scale)), scale);
    }
    EXPECT_FALSE(scale_named("other"));
}

// A promise never looks worse for a result delivered more, and is never broken without an assessment.
TEST(Status, NeverFallsForMoreResultsAndNeverBlamesOnItsOwn) {
    std::mt19937 random(20250617);
    const auto pick = [&](std::size_t count) { return random() % count; };
    const char* commitments[] = {kDue2025, kNoDue, kStanding, kCount, kPlaces};
    const char* levels[] = {"not-started", "limited", "substantial", "complete"};
    const char* states[] = {"pipeline", "implementation", "closed", "suspended", "cancelled"};
    const char* days[] = {"2024", "2025-05-20", "2025-06", "2025-07-21", "2026-02-01"};
    for (int round = 0; round < 2000; ++round) {
        std::vector<Given> linked;
        for (int i = 0; i < 3; ++i) {
            const std::string id = "x" + std::to_string(i);
            if (pick(2)) linked.push_back(report(id.c_str(), days[pick(5)], levels[pick(4)]));
            if (pick(3) == 0) linked.push_back(project(states[pick(5)], days[pick(5)], id.c_str()));
            if (pick(3) == 0) linked.push_back({"centre:" + id, "{}"});
        }
        linked.push_back({"centre:more", "{}"});
        const char* commitment = commitments[pick(5)];
        const char* day = days[1 + pick(4)];
        const std::string judged = std::string(day).size() == 7 ? std::string(day) + "-15" : day;
        const Status before = World(commitment, linked).judged(judged);
        EXPECT_NE(before.pledge, Pledge::broken);
        EXPECT_TRUE(!before.score || before.score->sign() >= 0);
        linked.back() = centre("more", "2024-01-01");
        const Status after = World(commitment, linked).judged(judged);
        EXPECT_TRUE(!before.completion || after.completion >= before.completion);
        EXPECT_TRUE(before.pledge != Pledge::kept || after.pledge == Pledge::kept);
    }
}

// What is said of silence and of its opposite holds against the evidence, whatever that is.
TEST(Status, NeverCallsItSilenceWhereSomethingIsReported) {
    std::mt19937 random(20261126);
    const auto pick = [&](std::size_t count) { return random() % count; };
    const char* commitments[] = {kDue2025, kNoDue, kStanding, kCount, kPlaces, kPlants, kTrade};
    const char* levels[] = {"not-started", "limited", "substantial", "complete", ""};
    const char* states[] = {"pipeline", "implementation", "closed", "suspended", "cancelled"};
    const char* days[] = {"2024", "2025-05-20", "2025-06", "2025-07-21", "2026-02-01"};
    const char* parties[] = {"cn", "kz", "uz"};
    const char* values[] = {"0", "2", "9", "71", "3000"};
    const char* scores[] = {"-1", "0", "+1"};
    for (int round = 0; round < 2000; ++round) {
        std::vector<Given> linked;
        bool told = false;  // By a report, an assessment, a figure, or a result beyond a plan.
        for (int i = 0; i < 2; ++i) {
            const std::string id = "x" + std::to_string(i);
            if (pick(4) == 0) {
                linked.push_back(report(id.c_str(), days[pick(5)], levels[pick(5)], parties[pick(3)]));
                told = true;
            }
            if (pick(8) == 0) {
                linked.push_back(score(id.c_str(), days[pick(5)], scores[pick(3)]));
                told = true;
            }
            if (pick(6) == 0) {
                const char* state = states[pick(5)];
                linked.push_back(project(state, days[pick(5)], id.c_str()));
                told = told || std::string(state) != "pipeline";
            }
            if (pick(6) == 0) {
                linked.push_back(kPlantsOfOne);
                linked.push_back(observation(id.c_str(), "2025", values[pick(5)]));
                told = true;
            }
            if (pick(6) == 0) linked.push_back({"centre:" + id, R"({"announced":"2025-06"})"});
        }
        Json commitment = Json::parse(commitments[pick(7)]);
        commitment["by"] = {"cn"};
        if (pick(2)) commitment["by"] = {"cn", "kz"};
        const Status status = World(commitment.dump(), linked).judged("2026-03-01");
        EXPECT_EQ(status.pledge == Pledge::nothing_reported, !told) << commitment;
        // Somebody says that it has not started: a party, an assessor, a figure.
        EXPECT_TRUE(told || status.pledge != Pledge::not_started);
        EXPECT_TRUE(told || (status.progress.empty() && !status.score && !status.completion));
        static const std::set<std::string_view> kNothingAtAll = {"R25", "R26", "R27", "R28"};
        EXPECT_TRUE(status.evidence.empty() || !kNothingAtAll.contains(status.rule));
    }
}

TEST(Docs, ListExactlyTheRules) {
    std::ifstream file(TAMGA_DOCS "/status.md");
    ASSERT_TRUE(file);
    std::vector<std::string> documented, expected;
    std::set<std::string> codes;
    for (std::string line; std::getline(file, line);) {
        std::istringstream cells(line);
        std::string bar, first, between, state, when;
        if (!(cells >> bar >> first >> between >> state) || bar != "|") continue;
        cells >> bar;
        std::getline(cells, when);
        std::erase(when, '*');
        if (first.starts_with("R")) documented.push_back(first + " " + state + when);
        if (first.starts_with("`")) codes.insert(first.substr(1, first.size() - 2));
    }
    for (const Rule& one : rules())
        expected.push_back(
            std::string(one.id) + " " +
            (one.result ? std::string(values(Scale::pledge)[static_cast<std::size_t>(*one.result)].code)
                        : "by-party") +
            " " + std::string(one.condition) + " |");
    EXPECT_EQ(documented, expected);
    for (const Scale scale : {Scale::pledge, Scale::score, Scale::completion})
        for (const ScaleValue& value : values(scale))
            EXPECT_TRUE(codes.contains(std::string(value.code))) << value.code;
}

}  // namespace
}  // namespace tamga
