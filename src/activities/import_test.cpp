#include "activities/fixture.hpp"

namespace tamga::activities {
namespace {

const std::string kFirst =
    "<iati-activity xml:lang='en'><iati-identifier>X/1</iati-identifier><title><narrative>One</narrative></title>"
    "<activity-status code='2'/><activity-date type='2' iso-date='2020-01-01'/><activity-date type='3' iso-date='2030-01-01'/>"
    "<participating-org role='1'><narrative>Funder; and more</narrative></participating-org><participating-org role='2' ref='O-9'/>"
    "<recipient-country code='KZ'/><recipient-country code='FR'/><x:own xmlns:y='urn:y' y:a='1'>kept</x:own></iati-activity>";
const std::string kSecond = "<iati-activity><iati-identifier>X-1</iati-identifier><recipient-country code='UZ'/></iati-activity>";

std::string file_of(const std::string& inside, const std::string& generated = "2026-01-02T00:00:00Z") {
    return "<?xml version='1.0'?>\n<!-- before -->\n<iati-activities version='2.02' generated-datetime='" + generated +
           "' xmlns:x='urn:x'>\n  " + inside + "\n</iati-activities>\n";
}

class ImportTest : public RegisterTest {
  protected:
    /// Imports a file; gives what was wrong.
    std::vector<std::string> import(const std::string& text, ImportOptions options = {.mechanism = "m", .source = "file"}) {
        std::vector<folder::Finding> findings;
        const auto source = xml::memory_source(text);
        const auto made = read_activities(*source, "dir/a.xml", view(), options, findings);
        std::vector<std::string> told;
        for (const auto& finding : findings) told.push_back(finding.message());
        if (!made) return {made.error().message()};
        EXPECT_EQ(made->changes.size(), made->places.size());
        if (told.empty()) done_ = append(made->changes, made->files);
        return told;
    }

    Result<std::string> given_back(const std::string& id) {
        std::string out;
        TAMGA_TRY(give_back(view(), id, [&](std::string_view text) -> Result<void> {
            out += text;
            return {};
        }));
        return out;
    }

    journal::Appended done_;
};

TEST_F(ImportTest, MakesProjectsThatSayWhatTheActivitiesState) {
    ASSERT_EQ(import(file_of(kFirst + "<!-- between -->" + kSecond)), std::vector<std::string>());
    EXPECT_EQ(done_.created, 3U);
    const Json first = project("x-1");
    EXPECT_EQ(first["title"], (Json{{"en", "One"}}));
    EXPECT_EQ(first["mechanism"], "m");
    EXPECT_EQ(first["status"], "implementation");
    EXPECT_EQ(first["start"], "2020-01-01");
    EXPECT_EQ(first["end"], "2030-01-01");
    EXPECT_EQ(first["countries"], Json::array({"aa"})) << "only countries that are parties of the register";
    EXPECT_EQ(first["organisations"], Json::array({"Funder; and more", "O-9"}));
    EXPECT_EQ(first["iati_identifier"], "X/1");
    EXPECT_EQ(first["sources"], Json::array({{{"source", "file"}, {"locator", "X/1"}}}));
    // Two identifiers that look the same as an id are told apart.
    const auto second = *view().linking_to({Kind::party, "bb"}, Kind::project, "countries");
    ASSERT_EQ(second.size(), 2U);  // with "bridge"
    EXPECT_TRUE(second[1]->name.id.starts_with("x-1-")) << second[1]->name.id;
    EXPECT_EQ(second[1]->body["title"], (Json{{"und", "X-1"}}));
    const auto source = *view().find({Kind::source, "file"});
    EXPECT_EQ(source->body["date"], "2026-01-02");
    EXPECT_EQ(source->body["title"]["en"], "IATI activities: a.xml");
}

TEST_F(ImportTest, GivesTheFileBackAsItCame) {
    const std::string inside = kFirst + "\n<x:beside>both</x:beside><!-- between -->" + kSecond + "<?then this?>";
    import(file_of(inside));
    EXPECT_EQ(*given_back("file"), "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- before -->\n"
                                          "<iati-activities version='2.02' generated-datetime='2026-01-02T00:00:00Z' "
                                          "xmlns:x='urn:x'>\n  " + inside + "\n</iati-activities>\n");
    EXPECT_FALSE(given_back("none"));
}

TEST_F(ImportTest, MakesVersionsOnlyOfWhatChanged) {
    import(file_of(kFirst + kSecond));
    ASSERT_EQ(import(file_of(kFirst + kSecond)), std::vector<std::string>());
    EXPECT_EQ(done_.unchanged, 3U);
    import(file_of(kFirst + kSecond, "2026-05-05T00:00:00Z"));
    EXPECT_EQ(done_.unchanged, 2U) << "generated anew: the source is another version, the activities are not";
    EXPECT_EQ(done_.changed, 1U);
    std::string changed = kFirst;
    changed.replace(changed.find("code='2'"), 8, "code='4'");
    changed.erase(changed.find("<activity-date type='3'"), std::string("<activity-date type='3' iso-date='2030-01-01'/>").size());
    import(file_of(changed + kSecond, "2026-05-05T00:00:00Z"));
    EXPECT_EQ(done_.unchanged, 2U);
    EXPECT_EQ(done_.changed, 1U);
    EXPECT_EQ(project("x-1")["status"], "closed");
    EXPECT_FALSE(project("x-1").contains("end")) << "what the publisher takes back goes";
    EXPECT_EQ((*view().history({Kind::project, "x-1"})).size(), 2U);
}

TEST_F(ImportTest, LeavesWhatOthersWrote) {
    import(file_of(kFirst));
    Json body = project("x-1");
    body["title"]["zh"] = "一";
    body["centre"] = "open";
    body["end"] = "2031";
    body["sources"].push_back({{"source", "file"}, {"locator", "elsewhere"}});
    body["sources"].erase(1);
    append({{.name = {Kind::project, "x-1"}, .body = body}});
    std::string changed = kFirst;
    changed.erase(changed.find("<activity-date type='3'"), std::string("<activity-date type='3' iso-date='2030-01-01'/>").size());
    import(file_of(changed));
    EXPECT_EQ(project("x-1")["title"], (Json{{"en", "One"}, {"zh", "一"}}));
    EXPECT_EQ(project("x-1")["centre"], "open");
    EXPECT_EQ(project("x-1")["end"], "2031") << "somebody else's word, not the activity's";
}

TEST_F(ImportTest, TellsAllThatIsWrong) {
    const auto wrong = import(file_of("<iati-activity/>\n" + kSecond + "\n" + kSecond));
    ASSERT_EQ(wrong.size(), 2U);
    EXPECT_EQ(wrong[0], "dir/a.xml:4:3: the activity has no iati-identifier; give it one");
    EXPECT_EQ(wrong[1].find("dir/a.xml:6:1: the identifier 'X-1' stands at line 5 already"), 0U) << wrong[1];
    EXPECT_NE(import("<iati-activities version='1.05'/>").at(0).find("'1.05' is no version"), std::string::npos);
    EXPECT_NE(import("<iati-organisations/>").at(0).find("not iati-activities"), std::string::npos);
    EXPECT_NE(import("<iati-activities version='2.03'><iati-activity></iati-activities>").at(0).find("a.xml:1:"), std::string::npos);
    EXPECT_NE(import(file_of(kFirst), {.mechanism = "none", .source = "file"}).at(0).find("write one of: m, silent"), std::string::npos);
    load({{"sources.csv", "id,title@en\nbook,A book\n"}});
    EXPECT_NE(import(file_of(kFirst), {.mechanism = "m", .source = "book"}).at(0).find("another document"), std::string::npos);
}

TEST_F(ImportTest, ChoosesAndWithdraws) {
    import(file_of(kFirst + kSecond));
    import(file_of(kSecond), {.mechanism = "m", .source = "file", .withdraw_missing = true, .reason = "gone"});
    EXPECT_EQ(done_.withdrawn, 1U);
    EXPECT_TRUE(project("x-1").is_null());
    EXPECT_FALSE(project("road").is_null()) << "of other sources";
    import(file_of(kFirst + kSecond), {.mechanism = "m", .source = "file", .selection = {.countries = {"KZ"}}});
    EXPECT_FALSE(project("x-1").is_null()) << "it is back";
}

TEST(IdOf, KeepsToTheFormOfIds) {
    EXPECT_EQ(id_of("GB-COH-1/Ä b__"), "gb-coh-1-b");
    EXPECT_EQ(id_of("///"), "");
    EXPECT_TRUE(is_id(id_of(std::string(300, 'x') + "-")));
}

}  // namespace
}  // namespace tamga::activities
