#include "iati/codes/codelists.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "iati/schema/names.hpp"
#include "xml/read.hpp"

namespace tamga::iati {
namespace {

/// What is found in one element, each as "id list value element/@attribute vocabulary".
std::vector<std::string> found(Version version, std::string_view text,
                               Profile profile = Profile::as_published, bool root = false) {
    xml::Names names = standard_names();
    const CodeListChecks checks(version, names);
    xml::Reader reader(names);
    const xml::Node* element = reader.document(text);
    EXPECT_TRUE(element) << reader.fault().what;
    std::vector<std::string> out;
    if (!element) return out;
    const auto sink = [&](const CodeFailure& failure) {
        // The place: the quote before the value, or the text itself, however a reference is written.
        EXPECT_LT(failure.where, text.size());
        if (!failure.attribute.empty()) {
            EXPECT_TRUE(text[failure.where] == '"' || text[failure.where] == '\'');
        }
        EXPECT_EQ(failure.list().name(), failure.check->list);
        EXPECT_FALSE(failure.message().empty());
        EXPECT_FALSE(failure.hint().empty());
        std::string line(failure.check->id);
        line.append(" ").append(failure.check->list).append(" '").append(failure.value).append("' ");
        line.append(failure.element->qualified);
        if (!failure.attribute.empty()) line.append("/@").append(failure.attribute);
        if (!failure.vocabulary.empty()) line.append(" ").append(failure.vocabulary);
        out.push_back(line);
    };
    root ? checks.check_root(*element, profile, sink) : checks.check(*element, profile, sink);
    return out;
}

using Found = std::vector<std::string>;

std::string activity(std::string_view inner) {
    return "<iati-activity>" + std::string(inner) + "</iati-activity>";
}

std::string message(std::string_view text, bool hint) {
    xml::Names names = standard_names();
    const CodeListChecks checks(Version::v2_03, names);
    xml::Reader reader(names);
    std::string out;
    const xml::Node* element = reader.document(text);
    EXPECT_TRUE(element);
    checks.check(*element, Profile::as_published,
                 [&](const CodeFailure& failure) { out += hint ? failure.hint() : failure.message(); });
    return out;
}

TEST(CodeLists, ComparesExactly) {
    EXPECT_EQ(found(Version::v2_03, activity("<recipient-country code='KE'/>")), Found{});
    for (const char* value : {"ke", " KE", "KE ", "XX", ""})
        EXPECT_EQ(found(Version::v2_03, activity("<recipient-country code='" + std::string(value) + "'/>")),
                  Found{"9.50.1 Country '" + std::string(value) + "' recipient-country/@code"});
}

TEST(CodeLists, ChecksNothingThatIsAbsent) {
    EXPECT_EQ(found(Version::v2_03, activity("<recipient-country/><sector/><tag/>")), Found{});
    EXPECT_EQ(found(Version::v2_03, activity("")), Found{});
}

TEST(CodeLists, AllowsWithdrawnCodes) {
    EXPECT_EQ(found(Version::v2_03, activity("<crs-add><channel-code>47014</channel-code></crs-add>")),
              Found{});
}

TEST(CodeLists, TheVocabularyDecidesTheList) {
    const auto sector = [](std::string_view attributes) {
        return found(Version::v2_03, activity("<sector " + std::string(attributes) + "/>"));
    };
    EXPECT_EQ(sector("code='11110'"), Found{});
    EXPECT_EQ(sector("code='111'"), Found{"9.76.1 Sector '111' sector/@code 1"});
    EXPECT_EQ(sector("code='111' vocabulary='1'"), Found{"9.76.1 Sector '111' sector/@code 1"});
    EXPECT_EQ(sector("code='111' vocabulary='2'"), Found{});
    EXPECT_EQ(sector("code='11110' vocabulary='2'"), Found{"9.77.1 SectorCategory '11110' sector/@code 2"});
    EXPECT_EQ(sector("code='18' vocabulary='7'"), Found{"9.129.1 UNSDG-Goals '18' sector/@code 7"});
    EXPECT_EQ(sector("code='1.1' vocabulary='8'"), Found{});
    EXPECT_EQ(sector("code='anything' vocabulary='99'"), Found{});
    // Empty: the default list, and the vocabulary itself fails.
    EXPECT_EQ(sector("code='111' vocabulary=''"),
              (Found{"9.76.1 Sector '111' sector/@code 1", "9.78.1 SectorVocabulary '' sector/@vocabulary"}));
    EXPECT_EQ(sector("code='111' vocabulary=' 1'"), Found{"9.78.1 SectorVocabulary ' 1' sector/@vocabulary"});
}

TEST(CodeLists, WithoutADefaultNoVocabularyMeansNoCheck) {
    EXPECT_EQ(found(Version::v2_03, activity("<tag code='x'/><tag code='x' vocabulary='2'/>")),
              Found{"9.125.1 UNSDG-Goals 'x' tag/@code 2"});
    const std::string place =
        "<location><administrative code='x' vocabulary='A4'/><administrative code='x'/></location>";
    EXPECT_EQ(found(Version::v2_01, activity(place)), Found{"9.117.1 Country 'x' administrative/@code A4"});
}

TEST(CodeLists, TheVersionDecides) {
    const std::string aid = activity("<default-aid-type code='x' vocabulary='99'/>");
    EXPECT_EQ(found(Version::v2_02, aid), Found{"9.21.1 AidType 'x' default-aid-type/@code"});
    EXPECT_EQ(found(Version::v2_03, aid),
              Found{"9.22.1 AidTypeVocabulary '99' default-aid-type/@vocabulary"});
    const std::string status = activity("<budget status='7'/>");
    EXPECT_EQ(found(Version::v2_01, status), Found{});
    EXPECT_EQ(found(Version::v2_02, status), Found{"9.7.1 BudgetStatus '7' budget/@status"});
    const std::string pledge = activity("<transaction><transaction-type code='12'/></transaction>");
    EXPECT_EQ(found(Version::v2_02, pledge), Found{"9.93.1 TransactionType '12' transaction-type/@code"});
    EXPECT_EQ(found(Version::v2_03, pledge), Found{});
}

TEST(CodeLists, BudgetItemsAreCheckedFromTheirParent) {
    const auto items = [](std::string_view vocabulary) {
        return activity("<country-budget-items vocabulary='" + std::string(vocabulary) +
                        "'><budget-item code='x'/><budget-item/><budget-item code='1.1.1'/><budget-item "
                        "code=''/></country-budget-items>");
    };
    const Found expected = {"9.14.1 BudgetIdentifier 'x' budget-item/@code 1",
                            "9.14.1 BudgetIdentifier '' budget-item/@code 1"};
    EXPECT_EQ(found(Version::v2_01, items("1")), expected);
    EXPECT_EQ(found(Version::v2_02, items("1")), expected);
    EXPECT_EQ(found(Version::v2_03, items("1")), Found{});
    EXPECT_EQ(found(Version::v2_02, items("2")), Found{});
    EXPECT_EQ(found(Version::v2_02,
                    activity("<country-budget-items><budget-item code='x'/></country-budget-items>")),
              Found{});
    EXPECT_EQ(found(Version::v2_02, activity("<country-budget-items vocabulary='1'/>")), Found{});
}

TEST(CodeLists, ChecksTheTextOfChannelCodes) {
    const auto channel = [](std::string_view text) {
        return activity("<crs-add><channel-code>" + std::string(text) + "</channel-code></crs-add>");
    };
    EXPECT_EQ(found(Version::v2_03, channel("10000")), Found{});
    EXPECT_EQ(found(Version::v2_03, channel("10<!-- -->000")), Found{});
    EXPECT_EQ(found(Version::v2_03, channel("")), Found{});
    EXPECT_EQ(found(Version::v2_03, channel("10<!-- -->001")),
              Found{"9.16.1 CRSChannelCode '10001' channel-code"});
    EXPECT_EQ(found(Version::v2_02, channel(" 10000")), Found{"9.16.1 CRSChannelCode ' 10000' channel-code"});
    EXPECT_EQ(found(Version::v2_01, channel("x")), Found{});
    std::string longer;
    for (int i = 0; i < 300; ++i) longer += "x<!-- -->";
    EXPECT_EQ(found(Version::v2_03, channel(longer)).size(), 1U);
}

TEST(CodeLists, FailuresComeInTheOrderInWhichElementsEnd) {
    EXPECT_EQ(
        found(Version::v2_03,
              "<iati-activity default-currency='x'><budget type='9'><value currency='y'>1</value></budget>"
              "<activity-status code='0'/></iati-activity>"),
        (Found{"9.9.1 Currency 'y' value/@currency", "9.8.1 BudgetType '9' budget/@type",
               "9.5.1 ActivityStatus '0' activity-status/@code",
               "9.3.1 Currency 'x' iati-activity/@default-currency"}));
}

TEST(CodeLists, ElementsInANamespaceAreNotChecked) {
    EXPECT_EQ(found(Version::v2_03,
                    "<iati-activity xmlns:p='u'><p:recipient-country code='x'/><transaction>"
                    "<p:value currency='x'/></transaction><recipient-country p:code='x'/>"
                    "</iati-activity>"),
              Found{});
    EXPECT_EQ(found(Version::v2_03, "<iati-activity xmlns='u'><recipient-country code='x'/></iati-activity>"),
              Found{});
}

TEST(CodeLists, OnlyTheExactPathIsChecked) {
    EXPECT_EQ(
        found(Version::v2_03, activity("<other><recipient-country code='x'/></other><value currency='x'/>")),
        Found{});
    EXPECT_EQ(found(Version::v2_03, "<recipient-country code='x'/>"), Found{});
    EXPECT_EQ(found(Version::v2_03,
                    "<iati-organisation><reporting-org type='x'/><sector code='x'/></iati-organisation>"),
              Found{"9.112.1 OrganisationType 'x' reporting-org/@type"});
}

TEST(CodeLists, OnlyTheStrictProfileChecksLanguagesAndVersions) {
    const std::string text =
        "<iati-activity xml:lang='xx'><title><narrative xml:lang='yy'>t</narrative>"
        "<narrative xml:lang='fr'>t</narrative></title><recipient-country code='x'/></iati-activity>";
    EXPECT_EQ(found(Version::v2_03, text), Found{"9.50.1 Country 'x' recipient-country/@code"});
    EXPECT_EQ(found(Version::v2_03, text, Profile::strict),
              (Found{"9.95.1 Language 'yy' narrative/@xml:lang", "9.50.1 Country 'x' recipient-country/@code",
                     "9.95.1 Language 'xx' iati-activity/@xml:lang"}));
    // Of any element at all: also of those that no check knows, and of those in a namespace.
    EXPECT_EQ(found(Version::v2_03,
                    "<iati-activity xmlns:p='u'><p:a xml:lang='zz' lang='x' p:lang='x'><b xml:lang=''/></p:a>"
                    "</iati-activity>",
                    Profile::strict),
              (Found{"9.95.1 Language '' b/@xml:lang", "9.95.1 Language 'zz' p:a/@xml:lang"}));
    const std::string root =
        "<iati-organisations version='3.01'><iati-organisation default-currency='x'/></iati-organisations>";
    EXPECT_EQ(found(Version::v2_03, root, Profile::as_published, true), Found{});
    EXPECT_EQ(found(Version::v2_03, root, Profile::strict, true),
              Found{"9.97.1 Version '3.01' iati-organisations/@version"});
    EXPECT_EQ(found(Version::v2_03, "<iati-activities version='2.03'/>", Profile::strict, true), Found{});
    EXPECT_EQ(found(Version::v2_01, "<iati-activities version='2.04'/>", Profile::strict, true),
              Found{"9.1.1 Version '2.04' iati-activities/@version"});
}

/// Every check of every version, both ways: a tree of just its path, with a code that holds and with one that
/// does not.
TEST(CodeLists, EveryCheckFiresAndRests) {
    for (const Version version : kVersions) {
        for (const CodeCheck& check : code_checks()) {
            if (!holds(check.versions, version) || check.never_public) continue;
            const CodeList list = code_list(check.list_index);
            std::size_t first = 0;
            while (!holds(list[first].versions, version)) ++first;
            for (const bool good : {true, false}) {
                const std::string value = good ? std::string(list[first].code) : "no such code";
                std::string open, close;
                std::string_view path = check.path;
                while (!path.empty()) {
                    const std::size_t slash = path.find('/');
                    const bool last = slash == std::string_view::npos;
                    const bool parent = !last && path.find('/', slash + 1) == std::string_view::npos;
                    const std::string step(path.substr(0, slash));
                    open += "<" + step;
                    if (!check.vocabulary.empty() && (check.of_parent ? parent : last))
                        open += " vocabulary='" + std::string(check.vocabulary) + "'";
                    if (last && !check.attribute.empty())
                        open += " " + std::string(check.attribute) + "='" + value + "'";
                    open += ">";
                    if (last && check.attribute.empty()) open += value;
                    close = "</" + step + ">" + close;
                    path.remove_prefix(last ? path.size() : slash + 1);
                }
                const Found failures = found(version, open + close);
                EXPECT_EQ(failures.size(), good ? 0U : 1U) << open;
                if (!good && failures.size() == 1) {
                    EXPECT_TRUE(
                        failures[0].starts_with(std::string(check.id) + " " + std::string(check.list) + " "))
                        << failures[0];
                }
            }
        }
    }
}

TEST(CodeLists, SaysWhatIsWrongAndWhatIsClose) {
    EXPECT_EQ(message(activity("<recipient-country code='Kenya'/>"), false),
              "'Kenya' is not a code of the list Country (recipient-country/@code).");
    EXPECT_EQ(
        message(activity("<recipient-country code=''/>"), false),
        "The attribute is empty, where a code of the list Country must stand (recipient-country/@code).");
    EXPECT_EQ(message(activity("<sector code='x'/>"), false),
              "'x' is not a code of the list Sector (sector/@code, vocabulary 1).");
    EXPECT_EQ(message(activity("<recipient-country code='Kenya'/>"), true), "Write KE (Kenya).");
    EXPECT_EQ(message(activity("<recipient-country code=' ke'/>"), true), "Write KE (Kenya).");
    EXPECT_EQ(message(activity("<activity-status code='02'/>"), true), "Write 2 (Implementation).");
    EXPECT_EQ(message(activity("<document-link format='application/pfd'/>"), true), "Write application/pdf.");
    EXPECT_EQ(message(activity("<recipient-country code='QQ'/>"), true), "Take a code of the list Country.");
    EXPECT_EQ(message(activity("<sector code='111'/>"), true),
              "The list SectorCategory has this code: if it is meant, write vocabulary=\"2\".");
    EXPECT_EQ(message(activity("<budget type='x'/>"), true),
              "Write one of these: 1 (Original), 2 (Revised).");
    EXPECT_EQ(message(activity("<document-link format='text/plain;charset=utf-8'/>"), true),
              "Take a code of the list FileFormat.");
    EXPECT_NE(message(activity("<document-link format='" + std::string(300, 'x') + "'/>"), false)
                  .find("'" + std::string(100, 'x') + "…' is not"),
              std::string::npos);
}

}  // namespace
}  // namespace tamga::iati
