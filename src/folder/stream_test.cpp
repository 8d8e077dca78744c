#include <gtest/gtest.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "folder/folder.hpp"
#include "journal/writer.hpp"
#include "store/store.hpp"

// A folder that is read part by part is the folder that is read at once.

namespace tamga::folder {
namespace {

/// What a folder leaves in a register, or what is wrong with it.
struct Left {
    std::vector<std::string> findings, warnings, differences, headers;
    std::size_t errors = 0, withdrawn = 0, of = 0;
    bool operator==(const Left&) const = default;
};
void PrintTo(const Left& left, std::ostream* out) {
    for (const auto* texts : {&left.findings, &left.warnings, &left.differences, &left.headers})
        for (const std::string& text : *texts) *out << text << '\n';
    *out << left.errors << ' ' << left.withdrawn << ' ' << left.of << '\n';
}

std::vector<std::string> messages(const Findings& findings) {
    std::vector<std::string> messages;
    for (const Finding& finding : findings.told()) messages.push_back(finding.message());
    return messages;
}

class StreamTest : public testing::Test {
  protected:
    StreamTest()
        : folder_(std::filesystem::temp_directory_path() / ("tamga_stream_" + std::to_string(getpid()))) {
        std::filesystem::create_directories(folder_);
    }
    ~StreamTest() override { std::filesystem::remove_all(folder_); }

    std::string database() const { return (folder_ / "register.db").string(); }

    Left import(const std::vector<File>& files, std::size_t part, bool withdraw_missing = false) {
        Left left;
        auto store = *store::open(database(), store::Mode::write);
        journal::Writer writer(*store, [] { return 1'800'000'000; });
        auto reader = *query::Register::open(database(), [] { return 1'800'000'000; });
        const auto view = reader->now();
        std::vector<Source> sources;
        for (const File& file : files) sources.push_back({file.name, "", file.content});
        Findings findings, warnings;
        std::vector<journal::Refusal> refusals;
        Stream stream(std::move(sources), findings);
        auto writing = *writer.begin(journal::Author::parse("tests"), refusals);
        const auto tell = [&] {
            stream.tell(refusals, findings);
            refusals.clear();
        };
        Earlier earlier{.written = [&](const RecordId& name) { return writing->body(name); }};
        for (;;) {
            auto changes = *stream.next(part);
            if (!changes) break;
            EXPECT_LE(changes->changes().size(), part);
            EXPECT_TRUE(changes->complete(*view));
            EXPECT_TRUE(changes->warn(&*view, Date::of_day(2026, 11, 26), warnings, earlier));
            for (const Difference& one : changes->differences())
                left.differences.push_back(changes->changes()[one.index].name.text() + " " + one.column +
                                           ": " + one.before + " > " + one.after);
            EXPECT_TRUE(writing->add(changes->changes(), changes->files()));
            tell();
        }
        if (withdraw_missing) {
            const auto gone = *stream.withdraw_missing(*writing, "gone");
            left.withdrawn = gone.withdrawn;
            left.of = gone.of;
        }
        EXPECT_TRUE(writing->check());
        tell();
        left.findings = messages(findings);
        left.errors = findings.count();
        left.warnings = messages(warnings);
        if (findings.empty()) {
            EXPECT_TRUE(writing->commit());
        }
        writing.reset();
        EXPECT_TRUE(store->entries({1}, *store->head(), [&](const store::Entry& entry, const auto* payload) {
            // Payload hashes are salted.
            const std::size_t hash = entry.header.find("\"payload\"");
            left.headers.push_back(entry.header.substr(0, hash) +
                                   (payload ? entry.header.substr(hash + 77) + payload->body : ""));
            return true;
        }));
        return left;
    }
    /// Of registers that each hold `before`.
    Left same(const std::vector<std::vector<File>>& before, const std::vector<File>& files,
              bool withdraw_missing = false) {
        const auto with = [&](std::size_t part) {
            std::filesystem::remove(database());
            for (const auto& one : before) import(one, 1000);
            return import(files, part, withdraw_missing);
        };
        const Left whole = with(1000);
        for (const std::size_t part : {1u, 2u, 3u}) EXPECT_EQ(with(part), whole) << part;
        return whole;
    }

    using Texts = std::vector<std::string>;

  private:
    std::filesystem::path folder_;
};

const std::vector<File> kFolder = {
    {"commitments.csv",
     "id,title@en,by,results\nwater,Release water,ardel,project:canal\nroad,Build a road,brona,\n"},
    {"files/treaty.pdf", "%PDF-1.4 not really"},
    {"instruments.csv",
     "id,title@en,type,parties,original\nt,\"two\nlines\",treaty,ardel;brona,treaty.pdf\n"
     "u,Another,treaty,old,treaty.pdf\n"},
    {"parties.csv",
     "id,title@en,type,country\nardel,Ardel,state,\nbrona,Brona,state,\norg,Org,organisation,zed\n"
     "zed,Zed,state,\n"},
    {"projects.csv", "id,title@en,status\n\ncanal,Canal,closed\n"},
    {"redirects.csv", "kind,from,to\nparty,old,ardel\n"},
    {"reports.csv", "id,title@en,commitment,party,date\nr,Done,water,brona,2026-01-01\n"},
};

TEST_F(StreamTest, WritesTheSameInAnyParts) {
    const Left left = same({}, kFolder);
    EXPECT_EQ(left.findings, Texts());
    EXPECT_EQ(left.headers.size(), 11u);
    EXPECT_EQ(
        left.warnings,
        (Texts{"reports.csv:2:4: party: 'brona' neither promised it nor was promised it; correct it if it "
               "is a slip"}));
}

TEST_F(StreamTest, ChangesTheSameInAnyParts) {
    const std::vector<File> again = {
        {"parties.csv", "id,title@en\nardel,The Ardel\nbrona,Brona\nzed,Zed\norg,Org\n"},
        {"instruments.csv", "id,date\nt,2025-06\nw,2025\n"},
        {"redirects.csv", "kind,from,to\nparty,old,ardel\ninstrument,u,w\n"},
        {"projects.csv", "id,title@en\n"},
        {"reports.csv", "id,title@en\n"},
        {"commitments.csv", "id,title@en,results\nwater,Release water,\nroad,Build a road,\n"},
    };
    const Left left = same({kFolder}, again, true);
    EXPECT_EQ(left.findings, Texts());
    EXPECT_EQ(left.differences,
              (Texts{"party:ardel title@en: Ardel > The Ardel", "instrument:t date:  > 2025-06",
                     "instrument:w date:  > 2025", "commitment:water results: project:canal > "}));
    EXPECT_EQ(left.withdrawn, 2u);
    EXPECT_EQ(left.of, 10u);
}

TEST_F(StreamTest, TellsTheSameErrorsInAnyParts) {
    std::vector<File> files = {
        {"parties.csv",
         "id,title@en,type,country\nardel,Ardel,state,nowhere\n\nbrona,Brona,kingdom,\n\"brona\",Again,state,"
         "\n"
         "KZ,Kazakhstan,state,\n,Nobody,state,\n"},
        {"instruments.csv",
         "id,title@en,type,date,parties\nt,\"two\nlines\",treaty,31.12.2025,brona\n"
         "u,U,treaty,,xx;yy\n"},
        {"redirects.csv", "kind,from,to\nplanet,mars,red\nparty,prc,cn\n"},
    };
    EXPECT_EQ(
        same({}, files).findings,
        (Texts{
            "instruments.csv:3:4: date: '31.12.2025' is not a date; write a year, a month or a day: 2025, "
            "2025-06 or 2025-06-17; or say --dates dmy where all dates are written so",
            "instruments.csv:4:5: parties: there is no party 'xx'; add it to parties.csv, or name one that "
            "is there",
            "instruments.csv:4:5: parties: there is no party 'yy'; add it to parties.csv, or name one that "
            "is there",
            "parties.csv:2:4: country: there is no party 'nowhere'; add it to parties.csv, or name one that "
            "is there",
            "parties.csv:4:3: type: 'kingdom' is not one of its values; write state or organisation",
            "parties.csv:5:1: party:brona is there twice; give each record one id of its own",
            "parties.csv:6:1: 'KZ' is not an id; ids are lower-case letters, digits and hyphens, at most 100",
            "parties.csv:7:1: the row has no id; give it an id of its own: lower-case letters, digits and "
            "hyphens",
            "redirects.csv:2:1: 'planet' is not a kind; write party, commitment or another kind",
            "redirects.csv:3:2: party:prc is not in the register"}));
    // What is withdrawn and still linked to.
    EXPECT_EQ(
        same({kFolder}, {{"parties.csv", "id,title@en\nardel,Ardel\norg,Org\n"}}, true).findings,
        (Texts{"parties.csv: commitment:road still links to party:brona (by); change or withdraw that one "
               "first",
               "parties.csv: instrument:t still links to party:brona (parties); change or withdraw that "
               "one first",
               "parties.csv: report:r still links to party:brona (party); change or withdraw that one "
               "first",
               "parties.csv: party:org still links to party:zed (country); change or withdraw that one "
               "first"}));
}

}  // namespace
}  // namespace tamga::folder
