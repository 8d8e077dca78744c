#include "journal/copy.hpp"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "journal/log.hpp"

namespace tamga::journal {

namespace {

constexpr std::int64_t kProgressSteps = 256;

Result<Copied> copy_state(store::Store& from, store::Store& to, const Progress& progress) {
    TAMGA_ASSIGN(const JournalPos head, from.head());
    merkle::Appender tree;
    const auto copy_entry = [&](const store::Entry& entry, const store::Payload* payload) -> Result<void> {
        if (progress && entry.pos.value % kProgressSteps == 0 &&
            !progress(static_cast<std::size_t>(entry.pos.value), static_cast<std::size_t>(head.value)))
            return fail(ErrorCode::conflict, "copy the register",
                        "the program was told to stop; nothing was written");
        TAMGA_TRY(to.append_entry(entry, payload));
        for (const merkle::Node& node : tree.append(merkle::leaf_hash(entry.header)))
            TAMGA_TRY(to.put_node(node));
        return {};
    };
    Result<void> copied;
    TAMGA_TRY(from.entries({1}, head, [&](const store::Entry& entry, const store::Payload* payload) {
        copied = copy_entry(entry, payload);
        return copied.has_value();
    }));
    TAMGA_TRY(copied);
    TAMGA_TRY(from.files([&](std::string_view sha256, std::string_view content) {
        if (copied) copied = to.put_file(std::string(sha256), content);
    }));
    TAMGA_TRY(copied);
    TAMGA_ASSIGN(const store::Hash told, root(from, head));
    if (tree.size().value != head.value || tree.root() != told)
        return fail(ErrorCode::corrupt, "copy the register",
                    fmt::format("the {} entries that were read do not have the root that the journal tells",
                                tree.size().value),
                    "run: tamga verify; nothing was written");
    TAMGA_TRY(Writer(to, nullptr).refold());
    return Copied{head, told};
}

}  // namespace

Result<Copied> copy(store::Store& from, store::Store& to, const Progress& progress) {
    TAMGA_TRY(from.begin_read());
    // A crash on the way leaves nothing of it.
    auto copied = to.written([&]() -> Result<Copied> {
        TAMGA_ASSIGN(const JournalPos there, to.head());
        if (there.value > 0)
            return fail(ErrorCode::conflict, "copy the register",
                        fmt::format("there is one already, of {} entries", there.value),
                        "name a place where there is none");
        return copy_state(from, to, progress);
    });
    from.roll_back();
    return copied;
}

}  // namespace tamga::journal
