#include "iati/rules/rules.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "iati/schema/names.hpp"
#include "xml/read.hpp"

namespace tamga::iati {
namespace {

constexpr std::int64_t kNow = 1'764'547'200'000;  // 2025-12-01

std::string content(const std::filesystem::path& path) {
    std::ostringstream out;
    out << std::ifstream(path, std::ios::binary).rdbuf();
    return out.str();
}

/// Ids of the rules that the activities of a document break, in order.
std::vector<std::string> broken_by(const Ruleset& rules, const xml::Names& names, std::string_view document,
                                   const std::set<std::string>& publishers = {}) {
    xml::Reader reader(names, {.keep_space = false});
    const xml::Node* root = reader.document(document);
    if (!root) return {"not well-formed: " + reader.fault().what};
    RuleInputs inputs;
    inputs.prefixes = {"GB-COH", "XM-DAC"};
    inputs.publishers.insert(publishers.begin(), publishers.end());
    XPathScratch scratch;
    std::vector<std::string> ids;
    for (const xml::Node* child = root->first; child; child = child->next)
        if (!child->is_text())
            rules.check(*child, inputs, kNow, scratch,
                        [&](const RuleFailure& failure) { ids.push_back(failure.rule->id); });
    return ids;
}

struct Engine {
    explicit Engine(Version version, bool strict = false)
        : rules(Ruleset::standard(version, strict, names)) {}
    xml::Names names = standard_names();
    Ruleset rules;
};

/// Whether an activity with this content breaks the rule.
bool breaks(const std::string& id, const std::string& inside, Version version = Version::v2_03,
            bool strict = false, const std::set<std::string>& publishers = {}) {
    const bool organisation = inside.starts_with("ORG");
    const Engine engine(version, strict);
    std::string attributes;
    std::string body = organisation ? inside.substr(3) : inside;
    if (body.starts_with("[")) {
        attributes = " " + body.substr(1, body.find(']') - 1);
        body = body.substr(body.find(']') + 1);
    }
    const std::string element = organisation ? "iati-organisation" : "iati-activity";
    const std::string root = organisation ? "iati-organisations" : "iati-activities";
    const auto ids = broken_by(
        engine.rules, engine.names,
        fmt::format("<{}><{}{}>{}</{}></{}>", root, element, attributes, body, element, root), publishers);
    return std::ranges::count(ids, id) > 0;
}

struct BothWays {
    const char* id;
    const char* kept;
    const char* broken;
};

class Standard : public testing::TestWithParam<BothWays> {};

TEST_P(Standard, IsKeptAndBroken) {
    EXPECT_FALSE(breaks(GetParam().id, GetParam().kept)) << GetParam().kept;
    EXPECT_TRUE(breaks(GetParam().id, GetParam().broken)) << GetParam().broken;
}

const BothWays kBothWays[] = {
    {"1.1.3", "<reporting-org ref='A'/><iati-identifier>A-1</iati-identifier>",
     "<reporting-org ref='A'/><iati-identifier>A</iati-identifier>"},
    {"1.1.21", "<reporting-org ref='A'/><iati-identifier>A-1</iati-identifier>",
     "<reporting-org ref='A'/><iati-identifier>AB-1</iati-identifier>"},
    {"1.1.21",
     "<reporting-org ref='A'/><other-identifier type='B1' ref='C'/><iati-identifier>C-1</iati-identifier>",
     "<reporting-org ref='A'/><other-identifier type='A3' ref='C'/><iati-identifier>C-1</iati-identifier>"},
    {"1.1.21", "", "<iati-identifier/>"},
    {"1.14.8", "<reporting-org ref='GB-COH-1'/>", "<reporting-org ref='GB-XXX-1'/>"},
    {"1.14.8", "<reporting-org ref='XM-DAC'/>", "<reporting-org ref='gb-coh-1'/>"},
    {"1.18.8", "ORG<reporting-org ref='GB-COH-1'/>", "ORG<reporting-org ref='44000'/>"},
    {"1.3.13", "<iati-identifier>A-1</iati-identifier>", "<iati-identifier>A/1</iati-identifier>"},
    {"1.3.13", "<iati-identifier/>", "<iati-identifier>A?</iati-identifier>"},
    {"1.14.13", "<reporting-org ref='A'/>", "<reporting-org ref='A|B'/>"},
    {"1.11.13", "<other-identifier><owner-org ref='A'/></other-identifier>",
     "<other-identifier><owner-org ref='A&amp;B'/></other-identifier>"},
    {"1.18.13", "ORG<reporting-org ref='A'/>", "ORG<reporting-org ref='A/B'/>"},
    {"1.8.13", "<participating-org ref='A'/>", "<participating-org ref='A/B'/>"},
    {"1.10.13", "<transaction><provider-org ref='A'/></transaction>",
     "<planned-disbursement><provider-org ref='A/B'/></planned-disbursement>"},
    {"1.15.13", "<transaction><receiver-org ref='A'/></transaction>",
     "<transaction><receiver-org ref='A/B'/></transaction>"},
    {"1.12.13", "ORG<organisation-identifier>A</organisation-identifier>",
     "ORG<organisation-identifier>A/B</organisation-identifier>"},
    {"1.3.1", "<iati-identifier>A B</iati-identifier>", "<iati-identifier>A\n</iati-identifier>"},
    {"1.14.1", "<reporting-org ref='A'/>", "<reporting-org ref=' A'/>"},
    {"1.16.1", "<other-identifier type='B1' ref='A'/>", "<other-identifier type='B1' ref='A '/>"},
    {"1.6.1", "<other-identifier type='A3' ref='A'/>", "<other-identifier type='A3' ref='A '/>"},
    {"1.11.1", "<other-identifier><owner-org ref='A'/></other-identifier>",
     "<other-identifier><owner-org ref='A\u00a0'/></other-identifier>"},
    {"1.18.1", "ORG<reporting-org ref='A'/>", "ORG<reporting-org ref='A '/>"},
    {"1.7.1", "<related-activity ref='A'/>", "<related-activity ref='A '/>"},
    {"1.8.1", "<participating-org ref='A'/>", "<participating-org ref='A '/>"},
    {"1.9.1", "<participating-org activity-id='A'/>", "<participating-org activity-id=' A'/>"},
    {"1.10.1", "<transaction><provider-org ref='A'/></transaction>",
     "<transaction><provider-org ref='A '/></transaction>"},
    {"1.4.1", "<transaction><provider-org provider-activity-id='A'/></transaction>",
     "<transaction><provider-org provider-activity-id='A '/></transaction>"},
    {"1.15.1", "<transaction><receiver-org ref='A'/></transaction>",
     "<planned-disbursement><receiver-org ref='A '/></planned-disbursement>"},
    {"1.5.1", "<transaction><receiver-org receiver-activity-id='A'/></transaction>",
     "<transaction><receiver-org receiver-activity-id='A '/></transaction>"},
    {"1.12.1", "ORG<organisation-identifier>A</organisation-identifier>",
     "ORG<organisation-identifier> A</organisation-identifier>"},
    {"1.17.1", "ORG<recipient-org-budget><recipient-org ref='A'/></recipient-org-budget>",
     "ORG<recipient-org-budget><recipient-org ref='A '/></recipient-org-budget>"},
    {"6.11.1", "<activity-date type='2'/>", "<activity-date type='3'/>"},
    {"6.2.2", "<transaction><sector/></transaction>", "<transaction/>"},
    {"6.7.2", "<transaction><sector/></transaction><transaction><sector/></transaction>",
     "<transaction><sector/></transaction><transaction/>"},
    {"6.7.2", "<sector/><transaction/>", "<transaction/>"},
    {"6.6.2", "<sector/><transaction/>", "<sector/><transaction><sector/></transaction>"},
    {"4.1.1", "[xml:lang='en']<title><narrative/></title>",
     "<title><narrative xml:lang='en'/><narrative/></title>"},
    {"4.1.1", "<title><narrative xml:lang='en'/></title>", "<result><title><narrative/></title></result>"},
    {"4.5.1", "ORG[xml:lang='en']<name><narrative/></name>", "ORG<name><narrative/></name>"},
    {"4.3.1", "<title><narrative>t</narrative></title>", "<title><narrative/></title>"},
    {"4.3.1", "<title><narrative> </narrative></title>", "<result><title/></result>"},
    {"4.4.1", "<description><narrative>t</narrative></description>", "<description/>"},
    {"7.8.1", "[default-currency='EUR']<budget><value/></budget>",
     "<budget><value currency='EUR'/></budget><transaction><value/></transaction>"},
    {"7.8.1", "<budget><value currency='EUR'/></budget>", "<fss><forecast/></fss>"},
    {"7.8.2", "ORG[default-currency='EUR']<total-budget><value/></total-budget>",
     "ORG<total-budget><value/></total-budget>"},
    {"6.8.1", "<other-identifier><owner-org ref='A'/></other-identifier>",
     "<other-identifier><owner-org/></other-identifier>"},
    {"6.10.1", "<participating-org><narrative/></participating-org>", "<participating-org/>"},
    {"6.9.1", "<transaction><provider-org ref='A'/></transaction>",
     "<planned-disbursement><provider-org/></planned-disbursement>"},
    {"6.9.2", "<transaction><receiver-org ref='A'/></transaction>",
     "<transaction><receiver-org/></transaction>"},
    {"6.14.1", "<policy-marker significance='1'/>", "<policy-marker vocabulary=''/>"},
    {"6.14.1", "<policy-marker vocabulary='99'/>", "<policy-marker vocabulary='1'/>"},
    {"6.13.1", "<policy-marker vocabulary='99'><narrative/></policy-marker>",
     "<policy-marker vocabulary='99'/>"},
    {"2.2.1", "<sector vocabulary='99'><narrative/></sector>", "<sector vocabulary='98'/>"},
    {"102.1.1", "<sector vocabulary='2'/><sector/>", "<sector vocabulary='2'/>"},
    {"107.1.1", "<default-aid-type vocabulary='2'/><default-aid-type vocabulary='1'/>",
     "<default-aid-type vocabulary='2'/>"},
    {"107.2.1", "<transaction><aid-type/></transaction><transaction><aid-type vocabulary='2'/></transaction>",
     "<transaction><aid-type vocabulary='2'/></transaction>"},
    {"107.1.2", "<default-aid-type/><default-aid-type vocabulary='2'/>",
     "<default-aid-type vocabulary='2'/><default-aid-type vocabulary='2'/>"},
    {"107.1.2", "<default-aid-type/>", "<default-aid-type/><default-aid-type vocabulary='1'/>"},
    {"107.2.2", "<transaction><aid-type/></transaction><transaction><aid-type/></transaction>",
     "<transaction><aid-type/><aid-type/></transaction>"},
    {"107.2.2", "<transaction/>",
     "<transaction><aid-type vocabulary='3'/><aid-type vocabulary='3'/></transaction>"},
    {"3.6.2", "<recipient-country/><transaction/>",
     "<recipient-country/><transaction><recipient-region/></transaction>"},
    {"3.7.2", "<transaction><recipient-country/></transaction>",
     "<transaction><recipient-country/></transaction><transaction/>"},
    {"3.1.1", "<recipient-country percentage='50'/><recipient-country percentage='50'/>",
     "<recipient-country percentage='50'/><recipient-country/>"},
    {"3.1.4", "<recipient-country percentage='100.0'/>", "<recipient-country percentage='99'/>"},
    {"3.1.2", "<recipient-country percentage='33.3333'/><recipient-country percentage='66.6667'/>",
     "<recipient-country percentage='50'/><recipient-country percentage='49'/>"},
    {"3.1.2", "<recipient-country percentage='50'/><recipient-country percentage='49'/><recipient-region/>",
     "<recipient-country/><recipient-country/>"},
    {"3.4.1", "<recipient-region vocabulary='1'/>",
     "<recipient-region vocabulary='1' percentage='1'/><recipient-region vocabulary='1'/>"},
    {"3.4.4", "<recipient-region vocabulary='1' percentage='100'/>",
     "<recipient-region vocabulary='1' percentage='10'/>"},
    {"3.4.2", "<recipient-region vocabulary='1' percentage='40'/><recipient-country percentage='60'/>",
     "<recipient-region vocabulary='1' percentage='40'/><recipient-country percentage='6'/>"},
    {"2.1.1", "<sector percentage='1'/><sector percentage='1'/>", "<sector percentage='1'/><sector/>"},
    {"2.1.1", "<sector/><sector vocabulary='2'/>",
     "<sector vocabulary='2' percentage='1'/><sector vocabulary='2'/>"},
    {"2.1.4", "<sector percentage='100'/>", "<sector percentage='10'/>"},
    {"2.1.4", "<sector vocabulary='2' percentage='100'/>", "<sector vocabulary='2' percentage='10'/>"},
    {"2.1.2", "<sector percentage='30'/><sector percentage='70'/>",
     "<sector percentage='30'/><sector percentage='30'/>"},
    {"7.9.1",
     "<country-budget-items vocabulary='1'><budget-item "
     "percentage='1'/><budget-item/></country-budget-items>",
     "<country-budget-items vocabulary='1'><budget-item/><budget-item/></country-budget-items>"},
    {"7.9.4", "<country-budget-items vocabulary='1'><budget-item percentage='100'/></country-budget-items>",
     "<country-budget-items vocabulary='1'><budget-item percentage='1'/></country-budget-items>"},
    {"7.9.2",
     "<country-budget-items vocabulary='1'><budget-item percentage='99'/><budget-item "
     "percentage='1'/></country-budget-items>",
     "<country-budget-items vocabulary='1'><budget-item percentage='9'/><budget-item "
     "percentage='1'/></country-budget-items>"},
    {"12.1.1", "<recipient-country percentage='100'/><recipient-region percentage='0'/>",
     "<recipient-region percentage='101'/>"},
    {"12.1.1", "<recipient-country percentage=''/>", "<recipient-country percentage='x'/>"},
    {"12.3.1", "<sector percentage='50'/>", "<sector percentage='-1'/>"},
    {"12.2.1", "<capital-spend percentage='5e1'/>", "<capital-spend percentage='500'/>"},
    {"12.2.1", "<country-budget-items><budget-item percentage='0x10'/></country-budget-items>",
     "<country-budget-items><budget-item percentage='1 0'/></country-budget-items>"},
    {"11.1.1", "[last-updated-datetime='2025-11-30T23:00:00Z']", "[last-updated-datetime='2025-12-02']"},
    {"11.4.1", "ORG[last-updated-datetime='2025-11-30']", "ORG[last-updated-datetime='2030-01-01T00:00:00']"},
    {"11.1.2",
     "<activity-date type='1' iso-date='2020-01-01'/><activity-date type='3' iso-date='2020-01-01'/>",
     "<activity-date type='1' iso-date='2020-01-02'/><activity-date type='3' iso-date='2020-01-01'/>"},
    {"11.1.3", "<activity-date type='2' iso-date='2020-01-01'/><activity-date type='4' iso-date='x'/>",
     "<activity-date type='2' iso-date='2020-01-02'/><activity-date type='4' iso-date='2020-01-01'/>"},
    {"11.1.4", "<activity-date type='2' iso-date='2025-12-01'/>",
     "<activity-date type='2' iso-date='2025-12-02'/>"},
    {"11.1.5", "<activity-date type='4' iso-date='2025-12-01'/>",
     "<activity-date type='4' iso-date='2026-01-01'/>"},
    {"11.2.1", "<transaction><transaction-date iso-date='2020-01-01'/></transaction>",
     "<transaction><transaction-date iso-date='2030-01-01'/></transaction>"},
    {"11.2.2", "<transaction><value value-date='2020-01-01'/></transaction>",
     "<transaction><value value-date='2030-01-01'/></transaction>"},
    {"11.3.1",
     "ORG<recipient-country-budget><period-start iso-date='2020-01-01'/><period-end "
     "iso-date='2020-12-31'/><budget-line><value "
     "value-date='2020-12-31'/></budget-line></recipient-country-budget>",
     "ORG<recipient-country-budget><period-start iso-date='2020-01-01'/><period-end "
     "iso-date='2020-12-31'/><budget-line><value "
     "value-date='2021-01-01'/></budget-line></recipient-country-budget>"},
    {"11.3.1",
     "ORG<recipient-country-budget><budget-line><value "
     "value-date='2020-12-31'/></budget-line></recipient-country-budget>",
     "ORG<recipient-country-budget><period-start iso-date='2020-01-01'/><period-end "
     "iso-date='2020-12-31'/><budget-line><value "
     "value-date='2019-01-01'/></budget-line></recipient-country-budget>"},
    {"8.6.3", "<budget><period-start iso-date='2020-01-01'/><period-end iso-date='2020-01-01'/></budget>",
     "<planned-disbursement><period-start iso-date='2020-01-02'/><period-end "
     "iso-date='2020-01-01'/></planned-disbursement>"},
    {"8.6.3", "ORG<total-budget><period-start iso-date='2020-01-01'/></total-budget>",
     "ORG<total-expenditure><period-start iso-date='2020-01-02'/><period-end "
     "iso-date='2020-01-01'/></total-expenditure>"},
    {"8.6.1",
     "<result><indicator><period><period-start iso-date='2020-01-01'/></period></indicator></result>",
     "<result><indicator><period><period-start iso-date='2020-01-02'/><period-end "
     "iso-date='2020-01-01'/></period></indicator></result>"},
    {"7.5.3", "<budget><period-start iso-date='2021-01-01'/><period-end iso-date='2022-01-01'/></budget>",
     "<budget><period-start iso-date='2020-01-01'/><period-end iso-date='2021-01-01'/></budget>"},
    {"7.5.3",
     "<planned-disbursement><period-start iso-date='2020-01-01'/><period-end "
     "iso-date='2025-01-01'/></planned-disbursement>",
     "ORG<recipient-region-budget><period-start iso-date='2020-01-01'/><period-end "
     "iso-date='2025-01-01'/></recipient-region-budget>"},
    {"8.11.1", "<result><indicator><reference/><reference/></indicator></result>",
     "<result><reference/><indicator><reference/></indicator></result>"},
    {"8.8.1", "<result><indicator measure='1'><baseline value='1'/></indicator></result>",
     "<result><indicator measure='1'><baseline/></indicator></result>"},
    {"8.8.2", "<result><indicator measure='2'><baseline value='1.5'/></indicator></result>",
     "<result><indicator measure='2'><baseline value='1e5'/></indicator></result>"},
    {"8.8.3", "<result><indicator measure='5'><baseline/></indicator></result>",
     "<result><indicator measure='5'><baseline value='good'/></indicator></result>"},
    {"8.9.1", "<result><indicator measure='5'><period><target/></period></indicator></result>",
     "<result><indicator measure='4'><period><target/></period></indicator></result>"},
    {"8.9.2", "<result><indicator measure='3'><period><target value='-1'/></period></indicator></result>",
     "<result><indicator measure='3'><period><target value='1,000'/></period></indicator></result>"},
    {"8.9.3", "<result><indicator measure='5'><period><target/></period></indicator></result>",
     "<result><indicator measure='5'><period><target value=''/></period></indicator></result>"},
    {"8.10.1", "<result><indicator measure='1'><period><actual value=''/></period></indicator></result>",
     "<result><indicator measure='1'><period><actual/></period></indicator></result>"},
    {"8.10.2", "<result><indicator measure='1'><period><actual value='7'/></period></indicator></result>",
     "<result><indicator measure='1'><period><actual value='seven'/></period></indicator></result>"},
    {"8.10.3", "<result><indicator measure='5'><period><actual/></period></indicator></result>",
     "<result><indicator measure='5'><period><actual value='1'/></period></indicator></result>"},
};
INSTANTIATE_TEST_SUITE_P(Rules, Standard, testing::ValuesIn(kBothWays));

TEST(Rules, EveryRuleOfTheStandardIsTestedBothWays) {
    std::set<std::string> tested;
    for (const BothWays& both : kBothWays) tested.insert(both.id);
    const Engine engine(Version::v2_03);
    for (const std::string& line : engine.rules.described()) {
        std::istringstream cells(line);
        std::string id;
        for (int i = 0; i < 3; ++i) std::getline(cells, id, '\t');
        // 3.7.1 never breaks as published: see the traps.
        EXPECT_TRUE(tested.contains(id) || id == "3.7.1") << id;
    }
    EXPECT_EQ(tested.size(), 88U);
}

/// What is told of the first finding of a rule: each place's offset and text.
std::vector<std::string> told(const std::string& id, const std::string& inside, bool strict = false) {
    const Engine engine(Version::v2_03, strict);
    xml::Reader reader(engine.names, {.keep_space = false});
    const std::string text =
        "<iati-activities><iati-activity>" + inside + "</iati-activity></iati-activities>";
    const xml::Node* const root = reader.document(text);
    EXPECT_TRUE(root) << reader.fault().what;
    XPathScratch scratch;
    std::vector<std::string> out;
    bool found = false;
    engine.rules.check(*root->first, {}, kNow, scratch, [&](const RuleFailure& failure) {
        if (failure.rule->id != id || std::exchange(found, true)) return;
        for (const RuleFailure::At& at : failure.contexts)
            out.push_back(fmt::format("{} {}", at.where - 32, at.text));
    });
    return out;
}

TEST(Rules, TellEachNodeAndFirstTheOneToChange) {
    using Told = std::vector<std::string>;
    const std::string two =
        "<sector vocabulary='1' code='11220' percentage='80'/>"  // 53 characters each
        "<sector vocabulary='1' code='12220' percentage='20'/>";
    EXPECT_EQ(told("2.1.1", two + "<sector code='11110'/>"),
              (Told{"106 sector code '11110', no percentage",
                    "0 sector code '11220', vocabulary '1', percentage '80'",
                    "53 sector code '12220', vocabulary '1', percentage '20'"}));
    EXPECT_EQ(
        told("2.1.2", two + "<sector code='11110' percentage='5'/>"),
        (Told{"0 sector add up to 105, not 100", "0 sector code '11220', vocabulary '1', percentage '80'",
              "53 sector code '12220', vocabulary '1', percentage '20'",
              "106 sector code '11110', percentage '5'"}));
    EXPECT_EQ(told("1.1.3", "<iati-identifier>A</iati-identifier><reporting-org ref='A'/>"),
              (Told{"55 /iati-activities/iati-activity/reporting-org/@ref 'A'",
                    "0 /iati-activities/iati-activity/iati-identifier 'A'"}));
    EXPECT_EQ(told("3.4.1",
                   "<recipient-region vocabulary='2' code='a' percentage='1'/><recipient-region "
                   "vocabulary='2' code='b'/>"),
              (Told{"58 recipient-region code 'b', vocabulary '2', no percentage",
                    "0 recipient-region code 'a', vocabulary '2', percentage '1'"}));
}

TEST(Rules, StrictlyAddUpRegionsWithoutAVocabulary) {
    // Without a vocabulary a region's is 1 (the standard's table of attributes).
    const auto strict = [](const char* id, const char* inside) {
        return breaks(id, inside, Version::v2_03, true);
    };
    const char* const eighty = "<recipient-region percentage='60'/><recipient-region percentage='20'/>";
    const char* const mixed =
        "<recipient-region percentage='60'/><recipient-region vocabulary='1' percentage='40'/>";
    const char* const beside = "<recipient-country code='ID'/><recipient-region code='689'/>";
    EXPECT_TRUE(strict("3.4.2", eighty));
    EXPECT_FALSE(breaks("3.4.2", eighty)) << "the public validator passes over them";
    EXPECT_FALSE(strict("3.4.2", mixed));
    EXPECT_FALSE(strict("3.4.1", mixed));
    EXPECT_TRUE(strict("3.4.2", beside));
    EXPECT_FALSE(breaks("3.4.2", beside));
    EXPECT_TRUE(strict("3.4.1", "<recipient-region percentage='60'/><recipient-region vocabulary='1'/>"));
    EXPECT_TRUE(strict("3.4.4", "<recipient-region percentage='60'/>"));
    EXPECT_FALSE(strict("3.4.4", "<recipient-region percentage='100'/>"));
    EXPECT_FALSE(strict("3.4.2", "<recipient-country percentage='60'/>"))
        << "no region: the rules on countries";
    EXPECT_TRUE(strict("3.4.2",
                       "<recipient-region vocabulary='2' percentage='30'/><recipient-region "
                       "vocabulary='2' percentage='30'/>"));
    EXPECT_FALSE(strict("3.4.2",
                        "<recipient-region vocabulary='2' percentage='50'/><recipient-region "
                        "vocabulary='2' percentage='50'/><recipient-region code='689'/>"))
        << "each vocabulary by itself";
    EXPECT_EQ(told("3.4.2", beside, true),
              (std::vector<std::string>{"30 recipient-region, recipient-country: none has a percentage",
                                        "30 recipient-region code '689', no percentage",
                                        "0 recipient-country code 'ID', no percentage"}));
}

TEST(Rules, AddUpExactly) {
    const auto two = [](std::string_view a, std::string_view b) {
        return fmt::format(
            "<recipient-country code='KZ' percentage='{}'/><recipient-region code='298' vocabulary='1' "
            "percentage='{}'/>",
            a, b);
    };
    // In floating point the first makes 99.9999 and the second 100.
    EXPECT_FALSE(breaks("3.4.2", two("67.58643", "32.41352")));
    EXPECT_TRUE(breaks("3.4.2", two("15.933", "84.06705")));
    EXPECT_FALSE(breaks("3.4.2", two("1e2", " 0x0\u00a0"))) << "numbers as ECMAScript has them";
    EXPECT_TRUE(breaks("3.4.2", two("100", "x")));
    EXPECT_TRUE(breaks("3.4.2", two("1e300", "Infinity")));
    std::string many;
    for (int i = 0; i < 2000; ++i) many += two("99999999999999999999", "-1");
    EXPECT_TRUE(breaks("3.4.2", many)) << "more than the type of a sum can hold";
    const std::string sentence = told("3.4.2", two("60", "39.99994")).at(0);
    EXPECT_TRUE(sentence.ends_with(" recipient-region, recipient-country add up to 99.9999, not 100"))
        << sentence;
}

TEST(Rules, StrictlyAYearMayBeALeapYear) {
    const auto budget = [](const char* start, const char* end) {
        return fmt::format("<budget><period-start iso-date='{}'/><period-end iso-date='{}'/></budget>", start,
                           end);
    };
    const auto strict = [](const std::string& inside) {
        return breaks("7.5.3", inside, Version::v2_03, true);
    };
    EXPECT_TRUE(breaks("7.5.3", budget("2024-01-01", "2025-01-01"))) << "366 days, as published";
    EXPECT_FALSE(strict(budget("2024-01-01", "2025-01-01")));
    EXPECT_TRUE(strict(budget("2024-01-01", "2025-01-02")));
    EXPECT_FALSE(strict(budget("2023-01-01", "2024-01-01")));
    EXPECT_TRUE(strict(budget("2023-01-01", "2024-01-02")));
    EXPECT_FALSE(strict(budget("2024-02-29", "2025-03-01")));
    EXPECT_TRUE(strict(budget("2024-02-29", "2025-03-02")));
}

TEST(Rules, OlderVersionsHaveTheirOwn) {
    EXPECT_TRUE(breaks("12.1.2", "<recipient-country percentage='-1'/>", Version::v2_02));
    EXPECT_FALSE(breaks("12.1.2", "<recipient-country percentage='101'/>", Version::v2_02));
    EXPECT_TRUE(breaks("12.3.2", "<sector percentage='-1'/>", Version::v2_01));
    EXPECT_TRUE(breaks("12.2.2", "<capital-spend percentage='-1'/>", Version::v2_01));
    EXPECT_FALSE(
        breaks("8.8.1", "<result><indicator measure='1'><baseline/></indicator></result>", Version::v2_02));
    EXPECT_FALSE(breaks("12.1.1", "<recipient-country percentage='101'/>", Version::v2_02));
}

TEST(Rules, WaivesWhatIsAskedOfRegisteredPublishers) {
    EXPECT_FALSE(breaks("1.14.8", "<reporting-org ref='44000'/>", Version::v2_03, false, {"44000"}));
    EXPECT_FALSE(breaks("1.3.13", "<iati-identifier>US-GOV-1-A/B</iati-identifier>", Version::v2_03, false,
                        {"US-GOV-1"}));
    EXPECT_TRUE(breaks("1.3.13",
                       "<iati-identifier>US-GOV-1</iati-identifier><iati-identifier>X/1</iati-identifier>",
                       Version::v2_03, false, {"US-GOV-1"}));
}

TEST(Rules, ReproduceThePublicValidatorsTraps) {
    const auto published = [](const char* id, const char* inside) { return breaks(id, inside); };
    const auto strict = [](const char* id, const char* inside) {
        return breaks(id, inside, Version::v2_03, true);
    };
    // A path holds as a condition though it selects nothing.
    EXPECT_FALSE(published("3.7.1", "<transaction/>"));
    EXPECT_TRUE(strict("3.7.1", "<transaction/>"));
    EXPECT_TRUE(published("8.8.2", "<result><indicator measure='1'><baseline/></indicator></result>"));
    EXPECT_FALSE(strict("8.8.2", "<result><indicator measure='1'><baseline/></indicator></result>"));
    // The condition of a repeated rule keeps its $1.
    const char* const seventy =
        "<sector vocabulary='2' percentage='30'/><sector vocabulary='2' percentage='40'/>";
    EXPECT_FALSE(published("2.1.2", seventy));
    EXPECT_TRUE(strict("2.1.2", seventy));
    // Only the first date is looked at.
    const char* const second =
        "<transaction><transaction-date iso-date='2020-01-01'/></transaction>"
        "<transaction><transaction-date iso-date='2030-01-01'/></transaction>";
    EXPECT_FALSE(published("11.2.1", second));
    EXPECT_TRUE(strict("11.2.1", second));
    // A date with a numeric zone cannot be read, if it has no time.
    const char* const zoned = "<transaction><transaction-date iso-date='2030-01-01+01:00'/></transaction>";
    EXPECT_FALSE(published("11.2.1", zoned));
    EXPECT_TRUE(strict("11.2.1", zoned));
    EXPECT_TRUE(published("11.1.1", "[last-updated-datetime='2030-01-01T00:00:00+01:00']"));
    EXPECT_TRUE(strict("11.1.1", "[last-updated-datetime='2030-01-01T00:00:00+01:00']"));
    EXPECT_TRUE(published("11.2.1", "<transaction><transaction-date iso-date='1 Jan 2030'/></transaction>"));
}

TEST(Rules, ReadNumbersAsEcmascriptDoes) {
    EXPECT_EQ(rule_number(" 12.50 "), 12.5);
    EXPECT_EQ(rule_number(""), 0);
    EXPECT_EQ(rule_number("1e2"), 100);
    EXPECT_EQ(rule_number("0x1F"), 31);
    EXPECT_EQ(rule_number("-Infinity"), -HUGE_VAL);
    for (std::string_view bad : {"1,0", "1 2", "x", "--1", "inf", "nan", "."})
        EXPECT_TRUE(std::isnan(rule_number(bad))) << bad;
}

TEST(Rules, SayWhereARulesetIsWrong) {
    xml::Names names = standard_names();
    for (const char* bad :
         {"[]", "{\"//a\":1}", "{\"//a\":{\"sum\":{}}}", "{\"//a\":{\"nonsense\":{\"cases\":[{}]}}}",
          "{\"//a\":{\"sum\":{\"cases\":[{\"paths\":[\"x[\"]}]}}}", "{",
          "{\"//a\":{\"loop\":{\"cases\":[{}]}}}",
          "{\"//a\":{\"sum\":{\"cases\":[{\"paths\":[\"x\"],\"sum\":\"all\"}]}}}",
          "{\"//a\":{\"regex_matches\":{\"cases\":[{\"paths\":[\"x\"],\"regex\":\"(\"}]}}}"}) {
        const auto made = Ruleset::from_json(bad, false, names);
        EXPECT_FALSE(made) << bad;
    }
    const auto made =
        Ruleset::from_text("in /a\n\nunique 1 error\n", "own.txt", Version::v2_03, false, names);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().place, "own.txt:3");
}

std::string standard_folder() {
    return TAMGA_IATI_STANDARD;
}

TEST(Published, RulesAreTheStandards) {
    if (standard_folder().empty())
        GTEST_SKIP() << "the public rulesets are not here: set TAMGA_IATI_STANDARD";
    for (const Version version : kVersions) {
        xml::Names names = standard_names();
        const Ruleset ours = Ruleset::standard(version, false, names);
        const std::string file =
            fmt::format("{}/rulesets/{}/standard.json", standard_folder(), name(version));
        const auto theirs = Ruleset::from_json(content(file), false, names);
        ASSERT_TRUE(theirs) << theirs.error().message();
        auto a = ours.described();
        auto b = theirs->described();
        const auto plain = [](std::string line) {  // 100.0 and 100 are one number
            for (std::size_t at = line.find(".0\t"); at != std::string::npos; at = line.find(".0\t"))
                line.erase(at, 2);
            if (line.ends_with(".0")) line.erase(line.size() - 2);
            return line;
        };
        std::ranges::transform(a, a.begin(), plain);
        std::ranges::transform(b, b.begin(), plain);
        std::ranges::sort(a);
        std::ranges::sort(b);
        EXPECT_EQ(a, b) << name(version);
    }
}

/// The documents of each meta test, and whether the rule is kept. The names of the files tell which belong
/// together.
const std::map<std::string, std::vector<std::pair<std::string, bool>>> kMetaTests{
    {"at_least_one",
     {{"at_least_one_bad", false},
      {"at_least_one_narrative", true},
      {"at_least_one_ref", true},
      {"at_least_one_no_element_good", true}}},
    {"between_dates", {{"between_dates_bad", false}, {"between_dates_good", true}}},
    {"condition", {{"activity_status_2", true}, {"activity_status_3", false}}},
    {"date_now", {{"date_now_bad", false}, {"date_now_good", true}}},
    {"date_order", {{"date_bad", false}, {"date_good", true}}},
    {"dependent_title_description",
     {{"title", false}, {"description", false}, {"title_description", true}, {"empty_activity", true}}},
    {"empty", {{"empty", true}, {"empty_activity", true}, {"title", true}}},
    {"forloop", {{"forloop_bad", false}, {"forloop_good", true}}},
    {"if_then", {{"if_then_bad", false}, {"if_then_good", true}}},
    {"no_more_than_one_title", {{"title", true}, {"title_twice", false}, {"empty_activity", true}}},
    {"no_paths", {{"empty_activity", false}}},
    {"one_or_all",
     {{"one_or_all_currency_bad", false},
      {"one_or_all_currency_all_bad", false},
      {"one_or_all_lang_bad", false},
      {"one_or_all_lang_bad_all", false},
      {"one_or_all_sector_bad", false},
      {"one_or_all_sector_all_bad", false},
      {"one_or_all_currency_good", true},
      {"one_or_all_currency_all_good", true},
      {"one_or_all_lang_good", true},
      {"one_or_all_lang_good_all", true},
      {"one_or_all_sector_good", true},
      {"one_or_all_sector_all_good", true}}},
    {"one_or_all_org", {{"one_or_all_org_currency_bad", false}, {"one_or_all_org_currency_good", true}}},
    {"only_one_of",
     {{"only_one_of_activity_bad", false},
      {"only_one_of_activity_good", true},
      {"only_one_of_transaction_bad", false},
      {"only_one_of_transaction_good", true}}},
    {"period_time", {{"period_time_bad", false}, {"period_time_good", true}}},
    {"range", {{"range_bad", false}, {"range_good", true}}},
    {"recipient_country", {{"recipient_country_bad", false}, {"recipient_country_good", true}}},
    {"recipient_region_budget",
     {{"recipient_region_budget_bad", false}, {"recipient_region_budget_good", true}}},
    {"regex_matches", {{"regex_bad", false}, {"regex_good", true}}},
    {"regex_no_matches", {{"regex_bad", true}, {"regex_good", false}}},
    {"result_indicator_baseline_selector_with_conditions",
     {{"results_indicator_baseline_value_bad", false},
      {"results_indicator_baseline_value_good", true},
      {"results_indicator_baseline_value_not_relevant", true}}},
    {"result_indicator_period_actual_selector_with_conditions",
     {{"results_indicator_period_actual_value_bad", false},
      {"results_indicator_period_actual_value_good", true},
      {"results_indicator_period_actual_value_not_relevant", true}}},
    {"result_indicator_period_target_selector_with_conditions",
     {{"results_indicator_period_target_value_bad", false},
      {"results_indicator_period_target_value_good", true},
      {"results_indicator_period_target_value_not_relevant", true}}},
    {"results_references", {{"results_refs_bad", false}, {"results_refs_good", true}}},
    {"sector_percentage_sum", {{"sector_percentage_sum_bad", false}, {"sector_percentage_sum_good", true}}},
    {"starts_with", {{"identifiers", true}, {"identifiers_bad", false}}},
    {"sum", {{"sum_bad", false}, {"sum_good", true}}},
    {"sum_two", {{"sum_two_bad", false}, {"sum_two_good", true}}},
    {"time_limit", {{"time_limit_bad", false}, {"time_limit_good", true}}},
    {"title_exists", {{"title", true}, {"description", false}}},
    {"title_text_exists", {{"title_text", true}, {"title", false}}},
    {"total_expenditure", {{"total_expenditure_bad", false}, {"total_expenditure_good", true}}},
    {"unique", {{"unique_bad", false}, {"unique_good", true}}},
    {"unique_title_description", {{"title_description_content", true}}},
};

TEST(Published, MetaTestsAgree) {
    if (standard_folder().empty())
        GTEST_SKIP() << "the public meta tests are not here: set TAMGA_IATI_STANDARD";
    const std::filesystem::path folder = standard_folder() + "/rulesets/meta_tests";
    std::set<std::string> used;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        EXPECT_TRUE(entry.path().extension() != ".json" || kMetaTests.contains(entry.path().stem()))
            << entry.path().stem();
    for (const auto& [ruleset, documents] : kMetaTests) {
        xml::Names names = standard_names();
        const auto rules = Ruleset::from_json(content(folder / (ruleset + ".json")), false, names);
        ASSERT_TRUE(rules) << ruleset << rules.error().message();
        for (const auto& [document, kept] : documents) {
            used.insert(document);
            const auto broken = broken_by(*rules, names, content(folder / (document + ".xml")));
            EXPECT_EQ(broken.empty(), kept)
                << ruleset << " " << document << " " << testing::PrintToString(broken);
        }
    }
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        EXPECT_TRUE(entry.path().extension() != ".xml" || used.contains(entry.path().stem()))
            << entry.path().stem();
}

}  // namespace
}  // namespace tamga::iati
