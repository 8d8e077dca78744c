// How long a look-up at a past position takes in a short history and in a long one: 100 records with 10 and
// with 10,000 versions each, so 10^3 and 10^6 versions in the store. Prints medians in microseconds and their
// ratio.

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <random>

#include "store/store.hpp"

using namespace tamga;
using store::JournalPos;

namespace {

constexpr int kRecords = 100, kLookups = 20'000, kRounds = 5;

RecordId record(int number) {
    return {Kind::commitment, fmt::format("commitment-{}", number)};
}

template <class T>
T must(Result<T> result) {
    if (result) return *std::move(result);
    fmt::print(stderr, "{}\n", result.error().message());
    std::exit(1);
}
void must(Result<void> result) {
    if (result) return;
    fmt::print(stderr, "{}\n", result.error().message());
    std::exit(1);
}

void fill(store::Store& store, int versions) {
    must(store.begin_write());
    std::int64_t pos = 0;
    for (int version = 0; version < versions; ++version)
        for (int number = 0; number < kRecords; ++number) {
            ++pos;
            const store::Payload payload{std::string(32, 's'),
                                         fmt::format(R"({{"title":{{"en":"Version {}"}}}})", version)};
            must(store.append_entry({{pos}, 1'700'000'000 + pos, R"({"v":1})"}, &payload));
            must(store.put_version({record(number), {pos}, std::nullopt, false, {pos}}, version == 0));
            // A link that goes on: the next version does not touch it.
            if (version == 0)
                must(store.put_links(record(number), {pos}, {{"mechanism", {Kind::mechanism, "m"}}}, {}));
        }
    must(store.commit());
}

struct Times {
    double key, one, list, backlinks, day;
};

/// Median over the rounds of the mean time of a look-up, in microseconds.
template <class Look>
double measure(int count, Look look) {
    std::vector<double> rounds;
    for (int round = 0; round < kRounds; ++round) {
        const auto start = std::chrono::steady_clock::now();
        for (int i = 0; i < count; ++i) look();
        const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - start;
        rounds.push_back(took.count() / count);
    }
    std::ranges::sort(rounds);
    return rounds[kRounds / 2];
}

Times look_up(const std::string& database, std::int64_t head) {
    const auto store = must(store::open(database, store::Mode::read));
    std::mt19937_64 random(42);
    std::uniform_int_distribution<std::int64_t> positions(kRecords, head);
    std::uniform_int_distribution<int> numbers(0, kRecords - 1);
    Times times{};
    // What a look-up by key costs in SQLite itself grows with the table too: the baseline of the rest.
    times.key = measure(kLookups, [&] {
        if (!must(store->payload({positions(random)}))) std::abort();
    });
    times.one = measure(kLookups, [&] {
        const auto version = must(store->version(record(numbers(random)), {positions(random)}));
        if (!must(store->payload(version->payload))) std::abort();
    });
    times.list = measure(kLookups / 100, [&] {
        if (must(store->versions(Kind::commitment, {positions(random)})).size() != kRecords) std::abort();
    });
    times.backlinks = measure(kLookups / 100, [&] {
        if (must(store->backlinks({Kind::mechanism, "m"}, {positions(random)})).size() != kRecords)
            std::abort();
    });
    times.day = measure(kLookups, [&] {
        if (must(store->position_at(1'700'000'000 + positions(random))).value == 0) std::abort();
    });
    return times;
}

}  // namespace

int main() {
    namespace fs = std::filesystem;
    const fs::path folder = fs::temp_directory_path() / fmt::format("tamga_as_of_{}", getpid());
    fs::create_directories(folder);
    Times times[2];
    for (const auto& [index, versions] : {std::pair{0, 10}, {1, 10'000}}) {
        const std::string database = (folder / fmt::format("{}.db", versions)).string();
        fill(*must(store::open(database, store::Mode::write)), versions);
        times[index] = look_up(database, std::int64_t{kRecords} * versions);
    }
    fs::remove_all(folder);
    fmt::print("{:<36} {:>10} {:>10} {:>7}\n", "look-up, microseconds", "10^3", "10^6", "ratio");
    const auto print = [&](const char* name, double Times::* member) {
        fmt::print("{:<36} {:>10.2f} {:>10.2f} {:>7.2f}\n", name, times[0].*member, times[1].*member,
                   times[1].*member / times[0].*member);
    };
    print("baseline: a row by its integer key", &Times::key);
    print("one record and its payload", &Times::one);
    print("all 100 records of a kind", &Times::list);
    print("100 records that link to one", &Times::backlinks);
    print("the position of a day", &Times::day);
}
