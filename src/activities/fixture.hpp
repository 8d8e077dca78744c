#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "activities/import.hpp"
#include "journal/writer.hpp"
#include "store/store.hpp"

namespace tamga::activities {

/// A register for tests: a mechanism of two countries, a sector, centres, projects, a series.
class RegisterTest : public testing::Test {
  protected:
    static constexpr std::int64_t kNow = 1'790'000'000;  // 2026-09-21

    RegisterTest() {
        folder_ = std::filesystem::temp_directory_path() / ("tamga_activities_" + std::to_string(getpid()));
        std::filesystem::remove_all(folder_);
        std::filesystem::create_directories(folder_);
        database_ = (folder_ / "register.db").string();
        load({{"parties.csv",
               "id,title@en,title@zh,type,iso_alpha2\naa,Aland,甲,state,KZ\nbb,Beland,乙,state,UZ\n"},
              {"mechanisms.csv",
               "id,title@en,summary@en,established,parties,publisher_id,publisher_name@en\n"
               "m,The mechanism,What it is,2020-01-01,aa;bb,XE-EXAMPLE-T,The publisher\n"
               "silent,Another,,2020-01-01,aa;bb,,\n"},
              {"sectors.csv", "id,title@en,mechanism,dac_code\nroads,Roads,m,21020\nart,Art,m,\n"},
              {"centres.csv",
               "id,title@en,mechanism,type,announced,opened,host@en,country,sector,programme@en,countries\n"
               "open,An open centre,m,cooperation-centre,2021,2022-05,A host,aa,roads,Teaches builders,bb\n"
               "announced,A centre to come,m,cooperation-centre,2026,,,,,,\n"},
              {"projects.csv",
               "id,title@en,title@zh,mechanism,status,start,end,countries,latitude,longitude,precision,"
               "sector,centre,organisations\n"
               "road,A <road> & "
               "more,路,m,implementation,2023,2030,aa,41.5,70.25,approximate,roads,open,Builder One;Builder "
               "Two\n"
               "bridge,A bridge,,m,closed,2020-02-03,2021-06,aa;bb,,,,art,,\n"
               "idea,An idea,,m,pipeline,,,aa,,,,art,,\n"
               "unclear,No state told,,m,,2021,,aa,,,,,,\n"}});
        load({{"series.csv",
               "id,title@en,mechanism,indicator,flow,unit\ntrade,Trade,m,trade,turnover,USD\nempty,Empty,m,"
               "empty,count,things\n"},
              {"observations.csv",
               "id,series,period,value,qualifier\no1,trade,2024,12.50,over\no2,trade,2025-01/2025-06,7,\n"}});
    }
    ~RegisterTest() override { std::filesystem::remove_all(folder_); }

    void load(const std::vector<folder::File>& files) {
        folder::Findings findings;
        const auto changes = folder::Changes::read(files, findings);
        for (const auto& finding : findings.told()) ADD_FAILURE() << finding.message();
        append(changes.changes(), changes.files());
    }

    journal::Appended append(const std::vector<journal::Change>& changes,
                             const std::vector<journal::File>& files = {}) {
        auto store = *store::open(database_, store::Mode::write);
        std::vector<journal::Refusal> refusals;
        const auto done = journal::Writer(*store, [] {
                              return kNow;
                          }).submit({journal::Author::parse("tests"), changes, files}, refusals);
        for (const auto& refusal : refusals)
            ADD_FAILURE() << changes[refusal.index].name.text() << " " << refusal.problem.field << ": "
                          << refusal.problem.cause;
        EXPECT_TRUE(done);
        return done.value_or(journal::Appended{});
    }

    query::View view() {
        register_ = *query::Register::open(database_, [] { return kNow; });
        return *register_->now();
    }

    /// The project's body now.
    Json project(const std::string& id) {
        const auto found = *view().find({Kind::project, id});
        return found ? found->body : Json();
    }

    std::filesystem::path folder_;
    std::string database_;
    std::unique_ptr<query::Register> register_;
};

}  // namespace tamga::activities
