#include "journal/writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "crypto/sha256.hpp"
#include "journal/files.hpp"
#include "journal/fold.hpp"
#include "journal/list_row.hpp"
#include "journal/log.hpp"

namespace tamga::journal {

namespace {

constexpr std::size_t kSaltBytes = 32;
constexpr std::size_t kProgressSteps = 256;
/// Salts are drawn so many at once: one call to the generator costs more than hashing a small entry.
constexpr std::size_t kSaltsDrawn = 256;
/// Names asked of the store at once.
constexpr std::size_t kNamesAtOnce = 5000;

void tally(Outcome outcome, Appended& appended) {
    switch (outcome) {
        case Outcome::created:
            ++appended.created;
            return;
        case Outcome::changed:
            ++appended.changed;
            return;
        case Outcome::unchanged:
            ++appended.unchanged;
            return;
        case Outcome::withdrawn:
            ++appended.withdrawn;
            return;
        case Outcome::renamed:
            ++appended.renamed;
            return;
        case Outcome::redacted:
        case Outcome::assented:
        case Outcome::registered:
        case Outcome::revoked:
        case Outcome::sealed:
            return;
    }
}

/// Makes the projections again.
Result<void> fold_again(store::Store& store) {
    TAMGA_TRY(store.drop_projections());
    TAMGA_ASSIGN(const JournalPos head, store.head());
    Fold fold = Fold::of_all(store, store);
    Result<void> folded;
    TAMGA_TRY(store.entries({1}, head, [&](const store::Entry& entry, const store::Payload* payload) {
        folded = [&]() -> Result<void> {
            TAMGA_ASSIGN(const Header header, header_of(entry));
            if (!payload) return fold.add(entry.pos, header, nullptr);
            TAMGA_ASSIGN(const Json body, body_of(entry.pos, header, *payload));
            return fold.add(entry.pos, header, &body);
        }();
        return folded.has_value();
    }));
    TAMGA_TRY(folded);
    TAMGA_TRY(fold.finish());
    return store.set_folded_by(list_rows_version());
}

}  // namespace

Writing::~Writing() {
    if (open_) store_.roll_back();
}

Result<void> Writing::begin(const Clock& clock) {
    TAMGA_TRY(store_.begin_write());
    // A crash up to the commit leaves nothing: all is in one transaction, which the database forgets.
    open_ = true;
    TAMGA_ASSIGN(const bool folded, is_folded(store_));
    if (!folded) TAMGA_TRY(fold_again(store_));
    TAMGA_TRY(planner_.begin());
    appended_.head = planner_.begun();
    const std::int64_t now = clock();
    time_ = now;
    if (appended_.head.value > 0) {
        TAMGA_ASSIGN(const auto last, store_.entry(appended_.head));
        if (last) time_ = std::max(now, last->time);
    }
    appended_.clock_behind = time_ - now;
    TAMGA_ASSIGN(tree_, merkle::Appender::resume({appended_.head.value}, node_reader(store_)));
    fold_.emplace(store_, planner_.had_redirects());
    return {};
}

Result<void> Writing::add(std::span<const Change> changes, std::span<const File> files,
                          const Describe& describe) {
    for (const Change& change : changes) {
        const std::size_t index = planner_.count();
        if (progress_ && index % kProgressSteps == 0 && !progress_(index, of_))
            return fail(ErrorCode::conflict, "append to the journal",
                        "the program was told to stop; nothing was written");
        if (!change.reason.empty()) TAMGA_TRY(canonical(Json(change.reason)));
        if (!files.empty()) TAMGA_TRY(keep_files(change, files));
        Outcome outcome{};
        TAMGA_ASSIGN(const auto step, planner_.next(change, outcome));
        tally(outcome, appended_);
        if (describe) describe(index, outcome);
        if (step) TAMGA_TRY(write(change, *step));
    }
    return {};
}

/// Keeps those of the files that the change names.
Result<void> Writing::keep_files(const Change& change, std::span<const File> files) {
    Result<void> kept;
    if (change.verb != Verb::put || !change.body.is_object()) return kept;
    each_file(change.name.kind, change.body, [&](const Field&, const std::string& sha256) {
        const auto given = std::ranges::find(files, sha256, &File::sha256);
        if (kept && given != files.end()) kept = store_.put_file(sha256, given->content);
    });
    return kept;
}

std::string Writing::salt() {
    if (salts_.empty()) salts_ = crypto::random_bytes(kSaltsDrawn * kSaltBytes);
    std::string salt = salts_.substr(salts_.size() - kSaltBytes);
    salts_.resize(salts_.size() - kSaltBytes);
    return salt;
}

Result<void> Writing::write(const Change& change, const Step& step) {
    const bool is_put = change.verb == Verb::put;
    const JournalPos pos{appended_.head.value + 1};
    const bool has_payload = !step.body.empty();
    Header header{.time = time_,
                  .author = author_,
                  .verb = change.verb,
                  .name = change.name,
                  .payload_hash = {},
                  .to = change.to,
                  .reason = change.reason,
                  .redacts = change.redacted,
                  .answer = change.answer,
                  .of = change.of,
                  .key = change.key,
                  .signature = change.signature};
    store::Payload payload;
    if (has_payload) {
        payload = {salt(), step.body};
        header.payload_hash = hash_of(payload);
    }
    const std::string text = header.text();
    TAMGA_TRY(store_.append_entry({pos, time_, text}, has_payload ? &payload : nullptr));
    for (const merkle::Node& node : tree_.append(merkle::leaf_hash(text))) TAMGA_TRY(store_.put_node(node));
    if (change.verb == Verb::redact) {
        TAMGA_TRY(erase(change.redacted, change.name.kind));
        redacted_ = true;
    }
    TAMGA_TRY(fold_->add(pos, header, is_put ? &change.body : nullptr, step.is_first));
    appended_.head = pos;
    return {};
}

/// Erases a payload, and the files that only it named.
Result<void> Writing::erase(JournalPos pos, Kind kind) {
    TAMGA_ASSIGN(const auto payload, store_.payload(pos));
    if (!payload) return {};
    TAMGA_ASSIGN(const Header header, header_at(store_, pos));
    const auto body = body_of(pos, header, *payload);
    TAMGA_TRY(store_.erase_payload(pos));
    std::vector<std::string> files;
    // Of a payload that is damaged it cannot be told which files it named: every one that is not named now.
    if (body)
        each_file(kind, *body, [&](const Field&, const std::string& sha256) { files.push_back(sha256); });
    else
        TAMGA_TRY(
            store_.files([&](std::string_view sha256, std::string_view) { files.emplace_back(sha256); }));
    for (const std::string& sha256 : files) TAMGA_TRY(store_.erase_file_unless_named(sha256));
    return {};
}

Result<Appended> Writing::check() {
    TAMGA_TRY(planner_.end());
    return appended_;
}

Result<Appended> Writing::commit() {
    if (planner_.refused() > 0)
        return fail(ErrorCode::invalid_input, "append to the journal",
                    fmt::format("{} of the changes do not hold; nothing was written", planner_.refused()));
    // An erased payload takes its links with it: the projections are made again from what is left. It is
    // rare.
    TAMGA_TRY(redacted_ ? fold_again(store_) : fold_->finish());
    open_ = false;
    TAMGA_TRY(store_.commit());
    return appended_;
}

Result<std::optional<Json>> Writing::body(const RecordId& name) {
    TAMGA_ASSIGN(const auto version, store_.version(name, appended_.head));
    if (!version || version->withdrawn) return std::nullopt;
    TAMGA_ASSIGN(const auto payload, store_.payload(version->payload));
    if (!payload) return std::nullopt;
    TAMGA_ASSIGN(Json body, parse_json(payload->body));
    return std::optional(std::move(body));
}

Result<void> Writing::each_unnamed(Kind kind,
                                   const std::function<Result<void>(std::span<const RecordId>)>& take) {
    std::string after;
    for (bool more = true; more;) {
        std::vector<RecordId> block, unnamed;
        // As it was before the batch: what is added meanwhile changes nothing in it.
        TAMGA_TRY(store_.list_rows(kind, planner_.begun(), after, [&](std::string_view id, std::string_view) {
            block.push_back({kind, std::string(id)});
            return block.size() < kNamesAtOnce;
        }));
        more = block.size() == kNamesAtOnce;
        if (more) after = block.back().id;
        for (RecordId& name : block) {
            TAMGA_ASSIGN(const bool named, planner_.names(name));
            if (!named) unnamed.push_back(std::move(name));
        }
        if (!unnamed.empty()) TAMGA_TRY(take(unnamed));
    }
    return {};
}

Result<std::size_t> Writing::records_before(std::size_t most) {
    std::size_t count = 0;
    for (const KindInfo& kind : kinds()) {
        if (count >= most) break;
        TAMGA_TRY(store_.list_rows(kind.kind, planner_.begun(), "",
                                   [&](std::string_view, std::string_view) { return ++count < most; }));
    }
    return count;
}

Result<std::unique_ptr<Writing>> Writer::begin(Author author, std::vector<Refusal>& refusals,
                                               Progress progress, std::size_t of) {
    if (author.id.empty())
        return fail(ErrorCode::invalid_usage, "append to the journal", "no author is named",
                    "say who writes");
    TAMGA_TRY(canonical(Json(author.text())));
    std::unique_ptr<Writing> writing(
        new Writing(store_, std::move(author), refusals, std::move(progress), of));
    TAMGA_TRY(writing->begin(clock_));
    return writing;
}

Result<Appended> Writer::submit(const Batch& batch, std::vector<Refusal>& refusals,
                                const Progress& progress) {
    TAMGA_ASSIGN(const auto writing, begin(batch.author, refusals, progress, batch.changes.size()));
    TAMGA_TRY(writing->add(batch.changes, batch.files));
    TAMGA_TRY(writing->check());
    return writing->commit();
}

Result<Appended> Writer::preview(const Batch& batch, std::vector<Refusal>& refusals,
                                 const Describe& describe) {
    // Nobody will read the name.
    const Author author = batch.author.id.empty() ? Author::parse("nobody") : batch.author;
    TAMGA_ASSIGN(const auto writing, begin(author, refusals));
    TAMGA_TRY(writing->add(batch.changes, batch.files, describe));
    return writing->check();
}

Result<void> Writer::refold() {
    return fold_again(store_);
}

Result<void> Writer::refresh() {
    TAMGA_ASSIGN(const bool folded, is_folded(store_));
    return folded ? Result<void>() : rebuild();
}

Result<void> Writer::rebuild() {
    return store_.written([&] { return fold_again(store_); });
}

}  // namespace tamga::journal
