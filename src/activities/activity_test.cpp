#include "activities/activity.hpp"

#include <gtest/gtest.h>

#include <random>

#include "activities/kept.hpp"

namespace tamga::activities {
namespace {

Activity told(const std::string& inside) {
    const auto kept = Kept::read("<iati-activities version='2.03'>" + inside + "</iati-activities>");
    if (!kept) {
        ADD_FAILURE() << kept.error().message();
        return {};
    }
    return tell(kept->activity());
}

TEST(Activity, TellsWhatStandsThere) {
    const Activity activity = told(R"(<iati-activity xml:lang="EN" default-currency="EUR">
        <iati-identifier>
            X-1 </iati-identifier>
        <reporting-org ref="O-1" type="10"><narrative>An <!-- c -->office</narrative></reporting-org>
        <title><narrative>A  title
            of two lines</narrative><narrative xml:lang="fr">Un titre</narrative><narrative xml:lang="no language">?</narrative></title>
        <activity-status code="2"/>
        <activity-date type="1" iso-date="2020-01-01Z"/><activity-date type="2" iso-date="nonsense"/>
        <activity-date type="9" iso-date="2020-01-01"/>
        <location><name><narrative>Here</narrative></name><point><pos>41.50
            -70</pos></point><exactness code="1"/></location>
        <location><point><pos>north east</pos></point></location>
        <transaction><transaction-type code="3"/><transaction-date iso-date="2021-02-03"/><value currency="USD"> 12.5 </value>
            <receiver-org ref="O-2"/><recipient-country code="KZ"/></transaction>
        <result type="1"><title><narrative>R</narrative></title><indicator measure="1"><title><narrative>I</narrative></title>
            <reference vocabulary="4" code="A.B.C"/><reference vocabulary="9" code="15.3.1"/><reference vocabulary="9" code="1.1.1"/>
            <baseline year="2019" value="1"/><period><period-start iso-date="2020-01-01"/><period-end iso-date="2020-12-31"/>
            <target value="5"/><actual value="4"><comment><narrative>almost</narrative></comment></actual></period></indicator></result>
        </iati-activity>)");
    EXPECT_EQ(activity.identifier, "X-1");
    EXPECT_EQ(activity.reporting.name, (Json{{"en", "An office"}}));
    EXPECT_EQ(activity.title, (Json{{"en", "A title of two lines"}, {"fr", "Un titre"}, {"und", "?"}}));
    EXPECT_EQ(activity.start(), "2020-01-01")
        << "an actual date that is none does not stand before a planned one";
    EXPECT_EQ(activity.end(), "");
    ASSERT_EQ(activity.locations.size(), 2U);
    EXPECT_EQ(activity.locations[0].latitude, "41.50");
    EXPECT_EQ(activity.locations[0].longitude, "-70");
    EXPECT_EQ(activity.locations[1].latitude, "");
    ASSERT_EQ(activity.transactions.size(), 1U);
    EXPECT_EQ(activity.transactions[0].money.value, "12.5");
    EXPECT_EQ(activity.transactions[0].money.currency, "USD");
    EXPECT_EQ(activity.transactions[0].receiver.ref, "O-2");
    EXPECT_FALSE(activity.transactions[0].provider.stated());
    EXPECT_EQ(activity.transaction_countries, std::vector<std::string>{"KZ"});
    const Indicator& indicator = activity.results.at(0).indicators.at(0);
    EXPECT_EQ(indicator.sdg_target, "15.3");
    EXPECT_EQ(indicator.baselines.at(0).when, "2019");
    EXPECT_EQ(indicator.periods.at(0).targets.at(0).value, "5");
    EXPECT_EQ(indicator.periods.at(0).actuals.at(0).comment, (Json{{"en", "almost"}}));
}

TEST(Activity, AddsUpByYearWithoutCountingTwice) {
    const Activity activity = told(R"(<iati-activity default-currency="EUR">
        <budget type="1"><period-start iso-date="2020-07-01"/><period-end iso-date="2021-06-30"/><value>100</value></budget>
        <budget type="2"><period-start iso-date="2020-07-01"/><period-end iso-date="2021-06-30"/><value>80.10</value></budget>
        <budget><period-start iso-date="2021-07-01"/><period-end iso-date="2022-06-30"/><value currency="USD">50</value></budget>
        <transaction><transaction-type code="3"/><transaction-date iso-date="2020-08-01"/><value>0.1</value></transaction>
        <transaction><transaction-type code="4"/><transaction-date iso-date="2020-09-01"/><value>0.2</value></transaction>
        <transaction><transaction-type code="2"/><transaction-date iso-date="2020-09-01"/><value>90</value></transaction>
        <transaction><transaction-type code="1"/><transaction-date iso-date="2020-09-01"/><value>-7</value></transaction>
        <transaction><transaction-type code="12"/><transaction-date iso-date="2020-09-01"/><value>1000</value></transaction>
        <transaction><transaction-type code="3"/><transaction-date iso-date="2020-08-01"/><value>a lot</value></transaction>
        </iati-activity>)");
    const std::vector<Year> all = years(activity);
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].year + all[0].currency, "2020EUR");
    EXPECT_EQ(all[0].budget, "80.10") << "the revised budget stands in place of the original";
    EXPECT_EQ(all[0].spent, "0.3") << "exactly";
    EXPECT_EQ(all[0].committed, "90");
    EXPECT_EQ(all[0].received, "-7");
    EXPECT_EQ(all[1].year + all[1].currency, "2021USD");
    EXPECT_EQ(all[1].budget, "50");
    EXPECT_EQ(all[1].spent, "");
}

/// "year currency budget", with a question mark where it may count money twice.
std::vector<std::string> budgets(const std::string& inside) {
    std::vector<std::string> out;
    for (const Year& year :
         years(told("<iati-activity default-currency='EUR'>" + inside + "</iati-activity>")))
        out.push_back(year.year + " " + year.currency + " " + year.budget + (year.budget_unclear ? "?" : ""));
    return out;
}
std::string budget(const std::string& type, const std::string& start, const std::string& end,
                   const std::string& value) {
    return "<budget type='" + type + "'><period-start iso-date='" + start + "'/><period-end iso-date='" +
           end + "'/><value>" + value + "</value></budget>";
}

TEST(Activity, PutsRevisedBudgetsInPlaceOfWhatTheyRevise) {
    using Budgets = std::vector<std::string>;
    const std::string original = budget("1", "2022-01-01", "2022-12-31", "100");
    const std::string first_half = budget("2", "2022-01-01", "2022-06-30", "70");
    const std::string second_half = budget("2", "2022-07-01", "2022-12-31", "60");
    EXPECT_EQ(budgets(original + first_half + second_half), Budgets{"2022 EUR 130"})
        << "two halves make a year";
    EXPECT_EQ(budgets(second_half + original + first_half), Budgets{"2022 EUR 130"}) << "in any order";
    EXPECT_EQ(budgets(original + first_half), Budgets{"2022 EUR 170?"}) << "what of the other half?";
    EXPECT_EQ(budgets(budget("1", "2022-02-01", "2022-03-31", "5") + first_half), Budgets{"2022 EUR 70"});
    EXPECT_EQ(
        budgets(budget("1", "2025-01-01", "2025-12-31", "7") + budget("2", "2025-01-01", "2025-12-31", "8") +
                budget("2", "2025-01-01", "2025-12-31", "9")),
        Budgets{"2025 EUR 9"})
        << "the last revision";
    EXPECT_EQ(
        budgets(budget("2", "2025-01-01", "2025-12-31", "8") + budget("2", "2025-01-01", "2025-06-30", "3") +
                budget("2", "2025-07-01", "2025-12-31", "4")),
        Budgets{"2025 EUR 7"})
        << "a revision is revised";
    EXPECT_EQ(
        budgets(budget("2", "2025-01-01", "2025-06-30", "3") + budget("2", "2025-01-01", "2025-12-31", "8")),
        Budgets{"2025 EUR 8"});
    EXPECT_EQ(
        budgets(budget("2", "2025-01-01", "2025-12-31", "8") + budget("2", "2025-01-01", "2025-06-30", "3")),
        Budgets{"2025 EUR 11?"});
    EXPECT_EQ(budgets(original + budget("2", "2023-01-01", "2023-12-31", "9")),
              (Budgets{"2022 EUR 100", "2023 EUR 9"}))
        << "another year";
    EXPECT_EQ(budgets(original + original), Budgets{"2022 EUR 200"}) << "two budgets, none of them revised";
    EXPECT_EQ(
        budgets(budget("1", "2022-12-31", "2022-01-01", "5") + budget("2", "2022-12-31", "2022-01-01", "6")),
        Budgets{"2022 EUR 6"})
        << "a period that ends before it starts";
}

TEST(Kept, RefusesWhatIsNotOneActivity) {
    for (const char* text : {"", "<a/>", "<iati-activities/>",
                             "<iati-activities><iati-activity/><iati-activity/></iati-activities>",
                             "<iati-activities><iati-activity></iati-activities>", "no XML"})
        EXPECT_FALSE(Kept::read(text)) << text;
}

TEST(Kept, OutlivesSpoiltFiles) {
    const std::string whole =
        "<iati-activities version='2.03' xmlns:x='urn:x' xmlns='' xmlns:y=\"urn:y\"><!-- c --><iati-activity "
        "xml:lang='en' x:a='1' "
        "default-currency='USD'><iati-identifier>A-1</iati-identifier><title><narrative "
        "xml:lang='fr'>T&#233;</narrative></title>"
        "<location><point><pos>1.5 2</pos></point></location><budget><period-start "
        "iso-date='2020-01-01'/><value>1e3</value></budget>"
        "<transaction><transaction-type code='3'/><transaction-date "
        "iso-date='2020-01-01'/><value>-0.50</value></transaction>"
        "<result><indicator><period><target "
        "value='5'/></period></indicator></result><y:z><![CDATA[<&]]></y:z></iati-activity>"
        "</iati-activities>";
    std::mt19937 random(7);
    const auto below = [&](std::size_t limit) {
        return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random);
    };
    int read = 0;
    for (int i = 0; i < 10'000; ++i) {
        std::string spoilt = whole;
        for (std::size_t changes = 1 + below(3); changes > 0; --changes) {
            const std::size_t at = below(spoilt.size()),
                              count = std::min<std::size_t>(1 + below(12), spoilt.size() - at);
            const std::size_t from = below(whole.size());
            switch (below(3)) {
                case 0:
                    spoilt.erase(at, count);
                    break;
                case 1:
                    spoilt.insert(at, whole.substr(from, 1 + below(30)));
                    break;
                default:
                    spoilt[at] = static_cast<char>(below(256));
                    break;
            }
            if (spoilt.empty()) break;
        }
        const auto kept = Kept::read(spoilt);
        if (!kept) continue;
        ++read;
        const Activity activity = tell(kept->activity());
        years(activity);
        EXPECT_TRUE(canonical(activity.title)) << spoilt;
        const auto again = Kept::read("<iati-activities>" + kept->standalone() + "</iati-activities>");
        ASSERT_TRUE(again) << spoilt << "\n" << kept->standalone();
        EXPECT_EQ(tell(again->activity()).title, activity.title) << spoilt;
    }
    EXPECT_GT(read, 300);
}

TEST(Escaped, HoldsOnlyWhatXmlAllows) {
    EXPECT_EQ(escaped("a<b>&\"c\" \n"), "a&lt;b&gt;&amp;&quot;c&quot; &#10;");
    EXPECT_EQ(escaped("a\x01"
                      "b\uFFFFc\xff"),
              "a\uFFFD"
              "b\uFFFDc\uFFFD");
}

TEST(Kept, MeansTheSameAnywhere) {
    const auto kept = Kept::read(
        "<iati-activities version='2.03' xmlns:a='urn:a' xmlns:b=\"urn:'b&amp;\">\r\n"
        "<iati-activity note='xmlns:b=' xmlns:a='urn:inner'><a:x/><b:y/></iati-activity></iati-activities>");
    ASSERT_TRUE(kept);
    EXPECT_EQ(kept->text(),
              "<iati-activity note='xmlns:b=' xmlns:a='urn:inner'><a:x/><b:y/></iati-activity>");
    EXPECT_EQ(kept->standalone(),
              "<iati-activity xmlns:b=\"urn:'b&amp;\" note='xmlns:b=' "
              "xmlns:a='urn:inner'><a:x/><b:y/></iati-activity>");
}

}  // namespace
}  // namespace tamga::activities
