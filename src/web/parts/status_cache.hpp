#pragma once

#include <array>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "query/register.hpp"
#include "status/status.hpp"

namespace tamga::web {

/// Statuses that earlier pages derived. A status is a function of (journal head, position, day), so that it
/// is never wrong; those of the few states asked for last are kept. Any thread.
class StatusCache {
  public:
    /// The status of the commitment of that id in the view's state; null if it is not kept.
    std::shared_ptr<const Status> find(const query::View& view, const std::string& id) {
        const std::lock_guard lock(mutex_);
        const Set& set = set_of(view);
        const auto found = set.statuses.find(id);
        return found == set.statuses.end() ? nullptr : found->second;
    }

    void insert(const query::View& view, const std::string& id, std::shared_ptr<const Status> status) {
        const std::lock_guard lock(mutex_);
        set_of(view).statuses.insert_or_assign(id, std::move(status));
    }

  private:
    struct Set {
        std::string state;
        std::map<std::string, std::shared_ptr<const Status>> statuses;
    };

    /// The set of the view's state; takes the place of the one that was made first if it is new.
    Set& set_of(const query::View& view) {
        const std::string state = std::to_string(view.head().value) + "/" +
                                  std::to_string(view.as_of().value) + "/" + view.day().text() +
                                  (view.public_by() ? "!" : "");
        for (Set& set : sets_)
            if (set.state == state) return set;
        Set& set = sets_[next_++ % sets_.size()];
        set = {state, {}};
        return set;
    }

    std::mutex mutex_;
    std::array<Set, 4> sets_;
    std::size_t next_ = 0;
};

}  // namespace tamga::web
