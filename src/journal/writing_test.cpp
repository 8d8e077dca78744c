#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "journal/log.hpp"
#include "journal/writer.hpp"

// A batch that comes piece by piece is the batch that comes at once.

namespace tamga::journal {
namespace {

Change put(Kind kind, std::string id, const char* body) {
    return {.verb = Verb::put, .name = {kind, std::move(id)}, .body = *parse_json(body)};
}
Change put_party(std::string id, const char* country = nullptr) {
    Change change = put(Kind::party, std::move(id), R"({"title":{"en":"A state"},"type":"state"})");
    if (country) change.body["country"] = country;
    return change;
}
Change put_project(std::string id, const char* centre) {
    Change change = put(Kind::project, std::move(id), R"({"title":{"en":"A project"}})");
    change.body["centre"] = centre;
    return change;
}
Change put_centre(std::string id, const char* country) {
    Change change = put(Kind::centre, std::move(id), R"({"title":{"en":"A centre"},"type":"platform"})");
    change.body["country"] = country;
    return change;
}
Change withdraw(Kind kind, std::string id) {
    return {.verb = Verb::withdraw, .name = {kind, std::move(id)}, .reason = "gone"};
}
Change rename(Kind kind, std::string id, std::string to) {
    return {.verb = Verb::rename, .name = {kind, std::move(id)}, .to = std::move(to)};
}

/// All that a batch leaves or tells, but for salts and what they make different.
struct Left {
    bool written = false;
    std::string journal, tables, outcomes;
    std::vector<std::string> refusals;
    bool operator==(const Left&) const = default;
};
void PrintTo(const Left& result, std::ostream* out) {
    *out << result.written << '\n' << result.outcomes << '\n' << result.journal << result.tables;
    for (const std::string& refusal : result.refusals) *out << refusal << '\n';
}

class WritingTest : public testing::Test {
  protected:
    /// Writes the batches before, then this one, in pieces of so many changes.
    Left write(const std::vector<std::vector<Change>>& before, const std::vector<Change>& changes,
               std::size_t piece) {
        store_ = *store::open("sqlite::memory:", store::Mode::write);
        std::int64_t now = 1'800'000'000;
        Writer writer(*store_, [&] { return now++; });
        std::vector<Refusal> refusals;
        for (const auto& batch : before)
            EXPECT_TRUE(writer.submit({Author::parse("tester"), batch}, refusals));
        Left result;
        {
            auto writing = *writer.begin(Author::parse("tester"), refusals);
            const std::span<const Change> all(changes);
            for (std::size_t at = 0; at < all.size(); at += piece)
                EXPECT_TRUE(writing->add(all.subspan(at, std::min(piece, all.size() - at)), {},
                                         [&](std::size_t index, Outcome outcome) {
                                             result.outcomes += std::to_string(index) + " " +
                                                                std::string(name(outcome)) + "\n";
                                         }));
            EXPECT_TRUE(writing->check());
            EXPECT_EQ(writing->count(), changes.size());
            EXPECT_EQ(writing->refused(), refusals.size());
            result.written = writing->commit().has_value();
        }
        for (const Refusal& refusal : refusals)
            result.refusals.push_back(std::to_string(refusal.index) + " " + refusal.problem.field + ": " +
                                      refusal.problem.cause);
        EXPECT_TRUE(store_->entries(
            {1}, *store_->head(), [&](const store::Entry& entry, const store::Payload* payload) {
                Json header = *parse_json(entry.header);
                header.erase("payload");
                result.journal += header.dump() + " " + (payload ? payload->body : "") + "\n";
                return true;
            }));
        EXPECT_TRUE(store_->dump_projections(
            [&](std::string_view row) { result.tables += std::string(row) + "\n"; }));
        std::vector<std::string> faults;
        EXPECT_TRUE(verify(*store_, [&](std::string fault) { faults.push_back(std::move(fault)); }));
        EXPECT_EQ(faults, std::vector<std::string>());
        return result;
    }
    Left same(const std::vector<std::vector<Change>>& before, const std::vector<Change>& changes) {
        const Left whole = write(before, changes, changes.size());
        for (const std::size_t piece : {1u, 2u, 3u}) EXPECT_EQ(write(before, changes, piece), whole) << piece;
        return whole;
    }
    using Texts = std::vector<std::string>;

    std::unique_ptr<store::Store> store_;
};

const std::vector<std::vector<Change>> kBefore = {
    {put_party("cn"), put_party("kz"), put_centre("hub", "cn"), put_project("road", "hub")}};

TEST_F(WritingTest, TakesLinksToWhatComesLater) {
    const auto done = same({}, {put_project("road", "hub"), put_centre("hub", "cn"), put_party("cn", "cn")});
    EXPECT_TRUE(done.written);
    EXPECT_EQ(store_->backlinks({Kind::centre, "hub"}, {3})->size(), 1u);
}

TEST_F(WritingTest, RefusesLinksToWhatNeverComes) {
    const auto done = same(kBefore, {put_project("rail", "hall"), put_centre("hall", "fr"),
                                     put_centre("wall", "uz"), put_party("uz")});
    EXPECT_FALSE(done.written);
    EXPECT_EQ(done.refusals, (Texts{"1 country: there is no party 'fr'"}));
    EXPECT_EQ(store_->head()->value, 4) << "nothing of it is there";
}

TEST_F(WritingTest, TellsOneErrorOfARecordThatIsRefused) {
    // What links to it is not at fault, before it or after it; its own links are looked at all the same.
    Change bad = put_centre("hall", "fr");
    bad.body.erase("title");
    EXPECT_EQ(same({}, {put_project("rail", "hall"), bad, put_project("road", "hall")}).refusals,
              (Texts{"1 title: it is required and not there", "1 country: there is no party 'fr'"}));
}

TEST_F(WritingTest, RefusesWhatIsThereTwice) {
    // After what was new, what changed, what was as before, what was refused, and what was renamed.
    Change changed = put_party("kz");
    changed.body["title"]["en"] = "Kazakhstan";
    Change bad = put_party("tm");
    bad.body["type"] = "kingdom";
    EXPECT_EQ(same(kBefore, {rename(Kind::centre, "hub", "hall"), put_party("uz"), put_party("cn"), changed,
                             bad, put_centre("hall", "cn"), put_party("uz"), changed, put_party("tm"),
                             put_party("cn"), put_centre("hall", "kz")})
                  .refusals,
              (Texts{"4 type: 'kingdom' is not one of its values", "6 id: party:uz is there twice",
                     "7 id: party:kz is there twice", "8 id: party:tm is there twice",
                     "9 id: party:cn is there twice", "10 id: centre:hall is there twice"}));
}

TEST_F(WritingTest, RenamesAndPutsInOne) {
    const auto done = same(kBefore, {rename(Kind::party, "cn", "china"), rename(Kind::party, "prc", "china"),
                                     rename(Kind::party, "kaz", "kz"), put_party("china"),
                                     put_centre("hub", "prc"), put_centre("hall", "cn")});
    EXPECT_TRUE(done.written);
    EXPECT_EQ(store_->backlinks({Kind::party, "china"}, *store_->head())->size(), 2u);
    EXPECT_EQ(done.outcomes, "0 renamed\n1 renamed\n2 renamed\n3 unchanged\n4 changed\n5 new\n");
}

TEST_F(WritingTest, RefusesARenameOfWhatNeverComes) {
    EXPECT_TRUE(same({}, {rename(Kind::party, "prc", "cn"), put_party("cn")}).written);
    EXPECT_EQ(same({}, {rename(Kind::party, "prc", "cn"), put_party("kz")}).refusals,
              (Texts{"0 id: party:prc is not in the register"}));
}

TEST_F(WritingTest, WithdrawsWhatNothingLinksToInTheEnd) {
    EXPECT_TRUE(same(kBefore, {withdraw(Kind::centre, "hub"), withdraw(Kind::project, "road")}).written);
    EXPECT_TRUE(same(kBefore, {withdraw(Kind::party, "cn"), put_centre("hub", "kz")}).written);
    EXPECT_EQ(same(kBefore, {withdraw(Kind::party, "cn")}).refusals,
              (Texts{"0 id: centre:hub still links to party:cn (country)"}));
    // A link that is written in the same batch is told where it was written.
    EXPECT_EQ(same(kBefore, {put_party("uz", "kz"), withdraw(Kind::party, "kz")}).refusals,
              (Texts{"0 country: there is no party 'kz'"}));
}

TEST_F(WritingTest, KnowsInALongBatchWhatWasThereBefore) {
    // From some number on it is not asked of each record whether it was there.
    std::vector<Change> changes;
    for (int i = 0; i < 2500; ++i)
        changes.push_back(put_party("p-" + std::to_string(i), i > 9 ? "p-3" : nullptr));
    changes.push_back(rename(Kind::centre, "hub", "hall"));
    changes.push_back(put_party("cn", "p-2499"));
    changes.push_back(put_party("kz"));
    changes.push_back(put_party("uz"));
    changes.push_back(put_project("road", "hall"));
    changes.push_back(put_centre("hall", "later"));
    changes.push_back(put_party("later"));
    const auto before = kBefore;
    auto with_withdrawn = before;
    with_withdrawn.push_back({put_party("uz")});
    with_withdrawn.push_back({withdraw(Kind::party, "uz")});
    const Left done = write(with_withdrawn, changes, 1000);
    EXPECT_TRUE(done.written);
    EXPECT_TRUE(done.outcomes.ends_with(
        "2500 renamed\n2501 changed\n2502 unchanged\n2503 changed\n2504 changed\n2505 changed\n2506 new\n"));
    EXPECT_EQ(store_->backlinks({Kind::party, "p-3"}, *store_->head())->size(), 2490u);
    ASSERT_TRUE(Writer(*store_, [] { return 0; }).rebuild());
    std::string again;
    ASSERT_TRUE(store_->dump_projections([&](std::string_view row) { again += std::string(row) + "\n"; }));
    EXPECT_EQ(again, done.tables);

    changes.push_back(put_party("p-5"));
    changes.push_back(put_party("p-2400", "nobody"));
    changes.push_back(put_party("kz"));
    changes.push_back(put_party("hub"));
    EXPECT_EQ(write(with_withdrawn, changes, 1000).refusals,
              (Texts{"2507 id: party:p-5 is there twice", "2508 id: party:p-2400 is there twice",
                     "2509 id: party:kz is there twice", "2508 country: there is no party 'nobody'"}));
}

TEST_F(WritingTest, TellsWhatNoChangeNames) {
    store_ = *store::open("sqlite::memory:", store::Mode::write);
    Writer writer(*store_, [] { return 1'800'000'000; });
    std::vector<Refusal> refusals;
    ASSERT_TRUE(writer.submit({Author::parse("tester"), kBefore[0]}, refusals));
    auto writing = *writer.begin(Author::parse("tester"), refusals);
    const std::vector<Change> changes{put_party("cn"), put_party("uz"), rename(Kind::centre, "hub", "hall")};
    ASSERT_TRUE(writing->add(changes));
    std::vector<std::string> unnamed;
    for (const KindInfo& kind : kinds())
        ASSERT_TRUE(writing->each_unnamed(kind.kind, [&](std::span<const RecordId> names) -> Result<void> {
            for (const RecordId& one : names) unnamed.push_back(one.text());
            return {};
        }));
    EXPECT_EQ(unnamed, (Texts{"party:kz", "project:road"}));
    EXPECT_EQ(*writing->records_before(100), 4u);
    EXPECT_EQ(*writing->records_before(3), 3u);
    EXPECT_EQ((*writing->body({Kind::party, "uz"}))->at("type"), "state");
    EXPECT_FALSE(*writing->body({Kind::party, "xx"}));
}

TEST_F(WritingTest, LeavesNothingWhenItIsGivenUp) {
    store_ = *store::open("sqlite::memory:", store::Mode::write);
    Writer writer(*store_, [] { return 1'800'000'000; });
    std::vector<Refusal> refusals;
    {
        auto writing = *writer.begin(Author::parse("tester"), refusals);
        ASSERT_TRUE(writing->add(kBefore[0]));
    }
    EXPECT_EQ(store_->head()->value, 0);
    bool stop = false;
    {
        auto writing =
            *writer.begin(Author::parse("tester"), refusals, [&](std::size_t, std::size_t) { return !stop; });
        stop = true;
        EXPECT_EQ(writing->add(kBefore[0]).error().code, ErrorCode::conflict);
    }
    EXPECT_EQ(store_->head()->value, 0);
    EXPECT_TRUE(writer.submit({Author::parse("tester"), kBefore[0]}, refusals));
}

}  // namespace
}  // namespace tamga::journal
