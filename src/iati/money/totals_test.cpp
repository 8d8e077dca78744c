#include "iati/money/totals.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "iati/check/check.hpp"

namespace tamga::iati {
namespace {

std::string transaction(std::string_view type, std::string_view value, std::string_view inside = "",
                        std::string_view day = "2020-05-05") {
    return fmt::format(
        "<transaction><transaction-type code='{}'/><transaction-date "
        "iso-date='{}'/><value>{}</value>{}</transaction>",
        type, day, value, inside);
}
std::string activity(std::string_view identifier, std::string_view inside) {
    return fmt::format(
        "<iati-activity default-currency='EUR'><iati-identifier>{}</iati-identifier><reporting-org "
        "ref='O-{}'/>{}</iati-activity>\n",
        identifier, identifier, inside);
}

Totals sums(const std::string& activities, TotalsOptions options = {}) {
    const std::string text = "<iati-activities version='2.03'>\n" + activities + "</iati-activities>";
    const auto source = xml::memory_source(text);
    auto made = totals(*source, "test.xml", options);
    EXPECT_TRUE(made) << made.error().message();
    return *std::move(made);
}

/// "type EUR=amount/transactions" of each row.
std::string shown(const Totals& made) {
    std::string out;
    for (const auto& [key, row] : made.rows) {
        if (!out.empty()) out += "; ";
        out += fmt::format("{}={}/{}", fmt::join(key, " "), amount_text(row.amount), row.transactions);
    }
    return out;
}

TEST(Totals, AreExactAndToldApartByTypeAndCurrency) {
    EXPECT_EQ(
        shown(sums(activity(
            "A",
            transaction("3", "0.1") + transaction("3", "0.2") + transaction("4", "-5") +
                "<transaction><transaction-type code='3'/><value currency='USD'>7</value></transaction>"))),
        "3 EUR=0.3/2; 3 USD=7/1; 4 EUR=-5/1");
    EXPECT_EQ(shown(sums(activity("A", transaction("2", "12345678901234567890.12345678")))),
              "2 EUR=12345678901234567890.12345678/1");
}

TEST(Totals, KeepsToTheTypesAskedFor) {
    EXPECT_EQ(shown(sums(activity("A", transaction("3", "1") + transaction("4", "2")), {.types = {"4"}})),
              "4 EUR=2/1");
}

TEST(Totals, RefuseATypeThatIsNone) {
    const auto source = xml::memory_source("<iati-activities version='2.01'/>");
    const auto made = totals(*source, "test.xml", {.types = {"3", "D"}});
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, ErrorCode::invalid_usage);
    EXPECT_EQ(
        made.error().message(),
        "'D' is no code of the list TransactionType; write some of 1 (Incoming Funds), 2 (Outgoing "
        "Commitment), "
        "3 (Disbursement), 4 (Expenditure), 5 (Interest Payment), 6 (Loan Repayment), 7 (Reimbursement), 8 "
        "(Purchase of Equity), 9 (Sale of Equity), 10 (Credit Guarantee), 11 (Incoming Commitment), 12 "
        "(Outgoing "
        "Pledge), 13 (Incoming Pledge)");
}

TEST(Totals, SplitsByPercentagesOnlyWhereTheyAddUp) {
    const TotalsOptions by{.by = {Dimension::country}};
    EXPECT_EQ(shown(sums(activity("A",
                                  "<recipient-country code='KZ' percentage='25'/><recipient-country "
                                  "code='UZ' percentage='75'/>" +
                                      transaction("3", "10")),
                         by)),
              "KZ 3 EUR=2.5/1; UZ 3 EUR=7.5/1");
    EXPECT_EQ(shown(sums(activity("A", "<recipient-country code='KZ'/>" + transaction("3", "10")), by)),
              "KZ 3 EUR=10/1");
    EXPECT_EQ(shown(sums(activity("A", transaction("3", "10")), by)), "not stated 3 EUR=10/1");
    for (const char* odd :
         {"<recipient-country code='KZ' percentage='25'/><recipient-country code='UZ' percentage='70'/>",
          "<recipient-country code='KZ'/><recipient-country code='UZ'/>",
          "<recipient-country code='KZ' percentage='90000000000'/><recipient-country code='UZ' "
          "percentage='-89999999900'/>",
          "<recipient-country code='KZ' percentage='90'/>"}) {
        const Totals made = sums(activity("A", odd + transaction("3", "10")), by);
        EXPECT_EQ(shown(made), "not attributed 3 EUR=10/1") << odd;
        EXPECT_EQ(made.not_adding_up, std::vector<std::string>{"A"});
    }
}

TEST(Totals, PreferATransactionsOwnCountryAndSector) {
    EXPECT_EQ(
        shown(sums(
            activity("A",
                     "<recipient-country code='KZ'/><sector code='1'/>" +
                         transaction("3", "10",
                                     "<sector vocabulary='2' code='9'/><sector code='2'/><recipient-country "
                                     "code='UZ'/><recipient-region code='619'/>")),
            {.by = {Dimension::country, Dimension::sector}})),
        "UZ 2 3 EUR=10/1");
    EXPECT_EQ(
        shown(sums(
            activity(
                "A",
                "<recipient-country code='KZ' percentage='60'/><recipient-region code='619' percentage='40'/>"
                "<sector code='1' percentage='50'/><sector code='2' percentage='50'/>" +
                    transaction("3", "10")),
            {.by = {Dimension::sector, Dimension::country}})),
        "1 619 3 EUR=2/1; 1 KZ 3 EUR=3/1; 2 619 3 EUR=2/1; 2 KZ 3 EUR=3/1");
}

TEST(Totals, CountParentsAtTheirChildren) {
    const std::string child =
        activity("C", "<related-activity type='1' ref='P'/>" + transaction("3", "4") + transaction("3", "6"));
    const Totals made = sums(activity("P", transaction("3", "10") + transaction("2", "50")) + child);
    EXPECT_EQ(shown(made), "2 EUR=50/1; 3 EUR=10/2") << "the commitment is told only by the parent";
    EXPECT_EQ(made.transactions.at(Why::at_children), 1U);
    EXPECT_EQ(shown(sums(activity("P", "<related-activity type='2' ref='C'/>" + transaction("3", "10")) +
                         activity("C", transaction("3", "9")))),
              "3 EUR=10/2")
        << "the child tells of 9 of them";
    EXPECT_EQ(shown(sums(activity("P", "<related-activity type='2' ref='C'/>" + transaction("3", "10")))),
              "3 EUR=10/1")
        << "the child is not in the file";
    EXPECT_EQ(shown(sums(activity("P", "<related-activity type='2' ref='P'/>" + transaction("3", "10")))),
              "3 EUR=10/1");
}

TEST(Totals, CountMoneyOfFunderAndImplementerOnce) {
    const std::string funder =
        activity("F", transaction("3", "100", "<receiver-org receiver-activity-id='I'/>"));
    const std::string implementer = activity(
        "I", transaction("1", "100", "<provider-org provider-activity-id='F'/>") + transaction("4", "80"));
    const Totals both = sums(funder + implementer);
    EXPECT_EQ(shown(both), "1 EUR=0/0; 3 EUR=20/1; 4 EUR=80/1") << "20 are given and not yet spent";
    EXPECT_EQ(both.transactions.at(Why::at_receiver), 1U);
    EXPECT_EQ(both.transactions.at(Why::at_provider), 1U);
    EXPECT_EQ(shown(sums(funder)), "3 EUR=100/1");
    EXPECT_EQ(shown(sums(implementer)), "1 EUR=100/1; 4 EUR=80/1");
    EXPECT_EQ(shown(sums(funder + activity("I", ""))), "3 EUR=100/1")
        << "who spends nothing does not hide what was given";
}

TEST(Totals, LoseNothingBetweenTwoRules) {
    // What the child has from its parent is not the parent's own income told finely.
    EXPECT_EQ(shown(sums(activity("P", "<related-activity type='2' ref='C'/>" + transaction("1", "1000") +
                                           transaction("3", "700")) +
                         activity("C", transaction("1", "700", "<provider-org provider-activity-id='P'/>") +
                                           transaction("3", "450")))),
              "1 EUR=1000/1; 3 EUR=700/2");
    // A provider that tells of nothing does not hide what came in.
    EXPECT_EQ(shown(sums(activity("P", "") +
                         activity("C", transaction("1", "7", "<provider-org provider-activity-id='P'/>")))),
              "1 EUR=7/1");
    EXPECT_EQ(shown(sums(activity("P", transaction("2", "9")) +
                         activity("C", transaction("11", "9", "<provider-org provider-activity-id='P'/>")))),
              "11 EUR=0/0; 2 EUR=9/1");
}

TEST(Totals, LoseNothingInCircles) {
    EXPECT_EQ(shown(sums(activity("A", transaction("3", "5", "<receiver-org receiver-activity-id='B'/>")) +
                         activity("B", transaction("3", "2", "<receiver-org receiver-activity-id='A'/>")))),
              "3 EUR=7/2");
    EXPECT_EQ(shown(sums(activity("A", "<related-activity type='2' ref='B'/>" + transaction("3", "5")) +
                         activity("B", "<related-activity type='2' ref='A'/>" + transaction("3", "2")))),
              "3 EUR=7/2");
    // The child gives back to its parent: of what the parent gives it tells 2.
    EXPECT_EQ(shown(sums(activity("A", "<related-activity type='2' ref='B'/>" + transaction("3", "5")) +
                         activity("B", transaction("3", "2", "<receiver-org receiver-activity-id='A'/>")))),
              "3 EUR=5/2");
    // A chain beside the circle is none.
    EXPECT_EQ(shown(sums(activity("A", transaction("3", "5", "<receiver-org receiver-activity-id='B'/>")) +
                         activity("B", transaction("3", "5", "<receiver-org receiver-activity-id='C'/>")) +
                         activity("C", transaction("4", "4")))),
              "3 EUR=1/1; 4 EUR=4/1");
}

TEST(Totals, TellOfEveryTransaction) {
    std::vector<std::string> told;
    TotalsOptions options;
    options.by = {Dimension::country};
    options.list = [&](const Counted& one) {
        told.push_back(fmt::format("{}:{} {} {} {} {}", one.activity, one.line, one.value,
                                   fmt::join(one.row, " "), amount_text(one.amount), sentence(one.why)));
    };
    const Totals made = sums(
        activity(
            "A",
            "<recipient-country code='KZ' percentage='25'/><recipient-country code='UZ' percentage='75'/>" +
                transaction("3", "1")) +
            activity("B", transaction("3", "1,000")),
        options);
    EXPECT_EQ(told,
              (std::vector<std::string>{"A:2 1 KZ 3 EUR 0.25 counted", "A:2 1 UZ 3 EUR 0.75 counted",
                                        "B:3 1,000 not stated 3 EUR 0 left out: the amount cannot be read"}));
    EXPECT_EQ(made.activities, 2U);
}

TEST(Totals, GroupByYearAndOrganisation) {
    EXPECT_EQ(shown(sums(activity("A", transaction("3", "1", "", "2019-01-01") + transaction("3", "2")) +
                             activity("B", transaction("3", "4")),
                         {.by = {Dimension::year, Dimension::organisation}})),
              "2019 O-A 3 EUR=1/1; 2020 O-A 3 EUR=2/1; 2020 O-B 3 EUR=4/1");
}

/// "type EUR=counted+left out by reason" of each row.
std::string whole(const Totals& made) {
    std::string out;
    for (const auto& [key, row] : made.rows) {
        if (!out.empty()) out += "; ";
        out += fmt::format("{}={}", fmt::join(key, " "), amount_text(row.amount));
        for (std::size_t i = 0; i < kWhys; ++i)
            if (row.left_out[i] != 0)
                out += fmt::format("+{} {}", amount_text(row.left_out[i]), name(static_cast<Why>(i)));
        if (row.unreadable > 0) out += fmt::format(" and {} unreadable", row.unreadable);
    }
    return out;
}
std::string to(std::string_view identifier) {
    return fmt::format("<receiver-org receiver-activity-id='{}'/>", identifier);
}
std::string from(std::string_view identifier) {
    return fmt::format("<provider-org provider-activity-id='{}'/>", identifier);
}
std::string related(int type, std::string_view identifier) {
    return fmt::format("<related-activity type='{}' ref='{}'/>", type, identifier);
}

// The examples of docs/iati-totals.md, rule by rule.

TEST(Totals, CountAnActivityOnce) {
    const std::string june = transaction("3", "100", "", "2020-06-01");
    EXPECT_EQ(whole(sums(activity("A", june) + activity("A", june))), "3 EUR=100+100 in_another_copy");
    const Totals made =
        sums(activity("A", june) + activity("A", june + transaction("3", "30", "", "2020-07-01")));
    EXPECT_EQ(whole(made), "3 EUR=130+100 in_another_copy");
    EXPECT_EQ(made.doubts.at(Doubt::copies_differ).first, "A");
    // Two like ones in one copy are two.
    EXPECT_EQ(whole(sums(activity("A", june + june) + activity("A", june))), "3 EUR=200+100 in_another_copy");
    EXPECT_EQ(whole(sums(activity("", june) + activity("", june))), "3 EUR=200")
        << "nobody says they are one";
    EXPECT_TRUE(sums(activity("A", june) + activity("A", june)).doubts.empty());
}

TEST(Totals, CountOneReportOfSeveral) {
    const std::string bank =
        activity("BANK", related(5, "MIN") + transaction("3", "80") + transaction("2", "500"));
    EXPECT_EQ(whole(sums(bank + activity("MIN", transaction("3", "100")))),
              "2 EUR=500; 3 EUR=100+80 in_another_report");
    EXPECT_EQ(whole(sums(activity("A", related(3, "B") + transaction("3", "1")) +
                         activity("B", related(4, "A") + transaction("3", "2")))),
              "3 EUR=3")
        << "siblings and co-funded activities are activities of their own";
}

TEST(Totals, LeaveOutOfAParentWhatItsChildrenTell) {
    EXPECT_EQ(whole(sums(activity("P", transaction("3", "1000000")) +
                         activity("C", related(1, "P") + transaction("3", "1")))),
              "3 EUR=1000000+1 at_children");
    // What the parent says of one level, grandchildren tell too; expenditure tells of disbursements.
    EXPECT_EQ(whole(sums(activity("G", transaction("3", "100")) + activity("P", related(1, "G")) +
                         activity("C", related(1, "P") + transaction("4", "60")))),
              "3 EUR=40+60 at_children; 4 EUR=60");
    const Totals made = sums(activity("P", transaction("3", "10")) + activity("Q", transaction("3", "10")) +
                             activity("C", related(1, "P") + related(1, "Q") + transaction("3", "10")));
    EXPECT_EQ(whole(made), "3 EUR=20+10 at_children");
    EXPECT_EQ(made.doubts.at(Doubt::several_parents).first, "C");
}

TEST(Totals, KnowLevelsByHierarchyAlone) {
    const auto level = [](int depth, std::string_view organisation, std::string_view identifier,
                          std::string_view inside) {
        return fmt::format(
            "<iati-activity hierarchy='{}' default-currency='EUR'><iati-identifier>{}</iati-identifier>"
            "<reporting-org ref='{}'/>{}</iati-activity>",
            depth, identifier, organisation, inside);
    };
    const std::string thousand = transaction("3", "1000");
    EXPECT_EQ(whole(sums(level(1, "O", "A", thousand) + level(2, "O", "B", thousand))),
              "3 EUR=1000+1000 at_level_below");
    EXPECT_EQ(whole(sums(level(1, "O", "A", thousand) + level(2, "P", "B", thousand))), "3 EUR=2000")
        << "of two organisations";
    EXPECT_EQ(whole(sums(level(1, "O", "A", thousand) + level(2, "O", "B", related(1, "X") + thousand))),
              "3 EUR=2000")
        << "its parent is in another file";
    EXPECT_EQ(whole(sums(level(1, "O", "A", thousand) + level(1, "O", "B", thousand))), "3 EUR=2000");
}

TEST(Totals, LeaveOutPerAmountWhatBothSidesTell) {
    EXPECT_EQ(whole(sums(activity("A", transaction("3", "1000", to("B"))) + activity("B", ""))),
              "3 EUR=1000");
    EXPECT_EQ(whole(sums(activity("A", transaction("3", "1000", to("B"))) +
                         activity("B", transaction("1", "1000", from("A")) + transaction("4", "10")))),
              "1 EUR=0+1000 at_provider; 3 EUR=990+10 at_receiver; 4 EUR=10");
    // Only the receiver names the other.
    EXPECT_EQ(whole(sums(activity("A", transaction("3", "1000")) +
                         activity("B", transaction("1", "900", from("A")) + transaction("4", "800")))),
              "1 EUR=0+900 at_provider; 3 EUR=200+800 at_receiver; 4 EUR=800");
    // What a receiver spends tells of one giver's money only.
    EXPECT_EQ(whole(sums(activity("A1", transaction("3", "600", to("B"))) +
                         activity("A2", transaction("3", "600", to("B"))) +
                         activity("B", transaction("4", "1000")))),
              "3 EUR=200+1000 at_receiver; 4 EUR=1000");
    // The sides differ.
    EXPECT_EQ(whole(sums(activity("A", transaction("3", "900", to("B"))) +
                         activity("B", transaction("1", "1000", from("A"))))),
              "1 EUR=100+900 at_provider; 3 EUR=900");
    EXPECT_EQ(whole(sums(activity("A", transaction("3", "900", to("B")) + transaction("3", "100")) +
                         activity("B", transaction("1", "1000", from("A"))))),
              "1 EUR=0+1000 at_provider; 3 EUR=1000");
    // A child's money from elsewhere stands at whoever gave it to the family.
    EXPECT_EQ(
        whole(sums(activity("D", transaction("3", "450", to("C"))) + activity("P", transaction("3", "450")) +
                   activity("C", related(1, "P") + transaction("3", "450")))),
        "3 EUR=450+450 at_children+450 at_receiver");
}

TEST(Totals, CountAChainOfCommitmentsOnce) {
    EXPECT_EQ(
        whole(sums(activity("A", transaction("2", "1000", to("B"))) +
                   activity("B", transaction("11", "1000", from("A")) + transaction("2", "800", to("C"))) +
                   activity("C", transaction("11", "800", from("B"))))),
        "11 EUR=0+1800 at_provider; 2 EUR=1000+800 at_receiver");
}

TEST(Totals, LeaveOutCorrectionsWithWhatTheyCorrect) {
    const TotalsOptions by{.by = {Dimension::year}};
    const std::string given = transaction("3", "500", to("B"), "2019-01-01") +
                              transaction("3", "500", to("B"), "2020-01-01") +
                              transaction("3", "-200", to("B"), "2021-01-01");
    EXPECT_EQ(
        whole(sums(activity("A", given) + activity("B", transaction("4", "800", "", "2022-01-01")), by)),
        "2019 3 EUR=0+500 at_receiver; 2020 3 EUR=0+500 at_receiver; 2021 3 EUR=0+-200 at_receiver; "
        "2022 4 EUR=800");
    EXPECT_EQ(
        whole(sums(activity("A", given) + activity("B", transaction("4", "100", "", "2022-01-01")), by)),
        "2019 3 EUR=200+300 at_receiver; 2020 3 EUR=500; 2021 3 EUR=0+-200 at_receiver; 2022 4 EUR=100");
}

TEST(Totals, CompareNoCurrencies) {
    const Totals made =
        sums(activity("A", transaction("3", "100", to("B"))) +
             activity("B",
                      "<transaction><transaction-type code='4'/><value currency='usd'>90</value>"
                      "</transaction>"));
    EXPECT_EQ(whole(made), "3 EUR=100; 4 USD=90");
    EXPECT_EQ(made.doubts.at(Doubt::other_currency).first, "B");
}

TEST(Totals, SayWhatIsOnlyInAnotherVocabulary) {
    const std::string goal =
        "<sector vocabulary='2' code='112' percentage='60'/>"
        "<sector vocabulary='2' code='113' percentage='40'/>" +
        transaction("3", "100");
    EXPECT_EQ(whole(sums(activity("A", goal), {.by = {Dimension::sector}})),
              "only in another vocabulary 3 EUR=100");
    EXPECT_EQ(whole(sums(activity("A", goal), {.by = {Dimension::sector}, .sector_vocabulary = "2"})),
              "112 3 EUR=60; 113 3 EUR=40");
    EXPECT_EQ(whole(sums(activity("A",
                                  "<recipient-country code='kz' percentage='60'/>"
                                  "<recipient-region vocabulary='2' code='9' percentage='40'/>" +
                                      transaction("3", "100")),
                         {.by = {Dimension::country}})),
              "KZ 3 EUR=60; only in another vocabulary 3 EUR=40");
}

TEST(Totals, TakePercentagesThatTheRulesTake) {
    std::string thirds, sevenths;
    for (const char* country : {"KZ", "UZ", "TJ"})
        thirds += fmt::format("<recipient-country code='{}' percentage='33.33333'/>", country);
    for (const char* country : {"KZ", "UZ", "TJ", "KG", "TM", "MN", "AF"})
        sevenths += fmt::format("<recipient-country code='{}' percentage='14.285714285714286'/>", country);
    const TotalsOptions by{.by = {Dimension::country}};
    EXPECT_EQ(whole(sums(activity("A", thirds + transaction("3", "300")), by)),
              "KZ 3 EUR=100.00002; TJ 3 EUR=99.99999; UZ 3 EUR=99.99999");
    EXPECT_EQ(
        whole(sums(activity("A", sevenths + transaction("3", "700")), by)),
        "AF 3 EUR=100; KG 3 EUR=100; KZ 3 EUR=100; MN 3 EUR=100; TJ 3 EUR=100; TM 3 EUR=100; UZ 3 EUR=100");
}

TEST(Totals, TakeTheMeasureOfTheRulesForPercentages) {
    const auto checker = Checker::make({});
    for (const auto& [one, other] :
         {std::pair("50", "50"), std::pair("33.33333", "66.66667"), std::pair("33.33", "66.66"),
          std::pair("33.33333", "66.66666"), std::pair("99.9999", "0.00004"), std::pair("99.9999", "0.00006"),
          std::pair("60", "40.0004"), std::pair("60", "40.00004"), std::pair("0", "100"),
          std::pair("14.285714285714286", "85.714285714285722")}) {
        const std::string text =
            fmt::format("<iati-activities version='2.03'>{}</iati-activities>",
                        activity("A", fmt::format("<recipient-country code='KZ' percentage='{}'/>"
                                                  "<recipient-country code='UZ' percentage='{}'/>",
                                                  one, other) +
                                          transaction("3", "1")));
        const auto source = xml::memory_source(text);
        const auto report = checker->check(*source, "a.xml", {.checks = Checks::rules});
        ASSERT_TRUE(report);
        const bool refused =
            std::ranges::any_of(report->findings, [](const auto& found) { return found.id == "3.1.2"; });
        const auto again = xml::memory_source(text);
        const auto made = totals(*again, "a.xml", {.by = {Dimension::country}});
        ASSERT_TRUE(made);
        EXPECT_EQ(!made->not_adding_up.empty(), refused) << one << " + " << other;
    }
}

TEST(Totals, KnowWhatIsADate) {
    std::string inside;
    for (const auto& [day, value] :
         {std::pair("01/02/2019", "1"), std::pair(" 2019-02-01", "2"), std::pair("", "4"),
          std::pair("2019-02-01T00:00:00", "8"), std::pair("2019", "16"), std::pair("-2019-01-01", "32"),
          std::pair("2019-02-30", "64"), std::pair("2019-12-31Z", "128")})
        inside += transaction("3", value, "", day);
    EXPECT_EQ(whole(sums(activity("A", inside), {.by = {Dimension::year}})),
              "2019 3 EUR=138; not a date 3 EUR=113; not stated 3 EUR=4");
}

TEST(Totals, TellOfAmountsThatAreNoNumbers) {
    EXPECT_EQ(whole(sums(activity("A", transaction("3", "1,000") + transaction("3", "1")))),
              "3 EUR=1 and 1 unreadable");
}

TEST(Totals, RefuseVersionsWhoseCodesTheyDoNotKnow) {
    for (const char* version : {"1.05", "1.01", "2.3", ""}) {
        const std::string text = fmt::format("<iati-activities version='{}'/>", version);
        const auto source = xml::memory_source(text);
        const auto made = totals(*source, "old.xml", {});
        ASSERT_FALSE(made) << version;
        EXPECT_EQ(made.error().hint, "give a file of version 2.01, 2.02 or 2.03");
    }
}

TEST(Totals, TakeTimeThatGrowsWithTheFileAlone) {
    // A long chain of parents and receivers, and everybody names everybody.
    std::string chain;
    for (int i = 0; i < 20'000; ++i)
        chain += activity(fmt::format("A{}", i), related(1, fmt::format("A{}", i + 1)) + related(5, "Z") +
                                                     transaction("3", "1", to(fmt::format("B{}", i))));
    for (int i = 0; i < 20'000; ++i)
        chain += activity(fmt::format("B{}", i), transaction("3", "1", to(fmt::format("B{}", i + 1))) +
                                                     transaction("1", "1", from("A1")));
    EXPECT_EQ(sums(chain).activities, 40'000U);
}

TEST(Totals, SayWhatTheyCannotRead) {
    for (const char* text : {"<a/>", "<iati-activities><a></iati-activities>"}) {
        const auto source = xml::memory_source(text);
        EXPECT_FALSE(totals(*source, "bad.xml", {})) << text;
    }
}

}  // namespace
}  // namespace tamga::iati
