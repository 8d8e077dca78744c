#include "query/register.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <list>
#include <mutex>
#include <set>
#include <unordered_map>

namespace tamga::query {

namespace {

constexpr std::size_t kCachedSnapshots = 20'000;
constexpr std::size_t kCachedAnswers = 200'000;
constexpr int kRedirectSteps = 16;

/// A bounded cache: least recently used goes first. What was true at a position stays true, but for redaction,
/// so that it is emptied when the journal has grown, and takes nothing more from those who read before that. Any
/// number of threads.
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

/// A record, and the field by which it links to another.
struct Linking {
    SnapshotPtr record;
    std::string field;
};

}  // namespace

struct Register::Implementation {
    std::string database;
    Clock clock;
    Cache<SnapshotPtr> parsed{kCachedSnapshots};  ///< By record and the position that made the version.
    // Answers by record or kind, and the position that they were asked for:
    Cache<SnapshotPtr> found{kCachedSnapshots};
    Cache<std::shared_ptr<const std::vector<SnapshotPtr>>> lists{kCachedAnswers};
    Cache<std::shared_ptr<const std::vector<Linking>>> linking{kCachedAnswers};

    std::mutex mutex;
    std::vector<std::unique_ptr<store::Store>> idle;  ///< Guarded by mutex.
    JournalPos last_head;                             ///< Guarded by mutex: the head that state() saw last.

    /// A read connection that comes back to the pool when the last holder lets go. Its look-ups need no
    /// transaction of their own: each names a position, and what was true at a position stays so.
    Result<std::shared_ptr<store::Store>> reader() {
        std::unique_ptr<store::Store> connection;
        {
            const std::lock_guard lock(mutex);
            if (!idle.empty()) {
                connection = std::move(idle.back());
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

    /// Forgets what is cached when the journal has grown: one of the new entries may have erased a payload.
    void saw_head(JournalPos head) {
        const std::lock_guard lock(mutex);
        if (head <= last_head) return;
        parsed.clear(head);
        found.clear(head);
        lists.clear(head);
        linking.clear(head);
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
    TAMGA_ASSIGN(view.head_, view.reader_->head());
    implementation_->saw_head(view.head_);
    view.as_of_ = view.head_;
    view.day_ = Date::of_unix_time(implementation_->clock());
    TAMGA_ASSIGN(const auto entry, view.reader_->entry(view.head_));
    if (entry) view.time_ = entry->time;
    return view;
}

Result<View> Register::at(std::string_view as_of) {
    const auto bad = [&](ErrorCode code, std::string cause) {
        return fail(code, "show the register's past", std::move(cause),
                    "write as_of=2026-11-23 (the end of that day, UTC) or as_of=@120 (a journal position)");
    };
    TAMGA_ASSIGN(View view, now());
    view.latest_ = false;
    const Date today = view.day_;
    if (as_of.starts_with('@')) {
        std::int64_t position = 0;
        const auto [end, problem] = std::from_chars(as_of.data() + 1, as_of.data() + as_of.size(), position);
        if (problem != std::errc() || end != as_of.data() + as_of.size() || position < 0)
            return bad(ErrorCode::invalid_input, fmt::format("'{}' is not a journal position", as_of));
        if (position > view.head_.value)
            return bad(ErrorCode::out_of_range,
                       fmt::format("the journal has {} entries, so there is no position {}", view.head_.value,
                                   position));
        view.as_of_ = {position};
        TAMGA_ASSIGN(const auto entry, view.reader_->entry(view.as_of_));
        view.time_ = entry ? entry->time : 0;
        if (entry) view.day_ = Date::of_unix_time(entry->time);
        return view;
    }
    const auto day = Date::parse(as_of);
    if (!day || day->day() == 0)
        return bad(ErrorCode::invalid_input, fmt::format("'{}' is not a day", as_of));
    if (*day > today) return bad(ErrorCode::out_of_range, fmt::format("{} is still to come", day->text()));
    view.day_ = *day;
    TAMGA_ASSIGN(view.as_of_, view.reader_->position_at((day->day_number() + 1) * 86400 - 1));
    TAMGA_ASSIGN(const auto entry, view.reader_->entry(view.as_of_));
    view.time_ = entry ? entry->time : 0;
    return view;
}

Result<std::string> Register::state() {
    TAMGA_ASSIGN(const auto reader, implementation_->reader());
    TAMGA_ASSIGN(const JournalPos head, reader->head());
    implementation_->saw_head(head);
    return fmt::format("{}@{}", head.value, Date::of_unix_time(implementation_->clock()).text());
}

Result<SnapshotPtr> View::load(const store::Version& version) const {
    const std::string key = fmt::format("{}@{}", version.name.text(), version.from.value);
    auto& cache = register_->implementation_->parsed;
    if (const auto known = cache.find(key)) return *known;
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->name = version.name;
    snapshot->from = version.from;
    snapshot->withdrawn = version.withdrawn;
    snapshot->body = Json::object();
    TAMGA_ASSIGN(const auto entry, reader_->entry(version.from));
    if (!entry)
        return fail(ErrorCode::corrupt, "read " + version.name.text(), "the entry that made it is missing",
                    "run: tamga verify");
    TAMGA_ASSIGN(const auto header, journal::parse_header(entry->header));
    snapshot->time = header.time;
    snapshot->author = header.author;
    snapshot->reason = header.reason;
    if (!version.withdrawn) {
        TAMGA_ASSIGN(const auto payload, reader_->payload(version.payload));
        snapshot->redacted = !payload;
        if (payload) {
            TAMGA_ASSIGN(snapshot->body, parse_json(payload->body));
        }
    }
    cache.insert(key, snapshot, head_);
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
    if (const auto known = cache.find(key)) return *known;
    TAMGA_ASSIGN(SnapshotPtr snapshot, look_up(name));
    cache.insert(key, snapshot, head_);
    return snapshot;
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

Result<std::vector<SnapshotPtr>> View::all(Kind kind) const {
    const std::string key = fmt::format("{}@{}", info(kind).name, as_of_.value);
    auto& cache = register_->implementation_->lists;
    if (const auto known = cache.find(key)) return **known;
    TAMGA_ASSIGN(const auto versions, reader_->versions(kind, as_of_));
    TAMGA_ASSIGN(auto records, load_all(versions));
    cache.insert(key, std::make_shared<const std::vector<SnapshotPtr>>(records), head_, records.size() + 1);
    return records;
}

Result<std::vector<SnapshotPtr>> View::linking_to(const RecordId& to, std::optional<Kind> kind,
                                                  std::string_view field) const {
    const std::string key = fmt::format("{}@{}", to.text(), as_of_.value);
    auto& cache = register_->implementation_->linking;
    auto known = cache.find(key);
    if (!known) {
        TAMGA_ASSIGN(auto backlinks, reader_->backlinks(to, as_of_));
        std::ranges::sort(backlinks, {}, &store::Backlink::from);
        auto linking = std::make_shared<std::vector<Linking>>();
        for (store::Backlink& link : backlinks) {
            TAMGA_ASSIGN(const auto version, reader_->version(link.from, as_of_));
            if (!version || version->withdrawn) continue;
            TAMGA_ASSIGN(SnapshotPtr snapshot, load(*version));
            linking->push_back({std::move(snapshot), std::move(link.field)});
        }
        known = std::move(linking);
        cache.insert(key, *known, head_, (*known)->size() + 1);
    }
    std::vector<SnapshotPtr> found;
    for (const Linking& link : **known) {
        if ((kind && link.record->name.kind != *kind) || (!field.empty() && link.field != field)) continue;
        if (found.empty() || found.back() != link.record) found.push_back(link.record);
    }
    return found;
}

Result<std::vector<SnapshotPtr>> View::history(const RecordId& name) const {
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
    std::vector<SnapshotPtr> found;
    for (auto earlier = names.rbegin(); earlier != names.rend(); ++earlier) {
        TAMGA_ASSIGN(const auto versions, reader_->history(*earlier, as_of_));
        TAMGA_ASSIGN(const auto loaded, load_all(versions));
        found.insert(found.end(), loaded.begin(), loaded.end());
    }
    return found;
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

Result<std::vector<SnapshotPtr>> View::latest_changes(std::size_t count) const {
    std::vector<SnapshotPtr> found;
    std::set<RecordId> seen;
    for (std::int64_t pos = as_of_.value; pos > 0 && found.size() < count; --pos) {
        TAMGA_ASSIGN(const auto entry, reader_->entry({pos}));
        if (!entry)
            return fail(ErrorCode::corrupt, "read the journal", fmt::format("entry {} is missing", pos),
                        "run: tamga verify");
        TAMGA_ASSIGN(const auto header, journal::parse_header(entry->header));
        if (!seen.insert(header.name).second) continue;
        TAMGA_ASSIGN(const auto version, reader_->version(header.name, as_of_));
        if (!version || version->withdrawn) continue;
        TAMGA_ASSIGN(SnapshotPtr snapshot, load(*version));
        found.push_back(std::move(snapshot));
    }
    return found;
}

Result<std::int64_t> View::first_time() const {
    TAMGA_ASSIGN(const auto entry, reader_->entry({1}));
    return entry ? entry->time : 0;
}

Result<std::string> View::root() const {
    journal::Journal journal(*reader_, [] { return 0LL; });
    TAMGA_ASSIGN(const auto hash, journal.root(as_of_));
    return crypto::hex(hash);
}

}  // namespace tamga::query
