#include "activities/fixture.hpp"

namespace tamga::activities {
namespace {

const std::string kFirst =
    "<iati-activity "
    "xml:lang='en'><iati-identifier>X/1</iati-identifier><title><narrative>One</narrative></title>"
    "<activity-status code='2'/><activity-date type='2' iso-date='2020-01-01'/><activity-date type='3' "
    "iso-date='2030-01-01'/>"
    "<participating-org role='1'><narrative>Funder; and "
    "more</narrative></participating-org><participating-org role='2' ref='O-9'/>"
    "<recipient-country code='KZ'/><recipient-country code='FR'/><x:own xmlns:y='urn:y' "
    "y:a='1'>kept</x:own></iati-activity>";
const std::string kSecond =
    "<iati-activity><iati-identifier>X-1</iati-identifier><recipient-country code='UZ'/></iati-activity>";

std::string file_of(const std::string& inside, const std::string& generated = "2026-01-02T00:00:00Z") {
    return "<?xml version='1.0'?>\n<!-- before -->\n<iati-activities version='2.02' generated-datetime='" +
           generated + "' xmlns:x='urn:x'>\n  " + inside + "\n</iati-activities>\n";
}

class ImportTest : public RegisterTest {
  protected:
    /// Imports a file; gives what was wrong.
    std::vector<std::string> import(const std::string& text,
                                    ImportOptions options = {.mechanism = "m", .source = "file"}) {
        std::vector<folder::Finding> findings;
        const auto source = xml::memory_source(text);
        const auto made = read_activities(*source, "dir/a.xml", view(), options, findings);
        std::vector<std::string> told;
        for (const auto& finding : findings) told.push_back(finding.message());
        if (!made) return {made.error().message()};
        notices_.clear();
        for (const auto& notice : made->notices) notices_.push_back(notice.message());
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
    std::vector<std::string> notices_;
};

/// Two activities with one identifier, as two files may hold it.
std::string version_of(const std::string& identifier, const std::string& title,
                       const std::string& more = "") {
    return "<iati-activity><iati-identifier>" + identifier +
           "</iati-identifier><title><narrative xml:lang='en'>" + title + "</narrative></title>" + more +
           "</iati-activity>";
}

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
    EXPECT_EQ(source->body["title"], (Json{{"en", "IATI activities: a.xml"},
                                           {"zh", "IATI活动：a.xml"},
                                           {"ru", "Проекты в формате IATI: a.xml"},
                                           {"fr", "Activités IATI\u00a0: a.xml"}}));
}

TEST_F(ImportTest, GivesTheFileBackAsItCame) {
    const std::string inside =
        kFirst + "\n<x:beside>both</x:beside><!-- between -->" + kSecond + "<?then this?>";
    import(file_of(inside));
    EXPECT_EQ(*given_back("file"),
              "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- before -->\n"
              "<iati-activities version='2.02' generated-datetime='2026-01-02T00:00:00Z' "
              "xmlns:x='urn:x'>\n  " +
                  inside + "\n</iati-activities>\n");
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
    changed.erase(changed.find("<activity-date type='3'"),
                  std::string("<activity-date type='3' iso-date='2030-01-01'/>").size());
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
    changed.erase(changed.find("<activity-date type='3'"),
                  std::string("<activity-date type='3' iso-date='2030-01-01'/>").size());
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
    EXPECT_NE(import("<iati-activities version='1.05'/>").at(0).find("'1.05' is no version"),
              std::string::npos);
    EXPECT_NE(import("<iati-organisations/>").at(0).find("not iati-activities"), std::string::npos);
    EXPECT_EQ(import("<?xml version='1.0'?>\n\n <iati-activities version='1.04'/>")
                  .at(0)
                  .find("dir/a.xml:3:2: '1.04'"),
              0U);
    EXPECT_EQ(import("<?xml version='1.0'?>\n\n <iati-organisations/>").at(0).find("dir/a.xml:3:2: the root"),
              0U);
    EXPECT_NE(
        import("<iati-activities version='2.03'><iati-activity></iati-activities>").at(0).find("a.xml:1:"),
        std::string::npos);
    EXPECT_NE(import(file_of(kFirst), {.mechanism = "none", .source = "file"})
                  .at(0)
                  .find("write one of: m, silent"),
              std::string::npos);
    load({{"sources.csv", "id,title@en\nbook,A book\n"}});
    EXPECT_NE(import(file_of(kFirst), {.mechanism = "m", .source = "book"}).at(0).find("another document"),
              std::string::npos);
}

TEST_F(ImportTest, ChoosesAndWithdraws) {
    import(file_of(kFirst + kSecond));
    import(file_of(kSecond),
           {.mechanism = "m", .source = "file", .withdraw_missing = true, .reason = "gone"});
    EXPECT_EQ(done_.withdrawn, 1U);
    EXPECT_TRUE(project("x-1").is_null());
    EXPECT_FALSE(project("road").is_null()) << "of other sources";
    import(file_of(kFirst + kSecond),
           {.mechanism = "m", .source = "file", .selection = {.countries = {"KZ"}}});
    EXPECT_FALSE(project("x-1").is_null()) << "it is back";
}

TEST_F(ImportTest, KeepsWhatEachFileSays) {
    const ImportOptions first{.mechanism = "m", .source = "y2021"};
    const ImportOptions second{.mechanism = "m", .source = "y2022"};
    const std::string told = file_of(version_of("X-1", "As told in 2021", "<activity-status code='2'/>"));
    const std::string later = file_of(version_of("X-1", "As told in 2022"));
    import(told, first);
    EXPECT_EQ(notices_, std::vector<std::string>());
    import(later, second);
    EXPECT_EQ(
        notices_,
        std::vector<std::string>{
            "dir/a.xml:4:3: the activity 'X-1' was last written by the source 'y2021'; the project shows "
            "what this file says from now on; both versions are kept: tamga iati export --source y2021"});
    EXPECT_EQ(project("x-1")["title"]["en"], "As told in 2022");
    EXPECT_FALSE(project("x-1").contains("status")) << "the other file's word gave way";
    EXPECT_EQ(project("x-1")["sources"].size(), 2U);
    const auto holds = [&](const std::string& source, const std::string& text) {
        return given_back(source)->find(text) != std::string::npos;
    };
    EXPECT_TRUE(holds("y2021", "As told in 2021"));
    EXPECT_TRUE(holds("y2022", "As told in 2022"));
    EXPECT_FALSE(holds("y2021", "2022")) << "what was never in it";
    // The same again says nothing new, whichever stands.
    import(told, first);
    EXPECT_EQ(done_.unchanged, 2U);
    EXPECT_EQ(project("x-1")["title"]["en"], "As told in 2022");
    // Somebody's own words make a version that neither file wrote.
    Json body = project("x-1");
    body["centre"] = "open";
    append({{.name = {Kind::project, "x-1"}, .body = body}});
    EXPECT_TRUE(holds("y2021", "As told in 2021"));
    EXPECT_TRUE(holds("y2022", "As told in 2022"));
    // What the first file says anew stands from then on.
    import(file_of(version_of("X-1", "As told anew")), first);
    EXPECT_EQ(notices_.size(), 1U);
    EXPECT_EQ(project("x-1")["title"]["en"], "As told anew");
    EXPECT_EQ(project("x-1")["sources"][0]["source"], "y2022");
    EXPECT_TRUE(holds("y2021", "As told anew"));
    EXPECT_TRUE(holds("y2022", "As told in 2022"));
}

TEST_F(ImportTest, WithdrawsOnlyWhatNoOtherSourceCites) {
    const std::string one = version_of("X-1", "As told in 2021", "<activity-status code='2'/>");
    const ImportOptions first{
        .mechanism = "m", .source = "y2021", .withdraw_missing = true, .reason = "gone"};
    const ImportOptions second{
        .mechanism = "m", .source = "y2022", .withdraw_missing = true, .reason = "gone"};
    const std::string other = version_of("X-2", "Another");
    import(file_of(one + version_of("X-3", "Only in 2021")), first);
    import(file_of(version_of("X-1", "As told in 2022")), second);
    EXPECT_EQ(done_.withdrawn, 0U);
    EXPECT_EQ(project("x-1")["title"]["en"], "As told in 2022");
    import(file_of(other), second);
    EXPECT_EQ(done_.withdrawn, 0U);
    ASSERT_EQ(notices_.size(), 1U);
    EXPECT_EQ(notices_[0],
              "dir/a.xml: the activity 'X-1' is no longer in the file; its project stays; it is cited from "
              "'y2021' too");
    EXPECT_EQ(project("x-1")["title"]["en"], "As told in 2021") << "what the other file says";
    EXPECT_EQ(project("x-1")["status"], "implementation");
    EXPECT_EQ(project("x-1")["sources"].size(), 1U);
    EXPECT_NE(given_back("y2021")->find("As told in 2021"), std::string::npos);
    EXPECT_EQ(given_back("y2022")->find("X-1"), std::string::npos);
    import(file_of(other), first);
    EXPECT_EQ(done_.withdrawn, 2U) << "no source is left for X-1, and X-3 had no other";
    EXPECT_TRUE(project("x-1").is_null());
    EXPECT_FALSE(project("x-2").is_null());
}

TEST_F(ImportTest, KeepsWhatStandsBehindTheRoot) {
    const std::string behind = "\n<!-- after -->\n<?then this?>\n";
    std::string file = file_of(kFirst);
    file.pop_back();
    import(file + behind);
    const std::string back = *given_back("file");
    EXPECT_TRUE(back.ends_with("\n</iati-activities>" + behind)) << back;
}

TEST(IdOf, KeepsToTheFormOfIds) {
    EXPECT_EQ(id_of("GB-COH-1/Ä b__"), "gb-coh-1-b");
    EXPECT_EQ(id_of("///"), "");
    EXPECT_TRUE(is_id(id_of(std::string(300, 'x') + "-")));
}

}  // namespace
}  // namespace tamga::activities
