#include "query/register.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <list>
#include <mutex>
#include <set>
#include <unordered_map>

#include "i18n/fold.hpp"
#include "journal/evidence.hpp"
#include "journal/list_row.hpp"
#include "query/changes.hpp"
#include "query/kept_rows.hpp"
#include "query/promise.hpp"
#include "status/judged.hpp"

namespace tamga::query {

namespace {

// Of parsed bodies, each weighed by its texts (weight_of): most weigh 1, one whose text has a megabyte 256.
constexpr std::size_t kCachedSnapshots = 4'000;
constexpr std::size_t kCachedAnswers = 4'000;
constexpr std::size_t kBytesOfWeight = 4'096;
/// Of rows of lists, of all kinds.
constexpr std::size_t kCachedRowBytes = std::size_t{64} << 20;
/// New entries of which rows that are kept are told; after more they are read again.
constexpr std::int64_t kMostNews = 2'000;
constexpr std::size_t kCachedDates = 1'000'000;
/// Of what is derived (View::kept), in records.
constexpr std::size_t kCachedDerived = 300'000;
constexpr int kRedirectSteps = 16;
/// Entries among which the latest changes are looked for: with public_by, those before may all be hidden.
constexpr std::size_t kMostChanges = 1'000;

/// A bounded cache: least recently used goes first. What was true at a position stays true, but for
/// redaction, so that it is emptied when the journal has grown, and takes nothing more from those who read
/// before that. Any number of threads.
template <typename Value>
class Cache {
  public:
    /// Holds values whose weights add up to no more than `capacity`.
    explicit Cache(std::size_t capacity) : capacity_(capacity) {}

    std::optional<Value> find(const std::string& key) {
        const std::lock_guard lock(mutex_);
        const auto found = by_key_.find(key);
        if (found == by_key_.end()) return std::nullopt;
        order_.splice(order_.begin(), order_, found->second);
        return found->second->value;
    }

    void insert(const std::string& key, Value value, JournalPos seen_head, std::size_t weight = 1) {
        const std::lock_guard lock(mutex_);
        if (seen_head != head_ || weight > capacity_ || by_key_.contains(key)) return;
        order_.push_front({key, std::move(value), weight});
        by_key_.emplace(key, order_.begin());
        for (held_ += weight; held_ > capacity_; order_.pop_back()) {
            held_ -= order_.back().weight;
            by_key_.erase(order_.back().key);
        }
    }

    void clear(JournalPos head) {
        const std::lock_guard lock(mutex_);
        head_ = head;
        by_key_.clear();
        order_.clear();
        held_ = 0;
    }

  private:
    struct Item {
        std::string key;
        Value value;
        std::size_t weight;
    };
    using Order = std::list<Item>;
    const std::size_t capacity_;
    std::mutex mutex_;
    JournalPos head_;
    std::size_t held_ = 0;
    Order order_;
    std::unordered_map<std::string, typename Order::iterator> by_key_;
};

std::size_t text_bytes(const Json& value) {
    if (value.is_string()) return value.get_ref<const std::string&>().size();
    std::size_t bytes = 0;
    if (value.is_structured())
        for (const Json& member : value) bytes += text_bytes(member);
    return bytes;
}

/// What a record takes in a cache: 1, and 1 more for each so many bytes of its texts.
std::size_t weight_of(const Snapshot& record) {
    return 1 + text_bytes(record.body) / kBytesOfWeight;
}

void append_folded(const Json& value, std::string& out) {
    if (value.is_string()) {
        out += i18n::fold(value.get_ref<const std::string&>());
        out += '\n';
    } else if (value.is_structured()) {
        for (const Json& member : value) append_folded(member, out);
    }
}

/// A record, and the field by which it links to another.
struct Linking {
    SnapshotPtr record;
    std::string field;
};

}  // namespace

bool claims(Kind kind) {
    return kind != Kind::party && kind != Kind::mechanism && kind != Kind::principle &&
           kind != Kind::sector && kind != Kind::imprint;
}

const std::string& Snapshot::folded() const {
    std::call_once(folded_once_, [this] { append_folded(body, folded_); });
    return folded_;
}

struct Register::Implementation {
    std::string database;
    Clock clock;
    std::optional<JournalPos> held;               ///< Set once, by hold().
    Cache<SnapshotPtr> parsed{kCachedSnapshots};  ///< By record and the position that made the version.
    // Answers by record or kind, and the position that they were asked for:
    Cache<SnapshotPtr> found{kCachedSnapshots};
    Cache<std::shared_ptr<const std::vector<SnapshotPtr>>> lists{kCachedAnswers};
    Cache<std::shared_ptr<const std::vector<Linking>>> linking{kCachedAnswers};
    Cache<std::shared_ptr<const KeptRows>> rows{kCachedRowBytes};
    Cache<std::shared_ptr<const SourceDates>> dates{kCachedDates};
    Cache<std::shared_ptr<const void>> derived{kCachedDerived};

    std::mutex mutex;
    std::vector<std::unique_ptr<store::Store>> idle;  ///< Guarded by mutex.
    std::mutex news;                                  ///< Held by the one who takes in what is new.
    JournalPos last_head;                             ///< Guarded by mutex; changed by who holds `news` too.
    std::pair<JournalPos, std::int64_t> timed;        ///< Guarded by mutex: a position and its entry's time.

    /// A read connection that comes back to the pool when the last holder lets go. Its look-ups need no
    /// transaction of their own: each names a position, and what was true at a position stays so.
    Result<std::shared_ptr<store::Store>> reader() {
        std::unique_ptr<store::Store> connection;
        {
            const std::lock_guard lock(mutex);
            while (!connection && !idle.empty()) {
                if (!idle.back()->outdated()) connection = std::move(idle.back());
                idle.pop_back();
            }
        }
        if (!connection) {
            TAMGA_ASSIGN(connection, store::open(database, store::Mode::read));
        }
        return std::shared_ptr<store::Store>(connection.release(), [this](store::Store* used) {
            const std::lock_guard lock(mutex);
            idle.emplace_back(used);
        });
    }

    Result<JournalPos> head(store::Store& reader) const {
        if (held) return *held;
        return reader.head();
    }

    /// The time of an entry; 0 if there is none. That of the head is remembered.
    Result<std::int64_t> time_of(store::Store& reader, JournalPos pos) {
        {
            const std::lock_guard lock(mutex);
            if (pos == timed.first) return timed.second;
        }
        TAMGA_ASSIGN(const auto entry, reader.entry(pos));
        const std::int64_t time = entry ? entry->time : 0;
        const std::lock_guard lock(mutex);
        timed = {pos, time};
        return time;
    }

    /// The UTC day on which due dates are judged. A clock that was set back does not undo what was written:
    /// entries keep their order, and no day before the last entry's is today.
    Date today(std::int64_t last_entry) const {
        return Date::of_unix_time(std::max<std::int64_t>(clock(), last_entry));
    }

    static std::string rows_key(Kind kind, JournalPos as_of) {
        return fmt::format("{}@{}", info(kind).name, as_of.value);
    }

    using RowsByKind = std::map<Kind, std::shared_ptr<const KeptRows>>;

    /// What is kept of the rows at `before`, as they are at `head`: a row is made of its own record alone, so
    /// that the new entries tell which are others.
    Result<RowsByKind> rows_at(store::Store& reader, JournalPos before, JournalPos head) {
        RowsByKind out;
        if (head.value - before.value > kMostNews) return out;
        std::map<Kind, KeptRows::Changes> changes;
        for (const KindInfo& kind : kinds())
            if (auto kept = rows.find(rows_key(kind.kind, before)); kept && *kept)
                out.emplace(kind.kind, *std::move(kept));
        if (out.empty()) return out;
        std::set<RecordId> others;
        for (JournalPos pos{before.value + 1}; pos <= head; ++pos.value) {
            TAMGA_ASSIGN(const auto header, journal::header_at(reader, pos));
            if (journal::changes_record(header.verb)) others.insert(header.name);
            if (header.verb == journal::Verb::rename) others.insert({header.name.kind, header.to});
        }
        for (const RecordId& name : others) {
            if (!out.contains(name.kind)) continue;
            TAMGA_ASSIGN(auto row, reader.list_row(name, head));
            changes[name.kind].emplace(name.id, std::move(row));
        }
        for (const auto& [kind, of_kind] : changes) out[kind] = out[kind]->changed(of_kind);
        return out;
    }

    /// Forgets what is cached when the journal has grown: one of the new entries may have erased a payload.
    void saw_head(store::Store& reader, JournalPos head) {
        const auto is_new = [&] {
            const std::lock_guard lock(mutex);
            return head > last_head;
        };
        if (!is_new()) return;
        const std::lock_guard one_at_a_time(news);
        if (!is_new()) return;
        // Where they cannot be told they are read again, and whoever does is told why.
        const RowsByKind kept = rows_at(reader, last_head, head).value_or(RowsByKind());
        const std::lock_guard lock(mutex);
        parsed.clear(head);
        found.clear(head);
        lists.clear(head);
        linking.clear(head);
        rows.clear(head);
        for (const auto& [kind, of_kind] : kept)
            if (of_kind) rows.insert(rows_key(kind, head), of_kind, head, of_kind->bytes());
        dates.clear(head);
        derived.clear(head);
        last_head = head;
    }
};

Register::Register(std::unique_ptr<Implementation> implementation)
    : implementation_(std::move(implementation)) {}
Register::~Register() = default;

Result<std::unique_ptr<Register>> Register::open(const std::string& database, Clock clock) {
    auto implementation = std::make_unique<Implementation>();
    implementation->database = database;
    implementation->clock = std::move(clock);
    TAMGA_TRY(implementation->reader());
    return std::unique_ptr<Register>(new Register(std::move(implementation)));
}

Result<View> Register::now() {
    View view;
    view.register_ = this;
    TAMGA_ASSIGN(view.reader_, implementation_->reader());
    TAMGA_ASSIGN(view.head_, implementation_->head(*view.reader_));
    implementation_->saw_head(*view.reader_, view.head_);
    view.as_of_ = view.head_;
    TAMGA_ASSIGN(view.time_, implementation_->time_of(*view.reader_, view.head_));
    view.today_ = implementation_->today(view.time_);
    view.day_ = view.today_;
    return view;
}

Result<View> Register::at(const AsOf& as_of, std::optional<Date> public_by) {
    TAMGA_ASSIGN(View view, as_known(as_of));
    if (!public_by) return view;
    if (*public_by > view.today_)
        return fail(ErrorCode::out_of_range, "show what was public",
                    fmt::format("{} is still to come", public_by->text()));
    view.public_by_ = public_by;
    view.day_ = *public_by;
    return view;
}

Result<View> Register::as_known(const AsOf& as_of) {
    TAMGA_ASSIGN(View view, now());
    if (as_of.is_now()) return view;
    const auto beyond = [](std::string cause) {
        return fail(ErrorCode::out_of_range, "show the register's past", std::move(cause));
    };
    view.latest_ = false;
    if (const std::int64_t* const position = as_of.position()) {
        if (*position > view.head_.value)
            return beyond(fmt::format("the journal has {} entries, so there is no position {}",
                                      view.head_.value, *position));
        view.as_of_ = {*position};
    } else {
        const Date& day = *as_of.day();
        if (day > view.today_) return beyond(fmt::format("{} is still to come", day.text()));
        view.day_ = day;
        TAMGA_ASSIGN(view.as_of_, view.reader_->position_at((day.day_number() + 1) * 86400 - 1));
    }
    TAMGA_ASSIGN(const auto entry, view.reader_->entry(view.as_of_));
    view.time_ = entry ? entry->time : 0;
    if (entry && as_of.position()) view.day_ = Date::of_unix_time(entry->time);
    return view;
}

Result<void> Register::hold() {
    TAMGA_ASSIGN(const auto reader, implementation_->reader());
    TAMGA_ASSIGN(implementation_->held, implementation_->head(*reader));
    implementation_->clock = [now = implementation_->clock()] { return now; };
    return {};
}

Result<std::string> Register::state() {
    TAMGA_ASSIGN(const auto reader, implementation_->reader());
    TAMGA_ASSIGN(const JournalPos head, implementation_->head(*reader));
    implementation_->saw_head(*reader, head);
    TAMGA_ASSIGN(const std::int64_t time, implementation_->time_of(*reader, head));
    return fmt::format("{}@{}", head.value, implementation_->today(time).text());
}

Result<std::shared_ptr<Snapshot>> View::made_of(const store::Version& version, const store::Entry* entry,
                                                const store::Payload* payload) const {
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->name = version.name;
    snapshot->from = version.from;
    snapshot->withdrawn = version.withdrawn;
    snapshot->payload = version.payload;
    snapshot->body = Json::object();
    TAMGA_ASSIGN(const auto header,
                 entry ? journal::header_of(*entry) : journal::header_at(*reader_, version.from));
    snapshot->time = header.time;
    snapshot->author = header.author.text();
    snapshot->reason = header.reason;
    if (!version.withdrawn && version.payload == version.from) {
        snapshot->redacted = !payload;
        if (payload) {
            TAMGA_ASSIGN(snapshot->body, journal::body_of(version.payload, header, *payload));
        }
    } else if (!version.withdrawn) {  // A rename made the version; the body is that of an entry before.
        TAMGA_ASSIGN(const auto before, reader_->payload(version.payload));
        snapshot->redacted = !before;
        if (before) {
            TAMGA_ASSIGN(const auto told, journal::header_at(*reader_, version.payload));
            TAMGA_ASSIGN(snapshot->body, journal::body_of(version.payload, told, *before));
        }
    }
    return snapshot;
}

Result<SnapshotPtr> View::load(const store::Version& version) const {
    const std::string key = fmt::format("{}@{}", version.name.text(), version.from.value);
    auto& cache = register_->implementation_->parsed;
    if (const auto known = cache.find(key)) return *known;
    // The entry with its payload in one look-up.
    std::optional<store::Entry> entry;
    std::optional<store::Payload> payload;
    TAMGA_TRY(
        reader_->entries(version.from, version.from, [&](const store::Entry& one, const store::Payload* its) {
            entry = one;
            if (its) payload = *its;
            return false;
        }));
    TAMGA_ASSIGN(SnapshotPtr snapshot,
                 made_of(version, entry ? &*entry : nullptr, payload ? &*payload : nullptr));
    cache.insert(key, snapshot, head_, weight_of(*snapshot));
    return snapshot;
}

Result<std::vector<SnapshotPtr>> View::load_all(const std::vector<store::Version>& versions) const {
    std::vector<SnapshotPtr> found;
    found.reserve(versions.size());
    for (const store::Version& version : versions) {
        TAMGA_ASSIGN(SnapshotPtr snapshot, load(version));
        found.push_back(std::move(snapshot));
    }
    return found;
}

Result<SnapshotPtr> View::find(const RecordId& name) const {
    const std::string key = fmt::format("{}@{}", name.text(), as_of_.value);
    auto& cache = register_->implementation_->found;
    SnapshotPtr snapshot;
    if (const auto known = cache.find(key)) {
        snapshot = *known;
    } else {
        TAMGA_ASSIGN(snapshot, look_up(name));
        cache.insert(key, snapshot, head_, snapshot ? weight_of(*snapshot) : 1);
    }
    if (!snapshot || !public_by_) return snapshot;
    std::vector<SnapshotPtr> kept{std::move(snapshot)};
    TAMGA_TRY(keep_public(kept));
    return kept.empty() ? nullptr : kept.front();
}

Result<std::shared_ptr<const SourceDates>> View::source_dates() const {
    auto& cache = register_->implementation_->dates;
    const std::string key = std::to_string(as_of_.value);
    if (auto known = cache.find(key)) return *std::move(known);
    auto dates = std::make_shared<SourceDates>();
    const std::size_t at = info(Kind::source).place("date");
    journal::ListRow row(Kind::source);
    row.want(at + 1);
    TAMGA_TRY(reader_->list_rows(Kind::source, as_of_, {}, [&](std::string_view id, std::string_view packed) {
        if (row.read(packed) && row.has(at))
            if (const auto date = Date::parse(row.value(at))) dates->emplace(id, date->last_day());
        return true;
    }));
    const std::size_t weight = dates->size() + 1;
    cache.insert(key, dates, head_, weight);
    return dates;
}

bool View::was_public(const SourceDates& dates, Kind kind, std::string_view id,
                      std::string_view packed) const {
    if (!claims(kind)) return true;
    const auto by_then = [&](std::string_view source) {
        const auto found = dates.find(std::string(source));
        return found != dates.end() && found->second <= *public_by_;
    };
    if (kind == Kind::source) return by_then(id);
    // A reply cites nothing.
    if (!info(kind).field("sources")) return false;
    journal::ListRow row(kind);
    if (!row.read(packed)) return false;
    bool found = false;
    row.each_value(info(kind).place("sources"),
                   [&](std::string_view source) { found = found || by_then(source); });
    return found;
}

Result<void> View::keep_public(std::vector<SnapshotPtr>& records) const {
    if (!public_by_) return {};
    TAMGA_ASSIGN(const auto dates, source_dates());
    const auto by_then = [&](const std::string& source) {
        const auto found = dates->find(source);
        return found != dates->end() && found->second <= *public_by_;
    };
    std::erase_if(records, [&](const SnapshotPtr& record) {
        if (!claims(record->name.kind)) return false;
        if (record->name.kind == Kind::source) return !by_then(record->name.id);
        const auto cited = record->body.find("sources");
        return cited == record->body.end() || std::ranges::none_of(*cited, [&](const Json& citation) {
                   return by_then(citation.at("source").get_ref<const std::string&>());
               });
    });
    return {};
}

Result<bool> View::is_dated(const RecordId& name) const {
    if (!claims(name.kind)) return true;
    TAMGA_ASSIGN(const auto dates, source_dates());
    if (name.kind == Kind::source) return dates->contains(name.id);
    TAMGA_ASSIGN(const SnapshotPtr record, look_up(name));
    const auto cited = record ? record->body.find("sources") : Json::const_iterator();
    if (!record || cited == record->body.end()) return false;
    return std::ranges::any_of(*cited, [&](const Json& citation) {
        return dates->contains(citation.at("source").get_ref<const std::string&>());
    });
}

Result<SnapshotPtr> View::look_up(const RecordId& name) const {
    RecordId wanted = name;
    for (int step = 0; step < kRedirectSteps; ++step) {
        TAMGA_ASSIGN(const auto version, reader_->version(wanted, as_of_));
        if (version) {
            if (version->withdrawn) return nullptr;
            return load(*version);
        }
        TAMGA_ASSIGN(const auto to, reader_->redirect(wanted, as_of_));
        if (!to) return nullptr;
        wanted.id = *to;
    }
    return nullptr;
}

Result<bool> View::says(const RecordId& name, std::string_view canonical_body) const {
    TAMGA_ASSIGN(const auto version, reader_->version(name, as_of_));
    if (!version || version->withdrawn) return false;
    TAMGA_ASSIGN(const auto payload, reader_->payload(version->payload));
    return payload && payload->body == canonical_body;
}

Result<std::vector<SnapshotPtr>> View::all(Kind kind) const {
    const std::string key = fmt::format("{}@{}", info(kind).name, as_of_.value);
    auto& cache = register_->implementation_->lists;
    std::vector<SnapshotPtr> records;
    if (const auto known = cache.find(key)) {
        records = **known;
    } else {
        TAMGA_ASSIGN(const auto versions, reader_->versions(kind, as_of_));
        TAMGA_ASSIGN(records, load_all(versions));
        std::size_t weight = 1;
        for (const SnapshotPtr& record : records) weight += weight_of(*record);
        cache.insert(key, std::make_shared<const std::vector<SnapshotPtr>>(records), head_, weight);
    }
    TAMGA_TRY(keep_public(records));
    return records;
}

Result<void> View::each(Kind kind, const std::function<Result<void>(const Snapshot&)>& take) const {
    std::string after;
    for (;;) {
        // In one transaction: to begin and end one for each statement takes a sixth of the time.
        TAMGA_TRY(reader_->begin_read());
        auto read = read_some(kind, after);
        reader_->roll_back();
        TAMGA_TRY(read);
        if (read->empty()) return {};
        after = read->back()->name.id;
        TAMGA_TRY(keep_public(*read));
        for (const SnapshotPtr& record : *read) TAMGA_TRY(take(*record));
    }
}

Result<std::vector<SnapshotPtr>> View::read_some(Kind kind, std::string_view after) const {
    constexpr std::int64_t kAtOnce = 1000, kPassedOver = 3;
    TAMGA_ASSIGN(const auto versions, reader_->versions(kind, as_of_, after, kAtOnce));
    std::vector<SnapshotPtr> found(versions.size());
    // What was written together is read together: that takes half of the time.
    std::vector<std::size_t> by_position;
    for (std::size_t i = 0; i < versions.size(); ++i)
        if (versions[i].payload == versions[i].from) by_position.push_back(i);
    const auto from = [&](std::size_t i) { return versions[i].from; };
    std::ranges::sort(by_position, {}, from);
    for (std::size_t begin = 0, end = 0; begin < by_position.size(); begin = end) {
        for (end = begin + 1;
             end < by_position.size() &&
             from(by_position[end]).value - from(by_position[end - 1]).value <= kPassedOver + 1;)
            ++end;
        Result<void> made;
        std::size_t next = begin;
        const auto take = [&](const store::Entry& entry, const store::Payload* payload) {
            if (entry.pos != from(by_position[next])) return true;
            const std::size_t i = by_position[next++];
            auto snapshot = made_of(versions[i], &entry, payload);
            if (snapshot)
                found[i] = *std::move(snapshot);
            else
                made = std::unexpected(std::move(snapshot).error());
            return made && next < end;
        };
        TAMGA_TRY(reader_->entries(from(by_position[begin]), from(by_position[end - 1]), take));
        TAMGA_TRY(made);
    }
    for (std::size_t i = 0; i < versions.size(); ++i) {
        if (found[i]) continue;
        TAMGA_ASSIGN(found[i], load(versions[i]));
    }
    return found;
}

Result<std::vector<RecordId>> View::names(Kind kind) const {
    TAMGA_ASSIGN(const auto versions, reader_->versions(kind, as_of_));
    std::vector<RecordId> found;
    found.reserve(versions.size());
    for (const store::Version& version : versions) found.push_back(version.name);
    return found;
}

Result<bool> View::if_settled(const std::function<Result<void>()>& read) const {
    // In one state: a batch that is written now may have the time of the last entry, and count and judge
    // anew.
    TAMGA_TRY(reader_->begin_read());
    auto done = [&]() -> Result<bool> {
        TAMGA_ASSIGN(const bool settled, reader_->is_settled(as_of_));
        if (settled) TAMGA_TRY(read());
        return settled;
    }();
    reader_->roll_back();
    return done;
}

Result<std::optional<std::map<std::string, std::size_t>>> View::tallies(Kind kind,
                                                                        std::string_view field) const {
    std::map<std::string, std::size_t> found;
    if (public_by_) return std::nullopt;  // They count what was not public as well.
    TAMGA_ASSIGN(const bool settled, if_settled([&]() -> Result<void> {
                     TAMGA_ASSIGN(const auto kept, reader_->tallies(kind, field, as_of_));
                     for (const auto& [value, n] : kept) found.emplace(value, static_cast<std::size_t>(n));
                     return {};
                 }));
    return settled ? std::optional(std::move(found)) : std::nullopt;
}

Result<std::set<std::string>> View::columns(Kind kind) const {
    std::set<std::string> found;
    if (!check_rows()) {
        // An old register can be read, too, until something writes to it.
        TAMGA_TRY(each(kind, [&](const Snapshot& record) -> Result<void> {
            journal::add_columns(kind, record.body, found);
            return {};
        }));
        return found;
    }
    TAMGA_ASSIGN(const auto counted, tallies(kind, journal::kColumns));
    if (counted) {
        for (const auto& [column, n] : *counted) found.insert(column);
        return found;
    }
    journal::ListRow row(kind);
    TAMGA_TRY(each_row(kind, {}, [&](std::string_view, std::string_view packed) {
        if (row.read(packed))
            row.each_column([&](std::size_t at, std::string_view tag) {
                found.insert(journal::column_of(info(kind).fields[at], tag));
            });
        return true;
    }));
    return found;
}

Result<void> View::each_row(
    Kind kind, std::string_view after,
    const std::function<bool(std::string_view id, std::string_view row)>& take) const {
    if (!public_by_) return each_known_row(kind, after, take);
    // Before the rows: they are read one at a time, and nothing else meanwhile.
    TAMGA_ASSIGN(const auto dates, source_dates());
    return each_known_row(kind, after, [&](std::string_view id, std::string_view row) {
        return !was_public(*dates, kind, id, row) || take(id, row);
    });
}

Result<void> View::each_known_row(
    Kind kind, std::string_view after,
    const std::function<bool(std::string_view id, std::string_view row)>& take) const {
    auto& cache = register_->implementation_->rows;
    const std::string key = Register::Implementation::rows_key(kind, as_of_);
    if (const auto kept = cache.find(key)) {
        (*kept)->each(after, take);
        return {};
    }
    if (!after.empty()) return reader_->list_rows(kind, as_of_, after, take);
    auto rows = std::make_shared<KeptRows>();
    bool whole = true;
    TAMGA_TRY(reader_->list_rows(kind, as_of_, {}, [&](std::string_view id, std::string_view row) {
        if (rows && !rows->add(id, row)) rows.reset();  // Too many to be kept.
        whole = take(id, row);
        return whole;
    }));
    if (rows && whole) cache.insert(key, rows, head_, rows->bytes());
    return {};
}

Result<std::optional<std::string>> View::row(const RecordId& name) const {
    TAMGA_ASSIGN(auto packed, reader_->list_row(name, as_of_));
    if (!packed || !public_by_) return packed;
    TAMGA_ASSIGN(const auto dates, source_dates());
    return was_public(*dates, name.kind, name.id, *packed) ? std::move(packed) : std::nullopt;
}

Result<void> View::linking_rows(
    const RecordId& to, Kind kind, FieldName field, std::size_t most,
    const std::function<bool(std::string_view id, std::string_view row)>& take) const {
    if (!public_by_) return reader_->linking_rows(to, kind, field, as_of_, most, take);
    TAMGA_ASSIGN(const auto dates, source_dates());
    return reader_->linking_rows(to, kind, field, as_of_, most,
                                 [&](std::string_view id, std::string_view row) {
                                     return !was_public(*dates, kind, id, row) || take(id, row);
                                 });
}

Result<void> View::check_rows() const {
    TAMGA_ASSIGN(const std::string by, reader_->folded_by());
    if (by == journal::list_rows_version()) return {};
    return fail(ErrorCode::conflict, "read a list", "the database is of another version of Tamga",
                "let a command write to it, such as: tamga rebuild");
}

Result<std::vector<SnapshotPtr>> View::linking_to(const RecordId& to, std::optional<Kind> kind,
                                                  std::string_view field) const {
    const std::string key =
        fmt::format("{}@{}{}", to.text(), as_of_.value, kind ? info(*kind).name : std::string_view());
    auto& cache = register_->implementation_->linking;
    auto known = cache.find(key);
    if (!known) {
        TAMGA_ASSIGN(auto backlinks, reader_->backlinks(to, as_of_, kind));
        std::ranges::sort(backlinks, {}, &store::Backlink::from);
        auto linking = std::make_shared<std::vector<Linking>>();
        std::size_t weight = 1;
        for (store::Backlink& link : backlinks) {
            TAMGA_ASSIGN(const auto version, reader_->version(link.from, as_of_));
            if (!version || version->withdrawn) continue;
            TAMGA_ASSIGN(SnapshotPtr snapshot, load(*version));
            weight += weight_of(*snapshot);
            linking->push_back({std::move(snapshot), std::move(link.field)});
        }
        known = std::move(linking);
        cache.insert(key, *known, head_, weight);
    }
    std::vector<SnapshotPtr> found;
    for (const Linking& link : **known) {
        if (!field.empty() && link.field != field) continue;
        if (found.empty() || found.back() != link.record) found.push_back(link.record);
    }
    TAMGA_TRY(keep_public(found));
    return found;
}

Result<std::vector<SnapshotPtr>> View::evidence_of(const RecordId& commitment) const {
    TAMGA_ASSIGN(const auto versions, journal::evidence_of(*reader_, *reader_, commitment, as_of_));
    TAMGA_ASSIGN(auto records, load_all(versions));
    TAMGA_TRY(keep_public(records));
    return records;
}

std::string View::state_key() const {
    return fmt::format("{}@{} {}", as_of_.value, day_.text(), public_by_ ? "public" : "known");
}

std::shared_ptr<const void> View::find_kept(const std::string& key) const {
    return register_->implementation_->derived.find(key).value_or(nullptr);
}

void View::keep(const std::string& key, std::shared_ptr<const void> value, std::size_t weight) const {
    register_->implementation_->derived.insert(key, std::move(value), head_, weight);
}

Result<std::shared_ptr<const Judgements>> View::judgements() const {
    return kept<Judgements>("all", [&] { return judge_all(); });
}

Result<Judgements> View::judge_all() const {
    Judgements out;
    if (!public_by_) {  // What is kept is judged by all that the register held.
        const std::string day = day_.first_day().text();
        Result<void> added;
        TAMGA_ASSIGN(const bool settled, if_settled([&] {
                         return reader_->each_judged(as_of_, [&](std::string_view id, std::string_view days) {
                             if (added) added = out.add_piece(id, piece_on(days, day));
                         });
                     }));
        TAMGA_TRY(added);
        if (settled) {
            out.finish();
            return out;
        }
    }
    TAMGA_ASSIGN(const auto all, names(Kind::commitment));
    for (const RecordId& name : all) {
        TAMGA_ASSIGN(const SnapshotPtr commitment, find(name));
        if (!commitment) continue;
        TAMGA_ASSIGN(const Status status, status_of(*this, *commitment));
        out.add(name.id, status.judgement());
    }
    out.finish();
    return out;
}

Result<std::vector<store::Version>> View::versions_of(const RecordId& name) const {
    // Versions under earlier ids come first: follow the redirects backwards.
    TAMGA_ASSIGN(const auto all_redirects, reader_->redirects(as_of_));
    std::vector<RecordId> names{name};
    for (int step = 0; step < kRedirectSteps; ++step) {
        const auto before = std::ranges::find_if(all_redirects, [&](const auto& redirect) {
            return redirect.from.kind == name.kind && redirect.to == names.back().id;
        });
        if (before == all_redirects.end() || std::ranges::find(names, before->from) != names.end()) break;
        names.push_back(before->from);
    }
    std::vector<store::Version> found;
    for (auto earlier = names.rbegin(); earlier != names.rend(); ++earlier) {
        TAMGA_ASSIGN(const auto versions, reader_->history(*earlier, as_of_));
        found.insert(found.end(), versions.begin(), versions.end());
    }
    return found;
}

Result<std::vector<SnapshotPtr>> View::history(const RecordId& name, std::size_t first,
                                               std::size_t count) const {
    TAMGA_ASSIGN(std::vector<store::Version> versions, versions_of(name));
    first = std::min(first, versions.size());
    versions.erase(versions.begin(), versions.begin() + static_cast<std::ptrdiff_t>(first));
    if (versions.size() > count)
        versions.erase(versions.begin() + static_cast<std::ptrdiff_t>(count), versions.end());
    return load_all(versions);
}

Result<std::size_t> View::version_count(const RecordId& name) const {
    TAMGA_ASSIGN(const std::vector<store::Version> versions, versions_of(name));
    return versions.size();
}

Result<std::optional<std::string>> View::redirect(const RecordId& old_name) const {
    return reader_->redirect(old_name, as_of_);
}
Result<std::vector<store::Store::Redirect>> View::redirects() const {
    return reader_->redirects(as_of_);
}

Result<std::shared_ptr<const std::string>> View::file(const std::string& sha256) const {
    TAMGA_ASSIGN(auto content, reader_->file(sha256));
    if (!content) return nullptr;
    return std::make_shared<const std::string>(*std::move(content));
}

Result<void> View::each_changed(std::size_t most,
                                const std::function<Result<bool>(const RecordId& name)>& take) const {
    std::set<RecordId> seen;
    for (std::int64_t pos = as_of_.value; pos > 0 && most > 0; --pos, --most) {
        TAMGA_ASSIGN(const auto header, journal::header_at(*reader_, {pos}));
        if (!journal::changes_record(header.verb)) continue;  // It leaves the record as it is.
        if (!seen.insert(header.name).second) continue;
        TAMGA_ASSIGN(const bool more, take(header.name));
        if (!more) break;
    }
    return {};
}

Result<std::shared_ptr<const ChangedOf>> View::changed_of(JournalPos since, std::size_t looked) const {
    return kept<ChangedOf>(fmt::format("{} {}", since.value, looked),
                           [&] { return ChangedOf::of(*this, since, looked); });
}

Result<std::vector<SnapshotPtr>> View::latest_changes(std::size_t count) const {
    std::vector<SnapshotPtr> found;
    TAMGA_TRY(each_changed(kMostChanges, [&](const RecordId& name) -> Result<bool> {
        if (found.size() >= count) return false;
        TAMGA_ASSIGN(SnapshotPtr snapshot, find(name));
        // Where an earlier id leads, the record changed by another entry.
        if (snapshot && snapshot->name == name) found.push_back(std::move(snapshot));
        return found.size() < count;
    }));
    return found;
}

Result<std::vector<Erasure>> View::erasures(std::optional<JournalPos> erased) const {
    TAMGA_ASSIGN(const auto redactions, reader_->redactions(erased));
    std::vector<Erasure> found;
    for (const store::Store::Redaction& redaction : redactions) {
        if (redaction.pos > head_) continue;
        TAMGA_ASSIGN(const auto header, journal::header_at(*reader_, redaction.pos));
        found.push_back({redaction.pos, header.redacts, header.name, header.time, header.reason});
    }
    std::ranges::sort(found, {}, &Erasure::pos);
    return found;
}

Result<std::vector<store::Store::FoundTexts>> View::find_texts(const i18n::Sought& sought, bool in_title,
                                                               JournalPos before, std::size_t most) const {
    return reader_->find_texts(sought, in_title, as_of_, before, most);
}

Result<SnapshotPtr> View::with_text(JournalPos pos) const {
    TAMGA_ASSIGN(const auto name, reader_->text_of(pos));
    if (!name) return nullptr;
    return find(*name);
}

Result<std::int64_t> View::first_time() const {
    TAMGA_ASSIGN(const auto entry, reader_->entry({1}));
    return entry ? entry->time : 0;
}

Result<std::string> View::journal_id() const {
    TAMGA_ASSIGN(const auto hash, journal::root(*reader_, {std::min<std::int64_t>(1, head_.value)}));
    return crypto::hex(hash);
}

Result<std::string> View::root() const {
    TAMGA_ASSIGN(const auto hash, journal::root(*reader_, as_of_));
    return crypto::hex(hash);
}

}  // namespace tamga::query
