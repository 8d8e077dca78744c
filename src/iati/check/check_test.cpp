#include "iati/check/check.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <ctime>
#include <fstream>
#include <map>
#include <sstream>

namespace tamga::iati {
namespace {

constexpr std::int64_t kNow = 1'764'547'200'000;  // 2025-12-01

Checker checker(Profile profile = Profile::as_published) {
    Inputs inputs;
    inputs.profile = profile;
    auto made = Checker::make(std::move(inputs));
    EXPECT_TRUE(made);
    return *std::move(made);
}

Report check(std::string_view text, Options options = {}, Profile profile = Profile::as_published) {
    options.now_ms = kNow;
    const auto source = xml::memory_source(text);
    auto report = checker(profile).check(*source, "test.xml", options);
    EXPECT_TRUE(report) << report.error().message();
    return *std::move(report);
}

/// "id@line:column×contexts identifier" of each finding.
std::vector<std::string> told(const Report& report) {
    std::vector<std::string> out;
    for (const Finding& finding : report.findings) {
        const Place place = finding.context.empty() ? Place{} : finding.context[0].place;
        out.push_back(fmt::format("{}@{}:{}x{} {}", finding.id, place.line, place.column,
                                  finding.context.size(), finding.identifier));
    }
    return out;
}
using Told = std::vector<std::string>;

std::string activity(std::string_view identifier, std::string_view more = "") {
    return fmt::format(
        "<iati-activity xml:lang='en' default-currency='EUR'><iati-identifier>{}</iati-identifier>"
        "<reporting-org ref='GB-COH-1' "
        "type='10'><narrative>A</narrative></reporting-org><title><narrative>t</narrative></title>"
        "<description><narrative>d</narrative></description><participating-org ref='GB-COH-1' "
        "role='1'/><activity-status code='2'/>"
        "<activity-date type='1' iso-date='2020-01-01'/><recipient-country code='KZ'/><sector "
        "code='11220'/>{}</iati-activity>",
        identifier, more);
}
std::string file(std::string_view inside) {
    return fmt::format("<?xml version='1.0'?>\n<iati-activities version='2.03'>\n{}\n</iati-activities>\n",
                       inside);
}

TEST(Check, FindsNothingInAGoodFile) {
    const Report report = check(file(activity("GB-COH-1-a") + "\n" + activity("GB-COH-1-b")));
    EXPECT_EQ(told(report), Told{});
    EXPECT_TRUE(report.valid());
    EXPECT_EQ(report.file_type, "iati-activities");
    EXPECT_EQ(report.version, "2.03");
    EXPECT_EQ(report.element_count, 2U);
}

TEST(Check, StopsAtWhatIsNoIatiFile) {
    EXPECT_EQ(told(check("<a/>")), Told{"0.2.1@1:1x1 file"});
    EXPECT_EQ(told(check("<iati-activities version='1.05'/>")), Told{"0.6.1@1:1x1 file"});
    EXPECT_EQ(told(check("<iati-activities/>")), Told{"0.6.1@1:1x1 file"});
    EXPECT_EQ(told(check("<iati-activities version='2.04'><a></iati-activities>")), Told{"0.1.1@1:36x1 file"})
        << "that it is not well-formed comes first";
    EXPECT_EQ(told(check("")), Told{"0.1.1@1:1x1 file"});
    EXPECT_EQ(told(check(file(activity("GB-COH-1-a") + "\n<iati-activity>&nbsp;</iati-activity>"))),
              Told{"0.1.1@4:16x1 file"});
    EXPECT_FALSE(check("<a/>").valid());
}

TEST(Check, TellsPlacesAndMergesWhatSaysTheSame) {
    const Report report = check(file("<!-- -->" + activity("GB-COH-1-a", "\n<budget/>\n <budget/>")));
    ASSERT_EQ(report.findings.size(), 1U);
    EXPECT_EQ(told(report), Told{"0.3.1@4:1x2 GB-COH-1-a"});
    EXPECT_EQ(report.findings[0].context[1].place.line, 5U);
    EXPECT_EQ(report.findings[0].context[1].place.column, 2U);
    EXPECT_EQ(report.findings[0].title, "t");
}

/// The ids, and of what: without places.
Told brief(const Report& report) {
    Told out;
    for (const Finding& finding : report.findings)
        out.push_back(finding.id + " " + std::string(finding.identifier.view()));
    return out;
}

TEST(Check, CountsRepeatedIdentifiers) {
    const std::string three =
        activity("GB-COH-1-a") + activity("GB-COH-1-a") + activity("GB-COH-1-a", "<budget/>");
    EXPECT_EQ(told(check(file(three))),
              (Told{fmt::format("0.3.1@3:{}x1 GB-COH-1-a(3)", activity("GB-COH-1-a").size() * 3 - 15),
                    "1.1.2@3:53x3 file"}));
    EXPECT_EQ(check(file(three), {}, Profile::strict).counts[1], 2U) << "strictly, each repetition is told";
}

TEST(Check, TellsEveryPlaceOfARepeatedIdentifier) {
    const std::string five = activity("GB-COH-1-a") + "\n" + activity("GB-COH-1-b") + "\n" +
                             activity("GB-COH-1-b") + "\n" + activity("GB-COH-1-c") + "\n" +
                             activity("GB-COH-1-a") + "\n" + activity("GB-COH-1-b");
    const auto places = [](const Finding& finding) {
        Told out;
        for (const Context& context : finding.context)
            out.push_back(fmt::format("{}:{} {}", context.place.line, context.place.column, context.text));
        return out;
    };
    const std::string a = "'GB-COH-1-a' stands more than once";
    const std::string b = "'GB-COH-1-b' stands more than once";
    for (const int jobs : {1, 3}) {
        const Report report = check(file(five), {.jobs = jobs});
        ASSERT_EQ(report.findings.size(), 1U) << "the public validator's count";
        EXPECT_EQ(places(report.findings[0]),
                  (Told{"3:53 " + a, "4:53 " + b, "5:53 " + b, "7:53 " + a, "8:53 " + b}));
    }
    const Report strict = check(file(five), {}, Profile::strict);
    ASSERT_EQ(strict.findings.size(), 3U);
    EXPECT_EQ(places(strict.findings[0]), (Told{"4:53 " + b, "5:53 " + b}));
    EXPECT_EQ(places(strict.findings[1]), (Told{"3:53 " + a, "7:53 " + a}));
    EXPECT_EQ(places(strict.findings[2]), (Told{"4:53 " + b, "8:53 " + b}));
}

TEST(Check, KeepsTheFirstFindingsAndCountsTheOthers) {
    // Each has one schema finding, told at one place; the second tells two more places.
    const std::string three = activity("GB-COH-1-a", "<x1/>") +
                              activity("GB-COH-1-b", "<budget/><budget/><budget/>") +
                              activity("GB-COH-1-c", "<x2/>");
    const Report all = check(file(three));
    EXPECT_EQ(all.counts[0], 3U);
    EXPECT_FALSE(all.left_out.any());
    for (const int jobs : {1, 3}) {
        const Report some = check(file(three), {.jobs = jobs, .most_findings = 3});
        EXPECT_EQ(brief(some), (Told{"0.3.1 GB-COH-1-a", "0.3.1 GB-COH-1-b"}));
        EXPECT_EQ(some.findings[1].context.size(), 2U);
        EXPECT_EQ(some.counts[0], 3U) << "all are counted";
        EXPECT_EQ(some.left_out.findings[0], 1U);
        EXPECT_EQ(some.left_out.places, 1U);
        EXPECT_FALSE(some.valid());
    }
}

TEST(Check, CountsWhatStandsAroundActivitiesWithoutKeepingIt) {
    std::string strays;
    for (int i = 0; i < 1000; ++i) strays += "<a/>\n";
    for (const Profile profile : {Profile::as_published, Profile::strict}) {
        const Report none = check(file(strays), {.most_findings = 10}, profile);
        EXPECT_EQ(none.findings.size(), 10U);
        // Strictly, that there is no activity is told besides.
        const std::uint64_t all = profile == Profile::strict ? 1001 : 1000;
        EXPECT_EQ(none.counts[0], all);
        EXPECT_EQ(none.left_out.findings[0], all - 10);
    }
    const Report before = check(file(strays + activity("GB-COH-1-a")), {.most_findings = 10});
    EXPECT_EQ(before.counts[0], 1U) << "blamed on the activity, as one finding";
    EXPECT_EQ(before.findings[0].context.size(), 10U);
    EXPECT_EQ(before.left_out.places, 990U);
    const Report alone =
        check(file(activity("GB-COH-1-a") + "<x:a xmlns:x='u'/>" + activity("GB-COH-1-b", "<budget/>") +
                   "<x:a xmlns:x='u'/>" + activity("GB-COH-1-c")),
              {.most_findings = 1});
    EXPECT_EQ(alone.counts[0], 2U)
        << "of another namespace: blamed in place of what is wrong in the next one";
}

TEST(Check, CutsTextsThatNobodyCanRead) {
    const std::string letters(100'000, 'x');
    const std::string long_identifier = "GB-COH-1-" + letters;
    const Report report =
        check(file(activity(long_identifier, "<tag code='1' vocabulary='" + letters + "'/>") +
                   activity(long_identifier, "<related-activity ref='" + letters + "' type='1'/>")));
    ASSERT_GE(report.findings.size(), 3U);
    for (const Finding& finding : report.findings) {
        EXPECT_LT(finding.identifier.view().size(), 2'100U);
        for (const Context& context : finding.context) EXPECT_LT(context.text.size(), 2'100U);
    }
}

TEST(Check, EndsWhenItIsStopped) {
    const Checker ready = checker();
    const std::string good = file(activity("GB-COH-1-a"));
    for (const int jobs : {1, 3}) {
        std::stop_source stop;
        Options options{.now_ms = kNow, .jobs = jobs};
        options.stop = stop.get_token();
        EXPECT_TRUE(ready.check(*xml::memory_source(good), "a.xml", options));
        stop.request_stop();
        const auto stopped = ready.check(*xml::memory_source(good), "a.xml", options);
        ASSERT_FALSE(stopped);
        EXPECT_EQ(stopped.error().cause, "the check was stopped before its end");
        options.stop = {};
        options.deadline = std::chrono::steady_clock::now();
        const auto late = ready.check(*xml::memory_source(good), "a.xml", options);
        ASSERT_FALSE(late);
        EXPECT_EQ(late.error().cause, "the check takes longer than is allowed here");
    }
}

TEST(Check, LooksForLinkedActivitiesInTheOtherFilesToo) {
    std::vector<Report> reports;
    reports.push_back(check(file(activity("GB-COH-1-a",
                                          "<related-activity ref='GB-COH-1-b' type='2'/>"
                                          "<related-activity ref='GB-COH-1-c' type='3'/>")),
                            {.links = true}));
    reports.push_back(check(file(activity("GB-COH-1-b", "<related-activity ref='GB-COH-1-a' type='1'/>")),
                            {.links = true}));
    EXPECT_EQ(reports[0].counts[3], 2U) << "each by itself";
    EXPECT_EQ(reports[1].counts[3], 1U);
    resolve_links(reports);
    ASSERT_EQ(reports[0].findings.size(), 1U);
    EXPECT_EQ(reports[0].findings[0].context[0].text, "'GB-COH-1-c'");
    EXPECT_EQ(reports[0].counts[3], 1U);
    EXPECT_TRUE(reports[1].findings.empty());
    EXPECT_EQ(reports[1].counts[3], 0U);
}

/// A file without end, of which somebody loses patience after so many reads.
class Endless : public xml::Source {
  public:
    Endless(std::string beginning, std::string more, int reads, std::function<void()> then)
        : more_(std::move(more)), waiting_(std::move(beginning)), reads_(reads), then_(std::move(then)) {}
    Result<std::size_t> read(std::span<char> to) override {
        if (reads_-- == 0) then_();
        while (waiting_.size() < to.size()) waiting_ += more_;
        waiting_.copy(to.data(), to.size());
        waiting_.erase(0, to.size());
        return to.size();
    }

  private:
    std::string more_, waiting_;
    int reads_;
    std::function<void()> then_;
};

TEST(Check, IsStoppedWhileItRuns) {
    const Checker ready = checker();
    for (const std::string& more :
         {activity("GB-COH-1-a", "<budget/>"), std::string("<a/>"), std::string("<!---->")})
        for (const int jobs : {1, 3}) {
            std::stop_source stop;
            Options options{.now_ms = kNow, .jobs = jobs, .most_findings = 100};
            options.stop = stop.get_token();
            Endless source("<iati-activities version='2.03'>", more, 20, [&] { stop.request_stop(); });
            const auto stopped = ready.check(source, "endless.xml", options);
            ASSERT_FALSE(stopped) << more;
            EXPECT_EQ(stopped.error().cause, "the check was stopped before its end") << more;
        }
}

TEST(Check, ToldWhenMemoryIsOut) {
    const Checker ready = checker();
    for (const int jobs : {1, 3}) {
        Endless source("<iati-activities version='2.03'>", activity("GB-COH-1-a"), 20,
                       [] { throw std::bad_alloc(); });
        const auto ended = ready.check(source, "endless.xml", {.now_ms = kNow, .jobs = jobs});
        ASSERT_FALSE(ended);
        EXPECT_EQ(ended.error().cause, "there is not enough memory left to check this file");
    }
}

TEST(Check, TakesWhiteSpaceBesideACommentForText) {
    EXPECT_EQ(brief(check(file(activity("GB-COH-1-1<!--c--> ")))), Told{"1.3.1 GB-COH-1-1 "});
    EXPECT_EQ(brief(check(file(activity(" <?p?>GB-COH-1-1")))),
              (Told{"1.1.21  GB-COH-1-1", "1.3.1  GB-COH-1-1"}));
    EXPECT_EQ(brief(check(file(activity("GB-COH-1<!--c--> <!--d-->-1")))), Told{"1.1.21 GB-COH-1 -1"});
    EXPECT_EQ(brief(check(file(activity("GB-COH-1-1<!--c--> ") + activity("GB-COH-1-1")))),
              Told{"1.3.1 GB-COH-1-1 "})
        << "another identifier";
    EXPECT_EQ(brief(check(file(activity(
                  "GB-COH-1-a", "\n <!--c--> \n<related-activity ref='GB-COH-1-a' type='1'/> <!--c--> ")))),
              Told{});
}

TEST(Check, NamesElementsAsThePublicValidatorDoes) {
    const std::string bad = "<tag code='1' vocabulary='x'/>";
    const std::string linked = "<related-activity ref='X-1' type='1'/>";
    // Code lists count only those with code-list findings; advisories count none.
    EXPECT_EQ(brief(check(file(activity("GB-COH-1-a") + activity("GB-COH-1-a", bad) +
                               activity("GB-COH-1-a", bad + linked)))),
              (Told{"9.79.1 GB-COH-1-a", "9.79.1 GB-COH-1-a(2)", "1.1.2 file", "1000.0.6 GB-COH-1-a"}));
    // Several identifiers: code lists name all, the rest the first; a reference may name any.
    const std::string two = activity("GB-COH-1-a</iati-identifier><iati-identifier>GB-COH-1-b", bad);
    const std::string refers = activity("GB-COH-1-c", "<related-activity ref='GB-COH-1-b' type='1'/>");
    EXPECT_EQ(brief(check(file(two + refers))), (Told{"0.3.1 GB-COH-1-a", "9.79.1 GB-COH-1-a,GB-COH-1-b"}));
    // References are compared with text nodes.
    EXPECT_EQ(brief(check(file(activity("GB-COH-1<!--c-->-a") +
                               activity("GB-COH-1-b", "<related-activity ref='GB-COH-1-a' type='1'/>")))),
              Told{"1000.0.6 GB-COH-1-b"});
    // Organisations with one identifier: the last one's code-list findings stand for all.
    const auto organisation = [](std::string_view type) {
        return fmt::format(
            "<iati-organisation "
            "xml:lang='en'><organisation-identifier>GB-COH-1</organisation-identifier><name><narrative>"
            "n</narrative></name><reporting-org ref='GB-COH-1' "
            "type='{}'><narrative>n</narrative></reporting-org>"
            "</iati-organisation>",
            type);
    };
    const Report report = check("<iati-organisations version='2.03'>" + organisation("x") +
                                organisation("y") + organisation("10") + "</iati-organisations>");
    EXPECT_EQ(brief(report), (Told{"9.112.1 GB-COH-1", "1.1.2 file"}));
    EXPECT_EQ(report.findings[0].context[0].text, "\"y\" type reporting-org");
    EXPECT_EQ(check("<iati-activities version='2.03'><a></iati-activities>").file_type, "")
        << "no file of any type";
}

TEST(Check, BlamesWhatStandsAroundActivitiesAsThePublicValidatorDoes) {
    const std::string a = activity("GB-COH-1-a");
    const std::string b = activity("GB-COH-1-b");
    EXPECT_EQ(told(check(file("<stray/>" + a + b))), Told{"0.3.1@3:1x1 GB-COH-1-a"});
    EXPECT_EQ(told(check(file(a + "<stray/>" + b)))[0].substr(0, 5), "0.3.1");
    EXPECT_TRUE(told(check(file(a + "<stray/>" + b)))[0].ends_with("GB-COH-1-b"));
    EXPECT_EQ(told(check(file(a + b + "<stray/>"))), Told{}) << "what follows the last activity is lost";
    EXPECT_EQ(check(file(a + b + "<stray/>"), {}, Profile::strict).counts[0], 1U) << "but not strictly";
    EXPECT_EQ(told(check(file("loose" + a))), Told{"0.3.1@3:1x1 GB-COH-1-a"});
    EXPECT_EQ(told(check(file(""))), Told{"0.3.1@1:1x1 file"});
    const std::string bad_root = "<iati-activities version='2.03' bad='1'>" + a + b + "</iati-activities>";
    EXPECT_EQ(told(check(bad_root)), (Told{"0.3.1@1:37x1 GB-COH-1-a", "0.3.1@1:37x1 GB-COH-1-b"}));
    EXPECT_EQ(told(check(bad_root, {}, Profile::strict)), Told{"0.3.1@1:37x1 file"});
    const std::string foreign = "<x:e xmlns:x='urn:x'/>";
    EXPECT_EQ(told(check(file(a + foreign + b))), Told{});
    EXPECT_EQ(told(check(file(a + foreign + b + activity("GB-COH-1-c", "<budget/>")))).size(), 2U)
        << "where the file is not valid otherwise, the extension is blamed too";
}

TEST(Check, TellsStagesInOrder) {
    const Report report = check(file(activity("GB-COH-1-b", "<related-activity type='1' ref='X'/><result/>") +
                                     activity("XX-1", "<sector code='zz'/>")));
    std::vector<std::string> ids;
    for (const Finding& finding : report.findings) ids.push_back(finding.id);
    EXPECT_EQ(ids, (std::vector<std::string>{"0.3.1", "0.3.1", "9.76.1", "1.1.21", "2.1.1", "1000.0.6"}));
}

TEST(Check, MakesOnlyTheChecksAskedFor) {
    const std::string text =
        file(activity("XX-1", "<sector code='zz'/><related-activity type='1' ref='X'/><budget/>"));
    EXPECT_EQ(check(text, {.checks = Checks::schema}).findings.at(0).id, "0.3.1");
    EXPECT_EQ(check(text, {.checks = Checks::code_lists}).findings.at(0).id, "9.76.1");
    EXPECT_EQ(check(text, {.checks = Checks::rules | Checks::code_lists}).findings.size(), 3U);
}

TEST(Check, GivesTheSameForAnyNumberOfThreads) {
    std::string inside;
    for (int i = 0; i < 3000; ++i)
        inside += activity(fmt::format("GB-COH-1-{}", i % 2900), i % 7 == 0    ? "<budget/>\n"
                                                                 : i % 11 == 0 ? "<sector code='zz'/>\n"
                                                                               : "\n");
    const std::string text = file(inside);
    const Told one = told(check(text));
    EXPECT_GT(one.size(), 500U);
    for (const int jobs : {2, 3, 8}) EXPECT_EQ(told(check(text, {.jobs = jobs})), one) << jobs;
    // The first fault counts, whoever finds it.
    std::string spoilt = text;
    spoilt.replace(spoilt.find("<budget/>", spoilt.size() / 2), 9, "<budget>&");
    spoilt.replace(spoilt.find("<budget/>", spoilt.size() * 3 / 4), 9, "<budget>&");
    const Told first = told(check(spoilt));
    EXPECT_EQ(first.size(), 1U);
    for (const int jobs : {2, 8}) EXPECT_EQ(told(check(spoilt, {.jobs = jobs})), first) << jobs;
}

TEST(Check, BoundsWhatOneElementMayHold) {
    Options options;
    options.most_bytes_of_element = 1024;
    const std::string text =
        file(activity("GB-COH-1-a", fmt::format("<!-- {} -->", std::string(1 << 20, 'x'))));
    const auto large = xml::memory_source(text);
    const auto report = checker().check(*large, "large.xml", options);
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, ErrorCode::out_of_range);
}

TEST(Check, TakesLittleTimeForHostileFiles) {
    // The public validator takes 19 seconds for a file like the first.
    std::string references;
    for (int i = 0; i < 12'000; ++i)
        references += fmt::format("<related-activity type='1' ref='unknown-activity-number-{}'/>", i);
    const std::string hostile[] = {
        file(activity("GB-COH-1-a", references)),
        file("<iati-activity " +
             [] {
                 std::string many;
                 for (int i = 0; i < 100'000; ++i) many += fmt::format("a{}='' ", i);
                 return many;
             }() +
             "/>"),
        file([] {
            std::string many;
            for (int i = 0; i < 20'000; ++i) many += "<iati-activity/><x xmlns='u'/>";
            return many;
        }()),
        file(activity("GB-COH-1-a",
                      [] {
                          std::string many;
                          for (int i = 0; i < 40'000; ++i)
                              many += fmt::format("<sector vocabulary='{}' code='1'/>", i);
                          return many;
                      }())),
        std::string(2 << 20, '<'),
        file(std::string(1 << 20, '&')),
        file("<!--" + std::string(2 << 20, '-')),
    };
    for (const std::string& text : hostile) {
        // A bound against quadratic work, in processor time: however busy the machine is.
        const std::clock_t start = std::clock();
        check(text);
        EXPECT_LT((std::clock() - start) / CLOCKS_PER_SEC, 30) << text.substr(0, 200);
    }
}

TEST(Check, AgreesWithThePublicValidatorOnItsSamples) {
    const std::string standard = TAMGA_IATI_STANDARD;
    if (standard.empty()) GTEST_SKIP() << "the public sample files are not here: set TAMGA_IATI_STANDARD";
    std::map<std::string, std::map<std::string, std::pair<std::string, std::uint64_t>>> expected;
    std::ifstream table(standard + "/samples/expected.tsv");
    std::string line;
    std::getline(table, line);
    while (std::getline(table, line)) {
        std::vector<std::string> cells;
        std::istringstream split(line);
        for (std::string cell; std::getline(split, cell, '\t');) cells.push_back(cell);
        ASSERT_GE(cells.size(), 6U);
        EXPECT_EQ(cells[2], "yes");
        auto& rules = expected[cells[0]];
        if (!cells[3].empty()) rules[cells[3]] = {cells[4], std::stoull(cells[5])};
    }
    ASSERT_FALSE(expected.empty());
    for (const auto& [name, rules] : expected) {
        const auto source = xml::open_source(standard + "/samples/" + name);
        ASSERT_TRUE(source);
        const auto report = checker().check(**source, name, {.now_ms = kNow, .jobs = 2});
        ASSERT_TRUE(report) << report.error().message();
        EXPECT_TRUE(report->valid());
        std::map<std::string, std::pair<std::string, std::uint64_t>> ours;
        for (const Finding& finding : report->findings) {
            auto& entry = ours[finding.id];
            entry.first = iati::name(finding.severity);
            ++entry.second;
        }
        EXPECT_EQ(ours, rules) << name;
    }
}

}  // namespace
}  // namespace tamga::iati
