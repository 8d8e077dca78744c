#include "folder/folder.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <random>

#include "journal/writer.hpp"
#include "status/judged.hpp"
#include "store/store.hpp"

namespace tamga::folder {
namespace {

namespace fs = std::filesystem;

class FolderTest : public testing::Test {
  protected:
    FolderTest() {
        folder_ = fs::temp_directory_path() / ("tamga_folder_" + std::to_string(getpid()));
        fs::remove_all(folder_);
        fs::create_directories(folder_);
    }
    ~FolderTest() override { fs::remove_all(folder_); }

    fs::path path(const std::string& name) const { return folder_ / name; }

    /// Imports files into the database called `name`; gives what was wrong.
    std::vector<std::string> import(const std::string& name, const std::vector<File>& files,
                                    bool withdraw_missing = false, const ReadOptions& options = {}) {
        if (withdraw_missing) return import_and_withdraw(name, files);
        Findings findings, warnings;
        Changes changes = Changes::read(files, findings, options);
        auto store = *store::open(path(name).string(), store::Mode::write);
        journal::Writer writer(*store, [] { return 1'800'000'000; });
        auto reader = *query::Register::open(path(name).string(), [] { return 1'800'000'000; });
        const auto view = reader->now();
        EXPECT_TRUE(changes.complete(*view));
        differences_.clear();
        for (const Difference& difference : changes.differences())
            differences_.push_back(changes.changes()[difference.index].name.text() + " " + difference.column +
                                   ": " + difference.before + " > " + difference.after);
        EXPECT_EQ(changes.difference_count(), differences_.size());
        after_erasures_.clear();
        const auto erased = after_erasures(*view, changes.changes());
        for (const AfterErasure& one : *erased)
            after_erasures_.push_back(changes.changes()[one.index].name.text() + ": " + one.erasure.reason);
        std::vector<journal::Refusal> refusals;
        if (findings.empty()) {
            auto done = writer.submit({journal::Author::parse("tests"), changes.changes(), changes.files()},
                                      refusals);
            if (done) appended_ = *done;
            EXPECT_EQ(done.has_value(), refusals.empty());
        } else {
            EXPECT_TRUE(
                writer.preview({{}, changes.changes(), changes.files()}, refusals, [](auto, auto) {}));
        }
        changes.tell(refusals, findings);
        Earlier earlier;
        EXPECT_TRUE(changes.warn(&*view, Date::of_day(2026, 11, 26), warnings, earlier));
        warnings_ = messages(warnings);
        errors_ = findings.count();
        return messages(findings);
    }

    std::vector<std::string> import_and_withdraw(const std::string& name, const std::vector<File>& files) {
        auto store = *store::open(path(name).string(), store::Mode::write);
        journal::Writer writer(*store, [] { return 1'800'000'000; });
        std::vector<Source> sources;
        for (const File& file : files) sources.push_back({file.name, "", file.content});
        Findings findings;
        std::vector<journal::Refusal> refusals;
        Stream stream(std::move(sources), findings);
        const auto writing = *writer.begin(journal::Author::parse("tests"), refusals);
        while (const auto part = *stream.next()) EXPECT_TRUE(writing->add(part->changes(), part->files()));
        withdrawals_ = *stream.withdraw_missing(*writing, "gone");
        EXPECT_TRUE(writing->check());
        stream.tell(refusals, findings);
        if (auto done = writing->commit()) appended_ = *done;
        return messages(findings);
    }

    static std::vector<std::string> messages(const Findings& findings) {
        std::vector<std::string> messages;
        for (const Finding& finding : findings.told()) messages.push_back(finding.message());
        return messages;
    }

    std::vector<std::pair<std::string, std::string>> exported(const std::string& name) {
        auto reader = *query::Register::open(path(name).string(), [] { return 1'800'000'000; });
        std::vector<std::pair<std::string, std::string>> out;
        const auto files = *files_of(*reader->now());
        for (const File& file : files) out.emplace_back(file.name, file.content);
        return out;
    }

    void append(const std::string& name, const journal::Change& change) {
        auto store = *store::open(path(name).string(), store::Mode::write);
        std::vector<journal::Refusal> refusals;
        journal::Writer writer(*store, [] { return 1'800'000'000; });
        ASSERT_TRUE(writer.submit({journal::Author::parse("tests"), std::span(&change, 1)}, refusals));
    }

    journal::Appended appended_{};
    std::vector<std::string> differences_, after_erasures_, warnings_;
    std::size_t errors_ = 0;
    Withdrawals withdrawals_;

  private:
    fs::path folder_;
};

const std::vector<File> kSmall = {
    {"files/treaty.pdf", "%PDF-1.4 not really"},
    {"instruments.csv",
     "id,title@en,title@zh,type,parties,authentic_languages,original,sources\r\n"
     "treaty,\"Treaty, the\",条约,treaty,cn;kz,zh;ru,treaty.pdf,page#sentence 1\\; 2;page#table\r\n"},
    {"parties.csv",
     "id,title@en,title@zh,title@kk,type\r\ncn,China,中国,Қытай,state\r\n"
     "kz,\"two\nlines \"\"q\"\"\",,,state\r\n"},
    {"provisions.csv", "id,instrument,number,position\r\ntreaty-1,treaty,Article 1,1\r\n"},
    {"redirects.csv", "kind,from,to\r\nparty,prc,cn\r\n"},
    {"sources.csv", "id,title@en,url\r\npage,A page,https://example.org/a?b=c\r\n"},
};

TEST_F(FolderTest, ExportsWhatWasImportedToTheByte) {
    EXPECT_EQ(import("a", kSmall), std::vector<std::string>());
    EXPECT_EQ(appended_.created, 5u);
    const auto first = exported("a");
    ASSERT_EQ(first.size(), kSmall.size());
    for (std::size_t i = 0; i < first.size(); ++i) {
        EXPECT_EQ(first[i].first, kSmall[i].name);
        EXPECT_EQ(first[i].second, kSmall[i].content);
    }
    std::vector<File> again;
    for (const auto& [name, content] : first) again.push_back({name, content});
    EXPECT_EQ(import("b", again), std::vector<std::string>());
    EXPECT_EQ(exported("b"), first);
}

TEST_F(FolderTest, AddsNothingTheSecondTime) {
    EXPECT_EQ(import("a", kSmall), std::vector<std::string>());
    const auto head = appended_.head;
    EXPECT_EQ(import("a", kSmall), std::vector<std::string>());
    EXPECT_EQ(appended_.head, head);
    EXPECT_EQ(appended_.unchanged, 6u);
}

TEST_F(FolderTest, TellsEveryErrorWhereItStands) {
    const std::vector<File> files = {
        {"instruments.csv",
         "id,title@en,type,date,parties,orignal,summary@en\nt,Treaty,pact,31.12.2025,cn;xx,,\nt,\"open"},
        {"parties.csv", "id,title,type\ncn,China,state\n,Nobody,state\nKZ,Kazakhstan,state\n"},
        {"provisions.csv", "id,instrument,number,position\np,t,1,one\n"},
        {"redirects.csv", "kind,from,to\nplanet,mars,red\n"},
    };
    EXPECT_EQ(
        import("a", files),
        (std::vector<std::string>{
            "instruments.csv:1:6: instruments have no column 'orignal'; did you mean original?",
            "instruments.csv:1:7: instruments have no column 'summary@en'; the columns of instruments.csv "
            "are "
            "told in docs/formats/register-folder.md",
            "instruments.csv:2:3: type: 'pact' is not one of its values; write treaty, agreement, "
            "convention, charter, protocol, declaration, memorandum, exchange-of-notes, modus-vivendi, "
            "joint-statement, communique, action-plan, outcome-list, initiative, regulations or other",
            "instruments.csv:2:4: date: '31.12.2025' is not a date; write a year, a month or a day: 2025, "
            "2025-06 or 2025-06-17; or say --dates dmy where all dates are written so",
            "instruments.csv:2:5: parties: there is no party 'xx'; add it to parties.csv, or name one that "
            "is there",
            "instruments.csv:3:1: the row has 2 cells and the first line 7; check the commas and quotation "
            "marks of this row",
            "instruments.csv:3:1: instrument:t is there twice; give each record one id of its own",
            "instruments.csv:3:2: a quotation mark opens this field and none closes it; end the field with a "
            "quotation mark; double those inside it",
            "instruments.csv:3:3: type: it is required and not there; What sort of instrument it is.",
            "parties.csv:1:2: the column 'title' does not say its language; write title@en, title@zh or "
            "another language",
            "parties.csv:2:1: title: it is required and not there; What the record is called, in each "
            "language that a source or an editor gives.",
            "parties.csv:3:1: the row has no id; give it an id of its own: lower-case letters, digits and "
            "hyphens",
            "parties.csv:4:1: 'KZ' is not an id; ids are lower-case letters, digits and hyphens, at most 100",
            "provisions.csv:2:4: position 'one' is not a whole number; write digits only, such as 3",
            "redirects.csv:2:1: 'planet' is not a kind; write party, commitment or another kind"}));
    EXPECT_EQ(exported("a").size(), 0u) << "nothing is written where anything is wrong";
}

TEST_F(FolderTest, TakesAnyBytesAtAll) {
    // Changed copies of a good folder: bytes dropped, doubled, or put in place of others. What is taken must
    // come out again the same; what is not must say where and why.
    std::mt19937 random(7);
    const auto pick = [&](std::size_t below) { return random() % below; };
    constexpr std::string_view kBytes("\",;\r\n\\#@:\0=\xff\xc3\xef\xbb\xbf 0-", 19);
    int taken = 0, refused = 0;
    for (int round = 0; round < 3000; ++round) {
        std::vector<File> files = kSmall;
        for (std::size_t i = 0, changes = 1 + pick(4); i < changes; ++i) {
            std::string& content = files[1 + pick(files.size() - 1)].content;
            const std::size_t at = pick(content.size());
            switch (pick(3)) {
                case 0:
                    content.erase(at, 1 + pick(5));
                    break;
                case 1:
                    content.insert(at, content.substr(at, pick(9)));
                    break;
                default:
                    content[at] = kBytes[pick(kBytes.size())];
            }
            if (content.empty()) content = "x";
        }
        Findings findings;
        const Changes changes = Changes::read(files, findings);
        auto store = *store::open("sqlite::memory:", store::Mode::write);
        std::vector<journal::Refusal> refusals;
        const auto done =
            journal::Writer(*store, [] {
                return 1'800'000'000;
            }).submit({journal::Author::parse("tests"), changes.changes(), changes.files()}, refusals);
        ASSERT_EQ(done.has_value(), refusals.empty());
        changes.tell(refusals, findings);
        ++(findings.empty() ? taken : refused);
        for (const Finding& finding : findings.told()) {
            ASSERT_FALSE(finding.cause.empty());
            ASSERT_NE(finding.place.find(':'), std::string::npos) << finding.message();
        }
    }
    EXPECT_GT(taken, 200);
    EXPECT_GT(refused, 1000);
}

TEST_F(FolderTest, WithdrawsWhatIsNoLongerThere) {
    EXPECT_EQ(import("a", kSmall), std::vector<std::string>());
    std::vector<File> less = kSmall;
    for (File& file : less)
        if (file.name == "provisions.csv" || file.name == "instruments.csv")
            file.content.resize(file.content.find('\n') + 1);  // No row is left.
    EXPECT_EQ(import("a", less, true), std::vector<std::string>());
    EXPECT_EQ(appended_.withdrawn, 2u);
    EXPECT_EQ(withdrawals_.withdrawn, 2u);
    EXPECT_EQ(withdrawals_.of, 5u);
    EXPECT_TRUE(withdrawals_.many());
    EXPECT_EQ(import("a", less, true), std::vector<std::string>());
    EXPECT_EQ(appended_.withdrawn, 0u);
    EXPECT_FALSE(withdrawals_.many());
}

TEST_F(FolderTest, WithdrawsNothingOfAKindWhoseFileIsNotThere) {
    EXPECT_EQ(import("a", kSmall), std::vector<std::string>());
    const auto before = exported("a");
    const std::vector<File> one = {
        {"sources.csv", "id,title@en,url\npage,A page,https://example.org/a?b=c\n"}};
    EXPECT_EQ(import("a", one, true), std::vector<std::string>());
    EXPECT_EQ(appended_.withdrawn, 0u);
    EXPECT_EQ(exported("a"), before);
}

TEST_F(FolderTest, AsksAboutMoreThanATenth) {
    std::string parties = "id,title@en,type\n";
    for (int i = 0; i < 20; ++i) parties += "p" + std::to_string(i) + ",A state,state\n";
    EXPECT_EQ(import("a", {{"parties.csv", parties}}), std::vector<std::string>());
    const auto without = [&](std::vector<std::string> gone) {
        std::string less = parties;
        for (const std::string& id : gone) less.erase(less.find("\n" + id + ","), id.size() + 15);
        EXPECT_EQ(import("b", {{"parties.csv", parties}}), std::vector<std::string>());
        EXPECT_EQ(import("b", {{"parties.csv", less}}, true), std::vector<std::string>());
        EXPECT_EQ(withdrawals_.withdrawn, gone.size());
        return withdrawals_.many();
    };
    EXPECT_FALSE(without({"p3", "p7"}));
    EXPECT_TRUE(without({"p3", "p7", "p9"}));
}

TEST_F(FolderTest, LeavesWhatAFileHasNoColumnFor) {
    EXPECT_EQ(import("a", kSmall), std::vector<std::string>());
    const auto before = exported("a");
    // A sheet of two columns, as somebody sends who has only the English titles.
    EXPECT_EQ(import("a", {{"instruments.csv", "id,title@en\ntreaty,\"Treaty, the\"\n"}}),
              std::vector<std::string>());
    EXPECT_EQ(appended_.unchanged, 1u);
    EXPECT_EQ(differences_, std::vector<std::string>());
    EXPECT_EQ(exported("a"), before);

    EXPECT_EQ(
        import("a", {{"instruments.csv", "id,title@en,date,title@ru\ntreaty,The treaty,2025-06,Договор\n"}}),
        std::vector<std::string>());
    EXPECT_EQ(differences_, (std::vector<std::string>{"instrument:treaty title@en: Treaty, the > The treaty",
                                                      "instrument:treaty title@ru:  > Договор",
                                                      "instrument:treaty date:  > 2025-06"}));
    const auto after = exported("a");
    EXPECT_EQ(after[1].second,
              "id,title@en,title@zh,title@ru,type,date,parties,authentic_languages,original,sources\r\n"
              "treaty,The treaty,条约,Договор,treaty,2025-06,cn;kz,zh;ru,treaty.pdf,page#sentence 1\\; "
              "2;page#table\r\n");
}

TEST_F(FolderTest, KeepsANameWithItsLanguagesOrWithout) {
    const std::string header = "id,title@en,speaker,speaker@en,speaker@zh\r\n";
    const std::string both = header + "a,A word,,Xi Jinping,习近平\r\nb,A word,The author,,\r\n";
    EXPECT_EQ(import("a", {{"statements.csv", both}}), std::vector<std::string>());
    EXPECT_EQ(exported("a"), (std::vector<std::pair<std::string, std::string>>{{"statements.csv", both}}));

    // A sheet from before names had languages says nothing new, but for another name.
    EXPECT_EQ(import("a", {{"statements.csv", "id,speaker\na,Xi Jinping\nb,The author\n"}}),
              std::vector<std::string>());
    EXPECT_EQ(appended_.unchanged, 2u);
    EXPECT_EQ(import("a", {{"statements.csv", "id,speaker@ru\na,Си Цзиньпин\nb,Автор\n"}}),
              std::vector<std::string>());
    EXPECT_EQ(differences_, (std::vector<std::string>{"statement:a speaker@ru:  > Си Цзиньпин",
                                                      "statement:b speaker: The author > ",
                                                      "statement:b speaker@ru:  > Автор"}));
    EXPECT_EQ(import("a", {{"statements.csv", "id,speaker\na,Wang Yi\n"}}), std::vector<std::string>());
    EXPECT_EQ(exported("a").front().second,
              "id,title@en,speaker,speaker@ru\r\na,A word,Wang Yi,\r\nb,A word,,Автор\r\n");

    EXPECT_EQ(import("a", {{"statements.csv", "id,speaker,speaker@zh\na,Wang Yi,王毅\n"}}),
              (std::vector<std::string>{
                  "statements.csv:2:3: speaker has a language in one column and none in another; "
                  "empty one of them"}));
}

TEST_F(FolderTest, ClearsWhatHasAColumnAndAnEmptyCell) {
    EXPECT_EQ(import("a", kSmall), std::vector<std::string>());
    EXPECT_EQ(import("a", {{"instruments.csv", "id,sources,title@zh\ntreaty,,\n"}}),
              std::vector<std::string>());
    EXPECT_EQ(differences_,
              (std::vector<std::string>{"instrument:treaty title@zh: 条约 > ",
                                        "instrument:treaty sources: page#sentence 1\\; 2;page#table > "}));
    // What is required cannot be cleared.
    EXPECT_EQ(
        import("a", {{"instruments.csv", "id,title@en\ntreaty,\n"}}),
        (std::vector<std::string>{
            "instruments.csv:2:2: title: it is required and not there; What the record is called, in each "
            "language that a source or an editor gives."}));
}

TEST_F(FolderTest, LeavesTheFieldsOfARecordThatItRenames) {
    EXPECT_EQ(import("a", kSmall), std::vector<std::string>());
    EXPECT_EQ(import("a", {{"parties.csv", "id,title@en\nkaz,Kazakhstan\n"},
                           {"redirects.csv", "kind,from,to\nparty,kz,kaz\n"}}),
              std::vector<std::string>());
    EXPECT_EQ(differences_, (std::vector<std::string>{"party:kaz title@en: two\nlines \"q\" > Kazakhstan"}));
}

TEST_F(FolderTest, KnowsWhatMayBringErasedTextBack) {
    const std::vector<File> secret = {{"parties.csv", "id,title@en,type\ncn,China,state\nkz,Secret,state\n"}};
    EXPECT_EQ(import("a", secret), std::vector<std::string>());
    append("a",
           {.verb = journal::Verb::redact, .name = {Kind::party, "kz"}, .reason = "a law", .redacted = {2}});
    EXPECT_EQ(import("a", secret), std::vector<std::string>());
    EXPECT_EQ(after_erasures_, (std::vector<std::string>{"party:kz: a law"}));
    // It stands there again now; the same file adds nothing, and so nothing comes back.
    EXPECT_EQ(import("a", secret), std::vector<std::string>());
    EXPECT_EQ(after_erasures_, std::vector<std::string>());
    // Under another id it is the same record still.
    append("a", {.verb = journal::Verb::rename, .name = {Kind::party, "kz"}, .to = "kaz"});
    EXPECT_EQ(import("a", {{"parties.csv", "id,title@en\nkaz,Secret again\ncn,China\n"}}),
              std::vector<std::string>());
    EXPECT_EQ(after_erasures_, (std::vector<std::string>{"party:kaz: a law"}));
}

// -- files as spreadsheets save them

const std::vector<File> kRiver = {
    {"parties.csv", "id,title@en,type\nardel,Ardel,state\nbrona,Brona,state\n"},
    {"series.csv", "id,title@en,indicator,flow,unit\nflow,Water,release,other,million m3\n"},
};
std::vector<File> with(std::vector<File> files, const File& file) {
    std::erase_if(files, [&](const File& one) { return one.name == file.name; });
    files.push_back(file);
    return files;
}

TEST_F(FolderTest, ReadsSemicolonsTabsAndDecimalCommas) {
    for (const char* const table :
         {"id;series;period;value\nf;flow;2025-05;12,5\ng;flow;2025-06;-1\n",
          "id\tseries\tperiod\tvalue\nf\tflow\t2025-05\t12,5\ng\tflow\t2025-06\t-1\n",
          "sep=;\nid;series;period;value\nf;flow;2025-05;12.5\ng;flow;2025-06;-1\n"}) {
        const std::string name = std::to_string(std::string_view(table).size());
        EXPECT_EQ(import(name, with(kRiver, {"observations.csv", table})), std::vector<std::string>());
        EXPECT_EQ(exported(name)[0].second,
                  "id,series,period,value\r\nf,flow,2025-05,12.5\r\ng,flow,2025-06,-1\r\n");
    }
    EXPECT_EQ(import("lists", {{"parties.csv", "id;title@en;type\na;A;state\nb;B;state\n"},
                               {"mechanisms.csv", "id;title@en;parties\nm;M;\"a;b\"\n"}}),
              std::vector<std::string>());
}

TEST_F(FolderTest, GuessesNoDecimalPoint) {
    // 1.500 beside 12,5 may be fifteen hundred.
    EXPECT_EQ(import("a", with(kRiver, {"observations.csv",
                                        "id;series;period;value\nf;flow;2025;12,5\ng;flow;2024;1.500\n"})),
              (std::vector<std::string>{
                  "observations.csv:3:4: value: '1.500' is written with a point, and '12,5' in "
                  "observations.csv:2:4 with a comma; write all decimals of a file in one way"}));
}

TEST_F(FolderTest, TellsOneErrorOfABadNumber) {
    EXPECT_EQ(
        import("a", with(kRiver, {"observations.csv", "id,series,period,value\nf,flow,2025-05,\"12,5\"\n"})),
        (std::vector<std::string>{"observations.csv:2:4: value: '12,5' is not a decimal number; write digits "
                                  "with a point and no grouping: 1500000000 or 22.7"}));
}

TEST_F(FolderTest, ReadsDatesWithTheDayFirstWhereThatIsSaid) {
    const std::vector<File> files = {
        {"sources.csv",
         "id,title@en,date\na,A,17.06.2025\nb,B,1/6/"
         "2025\nc,C,06.2025\nd,D,2025\ne,E,2025-06-17\nf,F,31-12-2024\n"},
        {"series.csv", "id,title@en,indicator,flow,unit\nflow,Water,release,other,m3\n"},
        {"observations.csv", "id,series,period,value\no,flow,01.01.2025/31.03.2025,1\n"}};
    EXPECT_EQ(import("a", files, false, {.days_first = true}), std::vector<std::string>());
    const auto out = exported("a");
    EXPECT_EQ(out[0].second, "id,series,period,value\r\no,flow,2025-01-01/2025-03-31,1\r\n");
    EXPECT_EQ(out[2].second,
              "id,title@en,date\r\na,A,2025-06-17\r\nb,B,2025-06-01\r\nc,C,2025-06\r\nd,D,2025\r\n"
              "e,E,2025-06-17\r\nf,F,2024-12-31\r\n");
    // Where it is not said: one error a column, with its count.
    EXPECT_EQ(
        import("b", files),
        (std::vector<std::string>{
            "observations.csv:2:3: period: '01.01.2025/31.03.2025' is not a date; write a year, a month or a "
            "day: 2025, 2025-06 or 2025-06-17; or say --dates dmy where all dates are written so",
            "sources.csv:2:3: date: '17.06.2025' is not a date, and 3 more like it in this column (lines 3, "
            "4, "
            "7); write a year, a month or a day: 2025, 2025-06 or 2025-06-17; or say --dates dmy where all "
            "dates are written so"}));
    EXPECT_EQ(
        import("c", {{"sources.csv", "id,title@en,date\na,A,31.13.2025\n"}}, false, {.days_first = true})
            .size(),
        1u);
}

TEST_F(FolderTest, ReadsQuartersAsTheirMonths) {
    EXPECT_EQ(import("a", with(kRiver, {"observations.csv",
                                        "id,series,period,value\na,flow,2024-Q1,1\nb,flow,2024Q4,2\n"
                                        "c,flow,2023-Q3/2024-Q2,3\n"})),
              std::vector<std::string>());
    EXPECT_EQ(exported("a")[0].second,
              "id,series,period,value\r\na,flow,2024-01/2024-03,1\r\nb,flow,2024-10/2024-12,2\r\n"
              "c,flow,2023-07/2024-06,3\r\n");
    EXPECT_EQ(
        import("b", with(kRiver, {"observations.csv", "id,series,period,value\na,flow,2024-Q5,1\n"})).size(),
        1u);
}

TEST_F(FolderTest, PassesOverColumnsOfNothing) {
    EXPECT_EQ(import("a", {{"parties.csv",
                            "id,title@en,type,,,\nardel,Ardel,state,,,\nbrona,Brona,state\n"
                            "celta,Celta,state,,,,,\n"}}),
              std::vector<std::string>());
    EXPECT_EQ(appended_.created, 3u);
    EXPECT_EQ(import("b", {{"parties.csv", "id,title@en,type,,\nardel,Ardel,state,,x\n"}}),
              (std::vector<std::string>{"parties.csv:2:5: the column has no name, and here 'x'; name it in "
                                        "the first line, or empty it"}));
    EXPECT_EQ(import("c", {{"parties.csv", "id,title@en,type\nardel,Ardel,state,x\n"}}).size(), 1u);
}

TEST_F(FolderTest, PassesOverColumnsOfWhatIsDerived) {
    EXPECT_EQ(import("a", {{"parties.csv", "id,title@en,type,state (derived)\r\ncn,China,state,kept\r\n"}}),
              std::vector<std::string>());
    EXPECT_EQ(exported("a")[0].second, "id,title@en,type\r\ncn,China,state\r\n");
}

TEST_F(FolderTest, TakesAScoreWhoseSignASpreadsheetDropped) {
    EXPECT_EQ(import("a", {{"parties.csv", kRiver[0].content},
                           {"commitments.csv", "id,title@en,by\nwater,Release water,ardel\n"},
                           {"assessments.csv",
                            "id,title@en,commitment,assessor,score\na,It is there,water,A watcher,1\n"
                            "b,It is not,water,A watcher,-1\n"}}),
              std::vector<std::string>());
    EXPECT_EQ(exported("a")[0].second,
              "id,title@en,commitment,assessor,score\r\na,It is there,water,A watcher,+1\r\n"
              "b,It is not,water,A watcher,-1\r\n");
}

TEST_F(FolderTest, NamesTheCharacterThatLooksLikeAnother) {
    // One fault, one error: what links to it is not told to be missing.
    EXPECT_EQ(import("a", {{"parties.csv", "id,title@en,type\n\u0430rdel,Ardel,state\n"},
                           {"mechanisms.csv", "id,title@en,parties\nriver,River,ardel\n"}}),
              (std::vector<std::string>{
                  "parties.csv:2:1: id: '\u0430rdel' holds '\u0430' (U+0430, a Cyrillic letter "
                  "that looks like 'a') as its character 1; write 'ardel'"}));
    EXPECT_EQ(import("b", {{"sources.csv", "id,title@en,date\na,A,2025-06-17\u00a0\n"}}),
              (std::vector<std::string>{
                  "sources.csv:2:3: date: '2025-06-17\u00a0' holds a no-break space (U+00A0) as "
                  "its character 11; write '2025-06-17'"}));
    EXPECT_EQ(
        import("c", with(kRiver, {"observations.csv", "id,series,period,value\nf,flow,2025,\u22125\n"})),
        (std::vector<std::string>{
            "observations.csv:2:4: value: '\u22125' holds '\u2212' (U+2212, a minus sign that "
            "looks like '-') as its character 1; write '-5'"}));
    EXPECT_EQ(import("d", {{"parties.csv", "id,title@en,t\u0443pe\nardel,Ardel,state\n"}}),
              (std::vector<std::string>{
                  "parties.csv:1:3: the column 't\u0443pe' holds '\u0443' (U+0443, a Cyrillic letter "
                  "that looks like 'y') as its character 2; write 'type'"}));
}

TEST_F(FolderTest, TakesWhatCannotBeSeenForNothing) {
    EXPECT_EQ(
        import("a", {{"parties.csv", "id,title@en,type,title@zh\nardel,\u00a0,state,\u3000\n"}}),
        (std::vector<std::string>{"parties.csv:2:2: title: it is required and not there; What the record is "
                                  "called, in each language that a source or an editor gives."}));
}

TEST_F(FolderTest, CountsEveryError) {
    std::string parties = "id,title@en,type,country\n", sources = "id,title@en,url\n";
    for (int i = 0; i < 1500; ++i) {
        parties += "p" + std::to_string(i) + ",State,kingdom,nowhere" + std::to_string(i) + "\n";
        sources += "s" + std::to_string(i) + ",A,ftp://a\n";
    }
    const auto told = import("a", {{"parties.csv", parties}, {"sources.csv", sources}});
    EXPECT_EQ(errors_, 4500u);
    ASSERT_LE(told.size(), 1000u);
    EXPECT_EQ(told.back(),
              "sources.csv:2:3: url: 'ftp://a' is not a web address, and 1499 more like it in this column "
              "(lines 3, 4, "
              "5, 6, 7, 8, 9, 10, 11, 12, …); write an address that starts with https:// or http://");
}

TEST_F(FolderTest, WarnsOfWhatIsOddAndCouldBeTrue) {
    std::vector<File> files = {
        {"parties.csv", kRiver[0].content},
        {"commitments.csv",
         "id,title@en,by,to,made,due,target\nwater,Release water,ardel,ardel,2025,2020-01-01,-5\n"},
        {"reports.csv", "id,title@en,commitment,party,date\nr,Done,water,brona,2030-01-01\n"}};
    EXPECT_EQ(import("a", files), std::vector<std::string>());
    EXPECT_EQ(
        warnings_,
        (std::vector<std::string>{
            "commitments.csv:2:4: to: 'ardel' promises it to itself; correct it if it is a slip",
            "commitments.csv:2:6: due: '2020-01-01' is before made '2025'; correct one of them",
            "commitments.csv:2:7: target: there is no unit beside it; state it, if the source does",
            "commitments.csv:2:7: target: '-5' is below zero; a target is the number to be reached; correct "
            "it "
            "if it is a slip",
            "reports.csv:2:4: party: 'brona' neither promised it nor was promised it; correct it if it is a "
            "slip",
            "reports.csv:2:5: date: '2030-01-01' is still to come; correct it if it is a slip"}));
    // Told when it is written, not each time that the same file comes again.
    EXPECT_EQ(import("a", files), std::vector<std::string>());
    EXPECT_EQ(warnings_, std::vector<std::string>());
}

TEST_F(FolderTest, RefusesWhatCannotBe) {
    EXPECT_EQ(
        import("a",
               {{"projects.csv", "id,title@en,latitude,longitude\na,A,95,10\nb,B,-90,-180.5\nc,C,90,180\n"},
                {"meetings.csv",
                 "id,title@en,level,start,end\nm,M,summit,2025-05-05,2025-05-01\n"
                 "n,N,summit,2025-05-05,2025-05\n"}}),
        (std::vector<std::string>{
            "meetings.csv:2:5: end: '2025-05-01' is before start '2025-05-05'; correct one of them",
            "projects.csv:2:3: latitude: '95' is no latitude; write degrees north, from -90 to 90",
            "projects.csv:3:4: longitude: '-180.5' is no longitude; write degrees east, from -180 to 180"}));
}

TEST_F(FolderTest, KnowsTheTreatyHandbooksActions) {
    std::string actions = "id,instrument,party,type,effective\n";
    for (const char* const type :
         {"signature", "definitive-signature", "ratification", "acceptance", "approval", "accession",
          "succession", "formal-confirmation", "provisional-application", "notification", "denunciation",
          "withdrawal", "reservation", "declaration", "objection"})
        actions += std::string(type) + ",t,ardel," + type + ",2024-06-01\n";
    EXPECT_EQ(import("a", {{"parties.csv", kRiver[0].content},
                           {"instruments.csv",
                            "id,title@en,type\nt,T,convention\np,P,protocol\n"
                            "n,N,exchange-of-notes\nc,C,charter\nv,V,modus-vivendi\n"},
                           {"actions.csv", actions}}),
              std::vector<std::string>());
    EXPECT_EQ(appended_.created, 22u);
}

TEST_F(FolderTest, TakesAwayTheSignBeforeAFormula) {
    const std::string title = "id,title@en,type\r\nardel,";
    for (const auto& [text, downloaded] :
         {std::pair("=1+1", "'=1+1"), std::pair("'=1+1", "''=1+1"), std::pair("@home", "'@home"),
          std::pair("-5", "-5"), std::pair("'tis", "'tis")}) {
        const std::vector<Record> records = {
            {{Kind::party, "ardel"}, {{"title", {{"en", text}}}, {"type", "state"}}}};
        const std::string sheet = write_table(Kind::party, records, csv::For::spreadsheet);
        EXPECT_EQ(sheet, title + downloaded + ",state\r\n");
        for (const std::string& table : {sheet, write_table(Kind::party, records)}) {
            EXPECT_EQ(import("a", {{"parties.csv", table}}), std::vector<std::string>());
            auto reader = *query::Register::open(path("a").string(), [] { return 1'800'000'000; });
            EXPECT_EQ((*reader->now()->find({Kind::party, "ardel"}))->body["title"]["en"], text);
        }
    }
    EXPECT_EQ(write_table(Kind::party,
                          {{{Kind::party, "ardel"}, {{"title", {{"en", "=1+1"}}}, {"type", "state"}}}}),
              title + "=1+1,state\r\n")
        << "a register's own export stays as it is";
}

TEST_F(FolderTest, WritesBlankFilesThatCanBeRead) {
    std::vector<File> files;
    for (const KindInfo& kind : kinds()) files.push_back(blank_file(kind));
    EXPECT_EQ(files[0].content,
              "\xEF\xBB\xBFid,title@en,title@zh,title@ru,title@fr,publisher@en,publisher@zh,publisher@ru,"
              "publisher@fr,url,date,"
              "language,retrieved@en,retrieved@zh,retrieved@ru,retrieved@fr,frame,note@en,note@zh,note@ru,"
              "note@fr\r\n");
    EXPECT_EQ(import("a", files), std::vector<std::string>());
}

TEST_F(FolderTest, PassesOverWhatEditorsLeave) {
    fs::create_directories(path("f/files"));
    for (const char* const name : {"parties.csv", "~$parties.csv", ".~lock.parties.csv#", "parties.csv~",
                                   "._parties.csv", "parties.csv.bak", "files/~$treaty.docx"})
        std::ofstream(path("f") / name) << "id,title@en,type\n";
    std::vector<PassedOver> passed_over;
    const auto files = load(path("f"), &passed_over);
    ASSERT_TRUE(files);
    EXPECT_EQ(files->size(), 1u);
    EXPECT_EQ(passed_over.size(), 6u);
}

TEST_F(FolderTest, ReadsOnlyAFolderOfItsForm) {
    EXPECT_EQ(load(path("nowhere")).error().code, ErrorCode::not_found);
    fs::create_directories(path("f/files"));
    EXPECT_EQ(load(path("f")).error().code, ErrorCode::not_found);
    std::ofstream(path("f/parties.csv")) << "id\n";
    std::ofstream(path("f/notes.txt")) << "not read";
    std::ofstream(path("f/files/a.txt")) << "kept";
    const auto files = load(path("f"));
    ASSERT_TRUE(files);
    ASSERT_EQ(files->size(), 2u);
    EXPECT_EQ((*files)[0].name, "files/a.txt");
    std::ofstream(path("f/partys.csv")) << "id\n";
    EXPECT_EQ(load(path("f")).error().code, ErrorCode::invalid_input);
    fs::remove(path("f/partys.csv"));
    fs::create_symlink("/etc/hostname", path("f/files/b.txt"));
    EXPECT_EQ(load(path("f")).error().code, ErrorCode::invalid_input);
}

TEST_F(FolderTest, SavesIntoAnEmptyFolderOnly) {
    EXPECT_TRUE(save(kSmall, path("out")));
    EXPECT_EQ(save(kSmall, path("out")).error().code, ErrorCode::conflict);
    const auto files = load(path("out"));
    ASSERT_TRUE(files);
    EXPECT_EQ(files->size(), kSmall.size());
}

TEST_F(FolderTest, TheShippedCommitmentsAreJudgedAsDerivedOnEachDay) {
    const auto files = load(TAMGA_SOURCE "/registers/china-central-asia");
    ASSERT_TRUE(files);
    EXPECT_EQ(import("register.db", *files), std::vector<std::string>());
    const auto shipped = *query::Register::open(path("register.db").string(), [] { return 1'800'000'000; });
    const auto view = *shipped->now();
    const std::vector<query::SnapshotPtr> commitments = *view.all(Kind::commitment);
    ASSERT_GT(commitments.size(), 40u);
    std::size_t pieces = 0;
    for (const query::SnapshotPtr& commitment : commitments) {
        const std::vector<query::SnapshotPtr> evidence = *view.evidence_of(commitment->name);
        StatusInput input{{commitment->name, &commitment->body}, {}, Date::of_day(2010, 1, 1)};
        for (const query::SnapshotPtr& one : evidence) input.linked.push_back({one->name, &one->body});
        const std::vector<Judged> judged = judged_over_days(input);
        pieces += judged.size();
        // Around each of its days, and on each day of a year in which much is dated.
        std::set<Date> days;
        for (const Judged& piece : judged)
            for (const int step : {0, 1, 2, 27, 28, 29, 30, 31}) {
                days.insert(piece.from.plus_days(step));
                if (piece.from > input.day) days.insert(piece.from.plus_days(-step));
            }
        for (Date day = Date::of_day(2025, 1, 1); day.year() < 2026; day = day.plus_days(1)) days.insert(day);
        std::size_t at = 0;
        for (const Date& day : days) {
            if (day < input.day) continue;
            while (at + 1 < judged.size() && judged[at + 1].from <= day) ++at;
            input.day = day;
            ASSERT_EQ(judged[at].judgement, derive_status(input).judgement())
                << commitment->name.text() << " on " << day.text() << ": " << judged_text(judged);
            input.day = judged.front().from;
        }
    }
    EXPECT_GT(pieces, 3 * commitments.size());
}

}  // namespace
}  // namespace tamga::folder
