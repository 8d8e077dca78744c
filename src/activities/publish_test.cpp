#include "activities/publish.hpp"

#include "activities/fixture.hpp"

namespace tamga::activities {
namespace {

class PublishTest : public RegisterTest {
  protected:
    struct Made : Published {
        std::string xml;
    };
    Made publish(const std::string& mechanism, bool all = false) {
        const query::View now = view();
        std::string xml;
        const auto made = publish_activities(now, **now.find({Kind::mechanism, mechanism}), checker_, all,
                                             [&](std::string_view text) -> Result<void> {
                                                 xml += text;
                                                 return {};
                                             });
        EXPECT_TRUE(made) << made.error().message();
        return {made.value_or(Published{}), xml};
    }

    iati::Report check(const std::string& text) {
        const auto source = xml::memory_source(text);
        return *checker_.check(*source, "published.xml", {.now_ms = kNow * 1000});
    }

    static std::string left_out(const Published& published) {
        std::string out;
        for (const LeftOut& one : published.left_out) out += one.record.text() + ": " + one.why + "\n";
        return out;
    }

    iati::Checker checker_ = *iati::Checker::make({});
};

TEST_F(PublishTest, PublishesWhatIsStatedAndNothingElse) {
    const Made made = publish("m");
    EXPECT_EQ(made.activities, 4U);  // the mechanism, a centre, two projects
    EXPECT_EQ(left_out(made),
              "centre:announced: IATI asks for a start, and only the announcement is stated\n"
              "project:idea: IATI asks for a start, and none is stated\n"
              "project:unclear: IATI asks for a status, and none is stated\n");
    const iati::Report report = check(made.xml);
    EXPECT_EQ(report.element_count, 4U);
    for (const auto& finding : report.findings)
        ADD_FAILURE() << finding.id << " " << finding.message << " " << finding.identifier;
    for (const char* const text :
         {"<!-- Left out: centre:announced: ",
          "<iati-identifier>XE-EXAMPLE-T-project-road</iati-identifier>",
          "<narrative>A &lt;road&gt; &amp; more</narrative>",
          "<narrative xml:lang=\"zh\">路</narrative>",
          "<activity-date type=\"2\" iso-date=\"2023-01-01\">\n      <narrative>Stated as 2023</narrative>",
          "<activity-date type=\"3\" iso-date=\"2030-12-31\">",
          "<recipient-country code=\"KZ\"/>",
          "<narrative>Teaches builders</narrative>",
          "<recipient-country code=\"UZ\"/>",
          "<pos>41.5 70.25</pos>",
          "<sector vocabulary=\"1\" code=\"21020\"/>",
          "<sector vocabulary=\"1\" code=\"99810\"/>",
          "<related-activity ref=\"XE-EXAMPLE-T-centre-open\" type=\"1\"/>",
          "<recipient-region code=\"KZ-UZ\" vocabulary=\"99\">",
          "<narrative>Aland, Beland</narrative>",
          "<narrative xml:lang=\"zh\">甲、乙</narrative>",
          "<actual value=\"12.50\">",
          "<narrative>Worded as: over.</narrative>",
          "<period-end iso-date=\"2025-06-30\"/>",
          "<narrative>Not stated</narrative>",
          "<narrative xml:lang=\"zh\">未说明</narrative>"})
        EXPECT_NE(made.xml.find(text), std::string::npos) << text;
    EXPECT_EQ(made.xml.find("<narrative>Empty</narrative>"), std::string::npos)
        << "a series without figures is no result";
    EXPECT_EQ(publish("m").xml, made.xml);
}

TEST_F(PublishTest, LeavesOutWhatTheCheckerFindsFaultWith) {
    const std::string good =
        "<iati-activity xml:lang='en' x:a='1'><iati-identifier>GB-COH-1-a</iati-identifier><reporting-org "
        "ref='GB-COH-1' type='10'>"
        "<narrative>R</narrative></reporting-org><title><narrative>T</narrative></"
        "title><description><narrative>D</narrative>"
        "</description><participating-org ref='GB-COH-1' role='1'/><activity-status code='2'/><activity-date "
        "type='1' "
        "iso-date='2020-01-01'/><recipient-country code='KZ'/><sector code='11220'/></iati-activity>";
    std::string bad = good;
    bad.replace(bad.find("GB-COH-1-a"), 10, "GB-COH-1-b").replace(bad.find("code='11220'"), 12, "code='7'");
    std::vector<folder::Finding> findings;
    const std::string text =
        "<iati-activities version='2.01' xmlns:x='urn:x'>" + good + bad + "</iati-activities>";
    const auto source = xml::memory_source(text);
    const auto import =
        read_activities(*source, "a.xml", view(), {.mechanism = "silent", .source = "a"}, findings);
    ASSERT_TRUE(import);
    append(import->changes, import->files);
    const Made made = publish("silent");
    EXPECT_EQ(made.activities, 1U);
    EXPECT_EQ(left_out(made).find(
                  "mechanism:silent: the mechanism names no publisher_id\nproject:gb-coh-1-b: check 9."),
              0U)
        << left_out(made);
    EXPECT_NE(made.xml.find("<iati-activity xmlns:x=\"urn:x\" xml:lang='en' x:a='1'>"), std::string::npos)
        << made.xml;
    EXPECT_TRUE(check(made.xml).findings.empty());
    EXPECT_EQ(publish("silent", true).activities, 2U);
}

TEST_F(PublishTest, PublishesAnIdentifierOnce) {
    const std::string file =
        "<iati-activities version='2.03'><iati-activity "
        "xml:lang='en'><iati-identifier>GB-COH-1-a</iati-identifier>"
        "<reporting-org ref='GB-COH-1' "
        "type='10'><narrative>R</narrative></reporting-org><title><narrative>T</narrative></title>"
        "<description><narrative>D</narrative></description><participating-org ref='GB-COH-1' "
        "role='1'/><activity-status "
        "code='2'/><activity-date type='1' iso-date='2020-01-01'/><recipient-country code='KZ'/><sector "
        "code='11220'/>"
        "</iati-activity></iati-activities>";
    std::vector<folder::Finding> findings;
    const auto source = xml::memory_source(file);
    auto import = read_activities(*source, "a.xml", view(), {.mechanism = "silent", .source = "a"}, findings);
    ASSERT_TRUE(import);
    append(import->changes, import->files);
    // A second project with the same activity, as a table may have it.
    import->changes.back().name.id = "zzz";
    append({import->changes.back()}, {});
    const Made made = publish("silent");
    EXPECT_EQ(made.activities, 1U);
    EXPECT_NE(left_out(made).find("project:zzz: project:gb-coh-1-a has the identifier 'GB-COH-1-a' too\n"),
              std::string::npos)
        << left_out(made);
    EXPECT_TRUE(check(made.xml).findings.empty());
    // What cannot be written ends the work.
    const query::View now = view();
    const auto refused = publish_activities(
        now, **now.find({Kind::mechanism, "silent"}), checker_, false,
        [](std::string_view) { return Result<void>(fail(ErrorCode::io, "write", "no room", "")); });
    EXPECT_EQ(refused.error().cause, "no room");
}

TEST_F(PublishTest, PublishesTheOrganisation) {
    const query::View now = view();
    const auto made = publish_organisation(now, **now.find({Kind::mechanism, "m"}));
    ASSERT_TRUE(made);
    const iati::Report report = check(*made);
    EXPECT_EQ(report.file_type, "iati-organisations");
    EXPECT_EQ(report.element_count, 1U);
    for (const auto& finding : report.findings) ADD_FAILURE() << finding.id << " " << finding.message;
    EXPECT_EQ(publish_organisation(now, **now.find({Kind::mechanism, "silent"})).error().code,
              ErrorCode::not_found);
}

}  // namespace
}  // namespace tamga::activities
