#include "iati/totals.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace tamga::iati {
namespace {

std::string transaction(std::string_view type, std::string_view value, std::string_view inside = "", std::string_view day = "2020-05-05") {
    return fmt::format("<transaction><transaction-type code='{}'/><transaction-date iso-date='{}'/><value>{}</value>{}</transaction>",
                       type, day, value, inside);
}
std::string activity(std::string_view identifier, std::string_view inside) {
    return fmt::format("<iati-activity default-currency='EUR'><iati-identifier>{}</iati-identifier><reporting-org ref='O-{}'/>{}</iati-activity>\n",
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
    EXPECT_EQ(shown(sums(activity("A", transaction("3", "0.1") + transaction("3", "0.2") + transaction("4", "-5") +
                                           "<transaction><transaction-type code='3'/><value currency='USD'>7</value></transaction>"))),
              "3 EUR=0.3/2; 3 USD=7/1; 4 EUR=-5/1");
    EXPECT_EQ(shown(sums(activity("A", transaction("2", "12345678901234567890.12345678")))), "2 EUR=12345678901234567890.12345678/1");
}

TEST(Totals, KeepsToTheTypesAskedFor) {
    EXPECT_EQ(shown(sums(activity("A", transaction("3", "1") + transaction("4", "2")), {.types = {"4"}})), "4 EUR=2/1");
}

TEST(Totals, SplitsByPercentagesOnlyWhereTheyAddUp) {
    const TotalsOptions by{.by = {Dimension::country}};
    EXPECT_EQ(shown(sums(activity("A", "<recipient-country code='KZ' percentage='25'/><recipient-country code='UZ' percentage='75'/>" +
                                           transaction("3", "10")),
                         by)),
              "KZ 3 EUR=2.5/1; UZ 3 EUR=7.5/1");
    EXPECT_EQ(shown(sums(activity("A", "<recipient-country code='KZ'/>" + transaction("3", "10")), by)), "KZ 3 EUR=10/1");
    EXPECT_EQ(shown(sums(activity("A", transaction("3", "10")), by)), "not stated 3 EUR=10/1");
    for (const char* odd : {"<recipient-country code='KZ' percentage='25'/><recipient-country code='UZ' percentage='70'/>",
                            "<recipient-country code='KZ'/><recipient-country code='UZ'/>",
                            "<recipient-country code='KZ' percentage='90000000000'/><recipient-country code='UZ' percentage='-89999999900'/>",
                            "<recipient-country code='KZ' percentage='90'/>"}) {
        const Totals made = sums(activity("A", odd + transaction("3", "10")), by);
        EXPECT_EQ(shown(made), "not attributed 3 EUR=10/1") << odd;
        EXPECT_EQ(made.not_adding_up, std::vector<std::string>{"A"});
    }
}

TEST(Totals, PreferATransactionsOwnCountryAndSector) {
    EXPECT_EQ(shown(sums(activity("A", "<recipient-country code='KZ'/><sector code='1'/>" +
                                           transaction("3", "10", "<sector vocabulary='2' code='9'/><sector code='2'/><recipient-country code='UZ'/><recipient-region code='619'/>")),
                         {.by = {Dimension::country, Dimension::sector}})),
              "UZ 2 3 EUR=10/1");
    EXPECT_EQ(shown(sums(activity("A", "<recipient-country code='KZ' percentage='60'/><recipient-region code='619' percentage='40'/>"
                                       "<sector code='1' percentage='50'/><sector code='2' percentage='50'/>" + transaction("3", "10")),
                         {.by = {Dimension::sector, Dimension::country}})),
              "1 619 3 EUR=2/1; 1 KZ 3 EUR=3/1; 2 619 3 EUR=2/1; 2 KZ 3 EUR=3/1");
}

TEST(Totals, CountParentsAtTheirChildren) {
    const std::string child = activity("C", "<related-activity type='1' ref='P'/>" + transaction("3", "4") + transaction("3", "6"));
    const Totals made = sums(activity("P", transaction("3", "10") + transaction("2", "50")) + child);
    EXPECT_EQ(shown(made), "2 EUR=50/1; 3 EUR=10/2") << "the commitment is told only by the parent";
    EXPECT_EQ(made.transactions.at(Why::at_children), 1U);
    EXPECT_EQ(shown(sums(activity("P", "<related-activity type='2' ref='C'/>" + transaction("3", "10")) + activity("C", transaction("3", "9")))),
              "3 EUR=9/1");
    EXPECT_EQ(shown(sums(activity("P", "<related-activity type='2' ref='C'/>" + transaction("3", "10")))), "3 EUR=10/1")
        << "the child is not in the file";
    EXPECT_EQ(shown(sums(activity("P", "<related-activity type='2' ref='P'/>" + transaction("3", "10")))), "3 EUR=10/1");
}

TEST(Totals, CountMoneyOfFunderAndImplementerOnce) {
    const std::string funder = activity("F", transaction("3", "100", "<receiver-org receiver-activity-id='I'/>"));
    const std::string implementer =
        activity("I", transaction("1", "100", "<provider-org provider-activity-id='F'/>") + transaction("4", "80"));
    const Totals both = sums(funder + implementer);
    EXPECT_EQ(shown(both), "4 EUR=80/1");
    EXPECT_EQ(both.transactions.at(Why::at_receiver), 1U);
    EXPECT_EQ(both.transactions.at(Why::at_provider), 1U);
    EXPECT_EQ(shown(sums(funder)), "3 EUR=100/1");
    EXPECT_EQ(shown(sums(implementer)), "1 EUR=100/1; 4 EUR=80/1");
    EXPECT_EQ(shown(sums(funder + activity("I", ""))), "3 EUR=100/1") << "who spends nothing does not hide what was given";
}

TEST(Totals, LoseNothingBetweenTwoRules) {
    // What the child has from its parent is not the parent's own income told finely.
    EXPECT_EQ(shown(sums(activity("P", "<related-activity type='2' ref='C'/>" + transaction("1", "1000") + transaction("3", "700")) +
                         activity("C", transaction("1", "700", "<provider-org provider-activity-id='P'/>") + transaction("3", "450")))),
              "1 EUR=1000/1; 3 EUR=450/1");
    // A provider that tells of nothing does not hide what came in.
    EXPECT_EQ(shown(sums(activity("P", "") + activity("C", transaction("1", "7", "<provider-org provider-activity-id='P'/>")))), "1 EUR=7/1");
    EXPECT_EQ(shown(sums(activity("P", transaction("2", "9")) +
                         activity("C", transaction("11", "9", "<provider-org provider-activity-id='P'/>")))),
              "2 EUR=9/1");
}

TEST(Totals, LoseNothingInCircles) {
    EXPECT_EQ(shown(sums(activity("A", transaction("3", "5", "<receiver-org receiver-activity-id='B'/>")) +
                         activity("B", transaction("3", "2", "<receiver-org receiver-activity-id='A'/>")))),
              "3 EUR=7/2");
    EXPECT_EQ(shown(sums(activity("A", "<related-activity type='2' ref='B'/>" + transaction("3", "5")) +
                         activity("B", "<related-activity type='2' ref='A'/>" + transaction("3", "2")))),
              "3 EUR=7/2");
    // The child gives back to its parent.
    EXPECT_EQ(shown(sums(activity("A", "<related-activity type='2' ref='B'/>" + transaction("3", "5")) +
                         activity("B", transaction("3", "2", "<receiver-org receiver-activity-id='A'/>")))),
              "3 EUR=7/2");
    // A chain beside the circle is none.
    EXPECT_EQ(shown(sums(activity("A", transaction("3", "5", "<receiver-org receiver-activity-id='B'/>")) +
                         activity("B", transaction("3", "5", "<receiver-org receiver-activity-id='C'/>")) + activity("C", transaction("4", "4")))),
              "4 EUR=4/1");
}

TEST(Totals, TellOfEveryTransaction) {
    std::vector<std::string> told;
    TotalsOptions options;
    options.by = {Dimension::country};
    options.list = [&](const Counted& one) { told.push_back(fmt::format("{}:{} {} {} {} {}", one.activity, one.line, one.value, fmt::join(one.row, " "), amount_text(one.amount), sentence(one.why))); };
    const Totals made = sums(activity("A", "<recipient-country code='KZ' percentage='25'/><recipient-country code='UZ' percentage='75'/>" + transaction("3", "1")) + activity("B", transaction("3", "1,000")), options);
    EXPECT_EQ(told, (std::vector<std::string>{"A:2 1 KZ 3 EUR 0.25 counted", "A:2 1 UZ 3 EUR 0.75 counted",
                                              "B:3 1,000 not stated 3 EUR 0 left out: the amount cannot be read"}));
    EXPECT_EQ(made.activities, 2U);
}

TEST(Totals, GroupByYearAndOrganisation) {
    EXPECT_EQ(shown(sums(activity("A", transaction("3", "1", "", "2019-01-01") + transaction("3", "2")) + activity("B", transaction("3", "4")),
                         {.by = {Dimension::year, Dimension::organisation}})),
              "2019 O-A 3 EUR=1/1; 2020 O-A 3 EUR=2/1; 2020 O-B 3 EUR=4/1");
}

TEST(Totals, SayWhatTheyCannotRead) {
    for (const char* text : {"<a/>", "<iati-activities><a></iati-activities>"}) {
        const auto source = xml::memory_source(text);
        EXPECT_FALSE(totals(*source, "bad.xml", {})) << text;
    }
}

}  // namespace
}  // namespace tamga::iati
