#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "query/register.hpp"

namespace tamga::web {

/// What a page reads of the register: looks up through one view, remembers for the length of the page, and
/// keeps the first failure, with which the page must not be shown. One thread, one request. Borrows the view.
class Reading {
  public:
    explicit Reading(const query::View& view) : view_(view) {}

    const query::View& view() const { return view_; }
    /// The record, or null.
    query::SnapshotPtr find(const RecordId& name);
    std::vector<query::SnapshotPtr> linking_to(const RecordId& to, std::optional<Kind> kind = {},
                                               std::string_view field = {});

    /// The first failure of a look-up, if any.
    const std::optional<Error>& error() const { return error_; }
    /// A look-up elsewhere failed.
    void failed(Error error) {
        if (!error_) error_ = std::move(error);
    }

  private:
    const query::View& view_;
    std::map<RecordId, query::SnapshotPtr> found_;
    std::optional<Error> error_;
};

}  // namespace tamga::web
