#pragma once

#include <cstdint>
#include <string_view>
#include <variant>

#include "base/date.hpp"
#include "base/result.hpp"

namespace tamga::query {

/// Which state of the register is asked for: as it is now, as it was at the end of a day (UTC), or as it was
/// when the journal had so many entries. Whether the register ever was in that state is for Register::at() to
/// say.
class AsOf {
  public:
    /// As the register is now.
    AsOf() = default;

    /// Reads what people write: "2026-11-23", "@120", or nothing for now. Errors: invalid_input.
    static Result<AsOf> parse(std::string_view text);

    bool is_now() const { return std::holds_alternative<std::monostate>(asked_); }
    /// The day asked for, precise to the day; null if it is no day.
    const Date* day() const { return std::get_if<Date>(&asked_); }
    /// The journal position asked for, 0 or more; null if it is none.
    const std::int64_t* position() const { return std::get_if<std::int64_t>(&asked_); }

  private:
    std::variant<std::monostate, Date, std::int64_t> asked_;
};

}  // namespace tamga::query
