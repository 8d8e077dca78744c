#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "journal/entry.hpp"
#include "journal/filter.hpp"
#include "model/check.hpp"
#include "store/store.hpp"

// What is asked of the journal, and what would come of it.

namespace tamga::journal {

/// One change that an author asks for.
struct Change {
    Verb verb = Verb::put;
    RecordId name = {};
    Json body = {};            ///< For put.
    std::string to = {};       ///< For rename: the new id.
    std::string reason = {};   ///< For withdraw and redact: why. For redact also `redacted`.
    JournalPos redacted = {};  ///< For redact: the entry whose payload goes.
    Answer answer = {};        ///< For assent.
    std::string words = {};    ///< For assent: what is said with it; a reservation must say something.
    JournalPos of = {};        ///< For assent: the `put` whose payload is the version that was read; for
                               ///< sign: the entry that is signed.
    std::string key = {}, signature = {};  ///< For key, revoke and sign, as in the header.
};

/// A file to be kept with the changes that name it.
struct File {
    std::string sha256;
    std::string content;
};

/// What one author asks for at once: all of it is done, or nothing. Changes and files are the caller's.
struct Batch {
    Author author;
    std::span<const Change> changes;
    std::span<const File> files = {};
};

/// One problem of one change; `index` counts the changes from 0.
struct Refusal {
    std::size_t index;
    Problem problem;
};

/// What comes of a change.
enum class Outcome {
    unchanged,
    created,
    changed,
    withdrawn,
    renamed,
    redacted,
    assented,
    registered,
    revoked,
    sealed
};
/// "unchanged", "new", "changed", "withdrawn", "renamed", "redacted", "assented", "registered",
/// "revoked", "sealed".
std::string_view name(Outcome outcome);

/// What is to be written for a change.
struct Step {
    std::string body = {};  ///< Of the payload, canonical: a put's, or the words of an assent; else empty.
    bool is_first = false;  ///< The record has no version yet.
};

/// Numbers that are set or not: a bit each.
class Bits {
  public:
    void set(std::size_t number);
    bool test(std::size_t number) const;
    std::size_t size() const { return words_.size() * 64; }

  private:
    std::vector<std::uint64_t> words_;
};

/// Names of records that are there, of each kind no more than some ten thousand: links come in runs, and
/// mostly lead to what came shortly before.
class Known {
  public:
    bool contains(const RecordId& name) const;
    /// Another one, unless there are so many.
    void add(const RecordId& name);
    /// Another one in any case, if need be in place of all others of its kind.
    void add_found(const RecordId& name);
    void clear() { by_kind_.clear(); }

  private:
    std::unordered_set<std::string>& of(Kind kind);
    std::vector<std::unordered_set<std::string>> by_kind_;
};

/// Says of a batch's changes, one after the other, what each does, against a store that holds what came of
/// those before it: bodies are checked against their kinds, and every link against the register as it will
/// stand after all of them. Nothing of a change is kept but a few bits, and those names that were refused.
/// Errors: the store's.
class Planner {
  public:
    /// `refusals` is added to; whoever owns it may take out what is in it. The author is he who asks.
    Planner(store::Store& store, const Author& author, std::vector<Refusal>& refusals)
        : store_(store), author_(author), refusals_(refusals) {}
    /// Before the first change.
    Result<void> begin();
    /// What is to be written of the next change; nothing where it changes nothing or is refused. Whoever is
    /// told a step carries it out before he asks for the next one.
    Result<std::optional<Step>> next(const Change& change, Outcome& outcome);
    /// After the last change: tells what could not be told before.
    Result<void> end();

    /// The journal's head before the batch, and with what is carried out of it.
    JournalPos begun() const { return begun_; }
    JournalPos head() const { return head_; }
    /// The register had redirects before the batch.
    bool had_redirects() const { return had_redirects_; }
    /// Changes so far, and refusals.
    std::size_t count() const { return index_; }
    std::size_t refused() const { return refused_count_; }
    /// Whether a change so far puts, withdraws or renames the record, or gives one this id.
    Result<bool> names(const RecordId& name);

  private:
    using Names = std::set<RecordId>;
    /// What a refused put asks that could not be told when it came.
    struct Asked {
        std::size_t index;
        std::vector<Link> links;
    };

    void refuse(std::size_t index, Problem problem);
    void refuse_name(std::size_t index, std::string cause, std::string hint = {});
    Result<std::optional<Step>> plan(const Change& change, Outcome& outcome);
    Result<std::optional<Step>> put(const Change& change, Outcome& outcome);
    Result<std::optional<Step>> withdraw(const Change& change, Outcome& outcome);
    Result<std::optional<Step>> rename(const Change& change, Outcome& outcome);
    Result<std::optional<Step>> redact(const Change& change, Outcome& outcome);
    Result<std::optional<Step>> assent(const Change& change, Outcome& outcome);
    Result<bool> may_assent(const Change& change);
    Result<std::optional<Step>> key(const Change& change, Outcome& outcome);
    Result<std::optional<Step>> revoke(const Change& change, Outcome& outcome);
    Result<std::optional<Step>> sign(const Change& change, Outcome& outcome);
    /// The author acts for the party whose key it is to be; refuses it otherwise.
    Result<bool> keeps_key(const Change& change);
    Result<bool> has_said(const Change& change, const std::string& body);
    Result<void> check_files(const Change& change);
    bool is_twice(const RecordId& name, const std::optional<store::Version>& version) const;
    /// The record's newest version. Of a long batch most records have none, which is told without a look.
    Result<std::optional<store::Version>> version_of(const RecordId& name);
    Result<void> meet_all();
    Result<bool> alive(const RecordId& name);
    Result<bool> alive_or_redirected(RecordId name);
    Result<bool> holds(const Link& link);
    Result<void> check_links(std::size_t index, const std::vector<Link>& links);
    Result<void> check_backlinks(std::size_t index, const RecordId& withdrawn);
    /// Calls `take` with each entry of the batch that is to be looked at in the end, and its change's number.
    Result<void> each_unsure(
        const std::function<Result<void>(std::size_t index, JournalPos pos, const Header& header)>& take);

    store::Store& store_;
    const Author& author_;
    std::vector<Refusal>& refusals_;
    JournalPos begun_, head_;
    bool had_redirects_ = false;
    std::size_t index_ = 0, refused_count_ = 0;
    Bits written_;    ///< Changes that made an entry.
    Bits unchanged_;  ///< Positions of versions that a put left as they were.
    Bits unsure_;     ///< Entries, from the batch's first, that are to be looked at in the end.
    Names refused_;   ///< Records whose put was refused: what links to them is not at fault.
    Names renamed_to_;
    Known known_;
    std::optional<Filter> met_;  ///< Of a long batch: all names that the register ever had.
    std::vector<Asked> asked_;
};

}  // namespace tamga::journal
