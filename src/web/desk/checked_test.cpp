#include "web/desk/checked.hpp"

#include <gtest/gtest.h>

#include <set>

#include "web/desk/form.hpp"

namespace tamga::web {
namespace {

/// What people type who are mistaken, by the types of fields.
const std::vector<std::string> kTyped = {
    "Not an id",    "nearly",      "31.12.2025",        "2026/2025",    "12 000", "91",    "-181",
    "javascript:x", "https://a b", "https://a|b",       "https://a\tb", "\x01",   "41 69", "41 69;200 1",
    "x;x",          "a:b",         "update:x;update:y", "party:x",      "99.9"};

/// Bodies whose fields do not go together.
const std::vector<std::pair<Kind, const char*>> kBodies = {
    {Kind::meeting, R"({"start":"2025-02-01","end":"2025-01-01"})"},
    {Kind::meeting, R"({"start":"2999-01-01","status":"held"})"},
    {Kind::commitment, R"({"aim":"at-most"})"},
    {Kind::commitment, R"({"target":"0","target_form":"change"})"},
    {Kind::commitment, R"({"target":"-1","target_form":"change","base":"1"})"},
    {Kind::commitment, R"({"target":"-101","target_form":"change-percent","base":"0","aim":"at-most"})"},
    {Kind::commitment, R"({"target":"-1","by":["kz"],"to":["kz"]})"},
    {Kind::commitment, R"({"target":"1","base":"1"})"},
    {Kind::commitment, R"({"target":"1","base":"1","aim":"at-most"})"},
    {Kind::commitment, R"({"made":"2025","due":"2024"})"},
    {Kind::report, R"({"date":"2999"})"},
    {Kind::observation, R"({"qualifier":"about"})"},
    {Kind::observation, R"({"value":"1","missing":"not-available"})"},
    {Kind::reply, R"({"closes":true,"party":"kz","under":["update:x","party:y"]})"}};

TEST(Checked, WhatAFormOrItsSenseIsRefusedForIsSaidInEachLanguage) {
    std::set<std::pair<std::string, std::string>> all;
    const auto note = [&](const std::vector<Problem>& problems) {
        for (const Problem& problem : problems) all.emplace(problem.cause, problem.hint);
    };
    const auto take = [&](Kind kind, const Json& body) {
        std::vector<Problem> problems;
        check_body(kind, body, problems);
        check_sense(kind, body, *Date::parse("2026-01-01"), problems);
        note(problems);
    };
    for (const KindInfo& kind : kinds()) {
        take(kind.kind, Json::object());
        for (const Field& field : kind.fields)
            for (const std::string& typed : kTyped)
                for (const char* const language : {"", "@en"}) {
                    const RecordForm form = RecordForm::read(
                        kind.kind,
                        {{"field.id", typed}, {"field." + std::string(field.name) + language, typed}},
                        Json::object());
                    note(form.problems());
                    take(kind.kind, form.body());
                }
    }
    for (const auto& [kind, body] : kBodies) take(kind, Json::parse(body));
    take(Kind::update, {{"title", {{"en", std::string((1u << 20) + 1, 'x')}}}});
    ASSERT_GT(all.size(), 200u);
    for (const std::string_view language : languages()) {
        const Words words(i18n::language(language));
        std::set<std::string> untold;
        for (const auto& [cause, hint] : all) {
            const Json said = checked(words, cause, hint);
            if (said["fault_english"].get<bool>()) untold.insert(cause);
            if (said["cure_english"].get<bool>()) untold.insert(hint);
            if (language == "en") continue;
            EXPECT_NE(said["fault"], cause) << language;
            if (!hint.empty()) EXPECT_NE(said["cure"], hint) << language;
        }
        EXPECT_EQ(untold, std::set<std::string>()) << language;
    }
}

TEST(Checked, KeepsWhatWasTypedAndNamesFieldsAsPagesDo) {
    const Words words(i18n::language("ru"));
    const auto said = [&](const char* cause) {
        return checked(words, cause, "")["fault"].get<std::string>();
    };
    EXPECT_EQ(said("'due' is before due '{1} <b>'"),
              "«due» раньше, чем «" + words.field_label("due") + "»: «{1} <b>»");
    EXPECT_EQ(said("'it' is not an id' is not an id"), "«it' is not an id» — не идентификатор");
    EXPECT_EQ(said("there is no party 'kz'"), "Такой записи нет: " + words.kind_label(Kind::party) + " «kz»");
}

TEST(Checked, LeavesASentenceThatNobodyKnowsInEnglishAndSaysSo) {
    const Words words(i18n::language("zh"));
    for (const char* const unknown :
         {"it is as nobody thought", "there is no way at all 'x'", "write this or that thing"}) {
        const Json said = checked(words, unknown, unknown);
        EXPECT_EQ(
            said,
            (Json{{"fault", unknown}, {"fault_english", true}, {"cure", unknown}, {"cure_english", true}}));
    }
    EXPECT_EQ(checked(words, "", "")["fault_english"], false);
}

}  // namespace
}  // namespace tamga::web
