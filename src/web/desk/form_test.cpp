#include "web/desk/form.hpp"

#include <gtest/gtest.h>

#include "folder/folder.hpp"

namespace tamga::web {
namespace {

std::vector<std::string> fields_at_fault(const RecordForm& form) {
    std::vector<std::string> out;
    for (const Problem& problem : form.problems()) out.push_back(problem.field);
    return out;
}

TEST(RecordForm, EveryRecordOfTheShippedRegisterComesBackAsItIs) {
    const auto files = folder::load(std::string(TAMGA_SOURCE) + "/registers/china-central-asia");
    ASSERT_TRUE(files) << files.error().message();
    folder::Findings findings;
    const auto changes = folder::Changes::read(*files, findings);
    ASSERT_TRUE(findings.empty());
    std::size_t records = 0;
    for (const journal::Change& change : changes.changes()) {
        if (change.verb != journal::Verb::put) continue;
        const RecordForm shown = RecordForm::of(change.name, change.body);
        const RecordForm read = RecordForm::read(change.name.kind, shown.sent(), change.body);
        EXPECT_EQ(read.name(), change.name);
        EXPECT_EQ(read.body(), change.body) << change.name.text();
        EXPECT_EQ(fields_at_fault(read), std::vector<std::string>()) << change.name.text();
        ++records;
    }
    EXPECT_GT(records, 500u);
}

TEST(RecordForm, TellsEachFieldThatIsWrongOnceAndKeepsWhatWasTyped) {
    const FormFields sent{{"field.id", "Not an id"},
                          {"field.title@en", "Trees were planted"},
                          {"field.commitment", "desertification-centre-2025"},
                          {"field.date", "31.12.2025"},
                          {"field.progress", "nearly"},
                          {"field.value", "1.250,5"},
                          {"field.note@en", "first line\r\nsecond line\r\n"}};
    const RecordForm form = RecordForm::read(Kind::report, sent, Json::object());
    auto wrong = fields_at_fault(form);
    std::ranges::sort(wrong);
    EXPECT_EQ(wrong, (std::vector<std::string>{"date", "id", "party", "progress", "value"}));
    EXPECT_EQ(form.body()["note"]["en"], "first line\nsecond line");
    EXPECT_FALSE(form.body().contains("value"));
    // Nothing typed is lost, wrong or not.
    FormFields kept = form.sent();
    EXPECT_EQ(kept.size(), sent.size());
    EXPECT_NE(std::ranges::find(kept, std::pair<std::string, std::string>("field.date", "31.12.2025")),
              kept.end());
}

TEST(RecordForm, TakesNoFieldThatTheKindDoesNotHaveAndKeepsFiles) {
    const Json before{{"frame",
                       {{"name", "a.xml"},
                        {"sha256", std::string(64, 'a')},
                        {"size", 3u},
                        {"media_type", "application/xml"}}}};
    const RecordForm form = RecordForm::read(Kind::source,
                                             {{"field.id", "s"},
                                              {"field.title@en", "S"},
                                              {"field.frame", "b.xml"},
                                              {"field.party", "kz"},
                                              {"intent", "publish"},
                                              {"title@en", "T"}},
                                             before);
    EXPECT_EQ(form.body(), (Json{{"title", {{"en", "S"}}}, {"frame", before["frame"]}}));
    EXPECT_EQ(fields_at_fault(form), std::vector<std::string>());
}

TEST(RecordForm, TakesALanguageThatTheInterfaceDoesNotSpeak) {
    const RecordForm form =
        RecordForm::read(Kind::source, {{"field.id", "s"}, {"field.title@kk", "Дереккөз"}}, Json::object());
    EXPECT_EQ(form.body()["title"], (Json{{"kk", "Дереккөз"}}));
}

}  // namespace
}  // namespace tamga::web
