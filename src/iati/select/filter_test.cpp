#include "iati/select/filter.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "iati/check/check.hpp"

namespace tamga::iati {
namespace {

const std::string kFile =
    "<?xml version='1.0' encoding='iso-8859-1'?>\n<!-- made -->\n<iati-activities version='2.03' "
    "xmlns:x='urn:x'>\n"
    "<iati-activity><iati-identifier> A </iati-identifier><reporting-org ref='O-1'/><recipient-country "
    "code='KZ'/>"
    "<sector code='11220'/><activity-date type='1' iso-date='2010-01-01'/><activity-date type='2' "
    "iso-date='2012-01-01'/>"
    "<activity-date type='3' iso-date='2014-12-31'/></iati-activity>\n<!-- b -->\n"
    "<iati-activity><iati-identifier>B</iati-identifier><transaction><provider-org ref='O-2'/><sector "
    "code='21010'/>"
    "<recipient-country code='UZ'/><recipient-region code='619'/></transaction><activity-date type='2' "
    "iso-date='2020-05-05'/>"
    "<x:note>caf\xe9</x:note></iati-activity>"
    "<iati-activity><iati-identifier>C</iati-identifier></iati-activity>\n</iati-activities>";

/// Identifiers of what is kept, one after another.
std::string kept(const Selection& selection, std::string* whole = nullptr) {
    const auto source = xml::memory_source(kFile);
    std::string out;
    const auto done = filter(*source, "test.xml", selection, [&](std::string_view text) -> Result<void> {
        out += text;
        return {};
    });
    EXPECT_TRUE(done) << done.error().message();
    EXPECT_EQ(done->activities, 3U);
    std::string ids;
    for (std::size_t at = out.find("<iati-identifier>"); at != std::string::npos;
         at = out.find("<iati-identifier>", at + 1))
        ids += out[out.find_first_not_of(' ', at + 17)];
    EXPECT_EQ(done->kept, ids.size());
    if (whole) *whole = out;
    return ids;
}

TEST(Filter, ChoosesByEachThing) {
    EXPECT_EQ(kept({}), "ABC");
    EXPECT_EQ(kept({.countries = {"KZ"}}), "A");
    EXPECT_EQ(kept({.countries = {"UZ", "KZ"}}), "AB");
    EXPECT_EQ(kept({.regions = {"619"}}), "B");
    EXPECT_EQ(kept({.organisations = {"O-1"}}), "A");
    EXPECT_EQ(kept({.organisations = {"O-2", "O-9"}}), "B");
    EXPECT_EQ(kept({.sectors = {"112"}}), "A");
    EXPECT_EQ(kept({.sectors = {"11220", "2"}}), "AB");
    EXPECT_EQ(kept({.identifiers = {"A", "C"}}), "AC");
    EXPECT_EQ(kept({.countries = {"KZ"}, .sectors = {"21010"}}), "");
    EXPECT_EQ(kept({.touched_countries = {"KZ"}, .touched_organisations = {"O-2"}}), "AB")
        << "either is enough";
    EXPECT_EQ(kept({.sectors = {"112"}, .touched_countries = {"KZ"}, .touched_organisations = {"O-2"}}), "A");
    EXPECT_EQ(kept({.touched_countries = {"FR"}}), "");
}

/// Filters one activity of the file's own, and tells why nothing was kept.
std::string asked(const Selection& selection, std::string_view inside) {
    const std::string text = fmt::format(
        "<iati-activities version='2.03'><iati-activity>{}</iati-activity></iati-activities>", inside);
    const auto source = xml::memory_source(text);
    const auto done =
        filter(*source, "a.xml", selection, [](std::string_view) -> Result<void> { return {}; });
    EXPECT_TRUE(done);
    return done ? why_none(*done) : "";
}

TEST(Filter, TakesCountriesInSmallLettersAndCapitals) {
    EXPECT_EQ(kept({.countries = {"uz", "kz "}}), "AB");
    EXPECT_EQ(kept({.touched_countries = {"kz"}}), "A");
    EXPECT_EQ(asked({.countries = {"KZ"}}, "<recipient-country code='kz'/>"), "");
}

TEST(Filter, KnowsWhoseCodesSectorsAre) {
    constexpr std::string_view kGoal = "<sector vocabulary='7' code='11'/>";
    constexpr std::string_view kGroup = "<sector vocabulary='2' code='112'/>";
    EXPECT_EQ(asked({.sectors = {"11"}}, kGoal),
              "no activity fits --sector; such codes stand in other vocabularies: --sector-vocabulary 7");
    EXPECT_EQ(asked({.sectors = {"11"}, .sector_vocabulary = "7"}, kGoal), "");
    EXPECT_EQ(asked({.sectors = {"11"}}, kGroup), "");
    EXPECT_EQ(asked({.sectors = {"11"}, .sector_vocabulary = "1"}, kGroup).substr(0, 28),
              "no activity fits --sector; s");
    EXPECT_EQ(asked({.sectors = {"11"}}, "<transaction><sector vocabulary='' code='11220'/></transaction>"),
              "");
}

TEST(Filter, SaysWhyNothingIsKept) {
    EXPECT_EQ(asked({.countries = {"FR"}}, "<recipient-country code='KZ'/><recipient-country code='uz'/>"),
              "no activity fits --country; the file names KZ, UZ");
    EXPECT_EQ(asked({.countries = {"FR"}}, ""), "no activity fits --country; the file names no country");
    EXPECT_EQ(asked({.regions = {"619"}, .from = "2020-01-01"}, "<recipient-region code='619'/>"),
              "no activity fits --from");
    const std::string text =
        "<iati-activities version='2.03'><iati-activity><recipient-country code='KZ'/></iati-activity>"
        "<iati-activity><recipient-region code='619'/></iati-activity></iati-activities>";
    const auto source = xml::memory_source(text);
    const auto done = filter(*source, "a.xml", {.countries = {"KZ"}, .regions = {"619"}},
                             [](std::string_view) -> Result<void> { return {}; });
    ASSERT_TRUE(done);
    EXPECT_EQ(why_none(*done), "each option fits some activity, but no activity fits them all");
}

TEST(Filter, RefusesVersionsWhoseCodesItDoesNotKnow) {
    for (const auto& [attribute, told] :
         {std::pair(" version='1.05'", "'1.05' is no version of the standard that is known here"),
          std::pair("", "the file does not say which version of the standard it keeps to"),
          std::pair(" version='2.3'", "'2.3' is no version of the standard that is known here")}) {
        const std::string text =
            fmt::format("<iati-activities{}><iati-activity/></iati-activities>", attribute);
        const auto source = xml::memory_source(text);
        std::string out;
        const auto done = filter(*source, "old.xml", {}, [&](std::string_view part) -> Result<void> {
            out += part;
            return {};
        });
        ASSERT_FALSE(done) << attribute;
        EXPECT_EQ(done.error().cause, told);
        EXPECT_EQ(done.error().hint, "give a file of version 2.01, 2.02 or 2.03");
        EXPECT_EQ(done.error().place, "old.xml:1:1");
        EXPECT_EQ(out, "");
    }
}

TEST(Filter, ChoosesByDays) {
    EXPECT_EQ(kept({.from = "2015-01-01", .to = ""}), "B") << "without an end it goes on";
    EXPECT_EQ(kept({.from = "2014-12-31", .to = ""}), "AB");
    EXPECT_EQ(kept({.from = "", .to = "2011-12-31"}), "") << "the actual start counts, not the planned one";
    EXPECT_EQ(kept({.from = "", .to = "2012-01-01"}), "A");
}

TEST(Filter, KeepsWhatStandsThereInUtf8) {
    std::string whole;
    EXPECT_EQ(kept({.identifiers = {"B"}}, &whole), "B");
    EXPECT_TRUE(whole.starts_with(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<iati-activities version='2.03' xmlns:x='urn:x'>\n"));
    EXPECT_NE(whole.find("<x:note>caf\u00e9</x:note></iati-activity>"), std::string::npos);
    EXPECT_TRUE(whole.ends_with("</iati-activities>\n"));
    const auto checker = Checker::make({});
    const auto source = xml::memory_source(whole);
    const auto report = checker->check(*source, "kept.xml", {});
    ASSERT_TRUE(report);
    EXPECT_EQ(report->element_count, 1U);
    EXPECT_NE(report->findings.at(0).id, "0.1.1");
}

TEST(Filter, KeepsWhatStandsBehindTheRoot) {
    const std::string root = "<iati-activities version='2.03'><iati-activity/></iati-activities>";
    for (const auto& [behind, wanted] :
         {std::pair("", "\n"), std::pair(" \n\n", "\n"), std::pair("\n<!-- end -->", "\n<!-- end -->"),
          std::pair("<?done?>\n<!-- caf\u00e9 -->\n", "<?done?>\n<!-- caf\u00e9 -->\n")}) {
        const std::string text = root + behind;
        const auto source = xml::memory_source(text);
        std::string out;
        const auto done = filter(*source, "a.xml", {}, [&](std::string_view part) -> Result<void> {
            out += part;
            return {};
        });
        ASSERT_TRUE(done) << done.error().message();
        EXPECT_EQ(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + root + wanted);
    }
}

TEST(Filter, SaysWhatItCannotRead) {
    for (const char* text : {"<a/>", "<iati-activities><a></iati-activities>", "<iati-activities>", ""}) {
        const auto source = xml::memory_source(text);
        const auto done = filter(*source, "bad.xml", {}, [](std::string_view) -> Result<void> { return {}; });
        ASSERT_FALSE(done) << text;
        EXPECT_TRUE(done.error().place.starts_with("bad.xml:1:")) << done.error().place;
    }
    const auto source = xml::memory_source(kFile);
    EXPECT_FALSE(filter(*source, "a.xml", {}, [](std::string_view) -> Result<void> {
        return fail(ErrorCode::io, "write", "the disk is full");
    }));
}

TEST(Filter, TakesAnEmptyRoot) {
    const auto source = xml::memory_source("<iati-activities version='2.03'/>");
    std::string out;
    EXPECT_TRUE(filter(*source, "a.xml", {}, [&](std::string_view text) -> Result<void> {
        out += text;
        return {};
    }));
    EXPECT_TRUE(out.ends_with("<iati-activities version='2.03'></iati-activities>\n")) << out;
}

}  // namespace
}  // namespace tamga::iati
