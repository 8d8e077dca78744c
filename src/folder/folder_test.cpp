#include "folder/folder.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <random>

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
                                    bool withdraw_missing = false) {
        std::vector<Finding> findings;
        Changes changes = Changes::read(files, findings);
        auto store = *store::open(path(name).string(), store::Mode::write);
        journal::Journal journal(*store, [] { return 1'800'000'000; });
        if (withdraw_missing) {
            auto reader = *query::Register::open(path(name).string(), [] { return 1'800'000'000; });
            EXPECT_TRUE(changes.withdraw_missing(*reader->now(), "gone"));
        }
        std::vector<journal::Refusal> refusals;
        if (findings.empty()) {
            auto done = journal.append("tests", changes.changes(), changes.files(), refusals);
            if (done) appended_ = *done;
            EXPECT_EQ(done.has_value(), refusals.empty());
        } else {
            EXPECT_TRUE(journal.preview(changes.changes(), changes.files(), refusals, [](auto, auto) {}));
        }
        for (const journal::Refusal& refusal : refusals) findings.push_back(changes.finding(refusal));
        Changes::sort(findings);
        std::vector<std::string> messages;
        for (const Finding& finding : findings) messages.push_back(finding.message());
        return messages;
    }

    std::vector<std::pair<std::string, std::string>> exported(const std::string& name) {
        auto reader = *query::Register::open(path(name).string(), [] { return 1'800'000'000; });
        std::vector<std::pair<std::string, std::string>> out;
        const auto files = *files_of(*reader->now());
        for (const File& file : files) out.emplace_back(file.name, file.content);
        return out;
    }

    journal::Appended appended_{};

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
            "declaration, joint-statement, communique, memorandum, action-plan, outcome-list, initiative, "
            "regulations or other",
            "instruments.csv:2:4: date: '31.12.2025' is not a date; write a year, a month or a day: 2025, "
            "2025-06 or 2025-06-17",
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
        std::vector<Finding> findings;
        const Changes changes = Changes::read(files, findings);
        auto store = *store::open("sqlite::memory:", store::Mode::write);
        std::vector<journal::Refusal> refusals;
        const auto done = journal::Journal(*store, [] {
                              return 1'800'000'000;
                          }).append("tests", changes.changes(), changes.files(), refusals);
        ASSERT_EQ(done.has_value(), refusals.empty());
        for (const journal::Refusal& refusal : refusals) findings.push_back(changes.finding(refusal));
        ++(findings.empty() ? taken : refused);
        for (const Finding& finding : findings) {
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
    std::erase_if(less, [](const File& file) {
        return file.name == "provisions.csv" || file.name == "instruments.csv";
    });
    EXPECT_EQ(import("a", less, true), std::vector<std::string>());
    EXPECT_EQ(appended_.withdrawn, 2u);
    EXPECT_EQ(import("a", less, true), std::vector<std::string>());
    EXPECT_EQ(appended_.withdrawn, 0u);
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

}  // namespace
}  // namespace tamga::folder
