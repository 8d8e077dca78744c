#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "status/status.hpp"

namespace tamga {

// What became of a promise as a function of the day on which it is asked, as long as nothing new is written:
// it changes with the dates that are told and with the months of silence, and on no other day.

/// What is judged from a day on.
struct Judged {
    Date from;  ///< A full day.
    Judgement judgement;
    friend bool operator==(const Judged&, const Judged&) = default;
};

/// What derive_status() gives on input.day and on every later day up to the year 9999: the first holds from
/// input.day on, and each is another than the one before it. A pure function.
std::vector<Judged> judged_over_days(StatusInput input);

/// The same as a text, for keeping: pieces separated by a semicolon and a space, each pledge, score and
/// completion (a hyphen: none), the rule that decides, then "overdue" and "silent" where it is; all but the
/// first begin with their day.
///
///     in-progress 0.50 limited R29; 2027-01-01 in-progress 0.50 limited R29 overdue silent
std::string judged_text(std::span<const Judged> judged);

/// The piece of the text that holds on the day, whose text is given (ten characters): equal pieces are equal
/// judgements. Borrowed; for one who reads very many, of which few differ.
std::string_view piece_on(std::string_view text, std::string_view day);
/// Reads a piece. Errors: corrupt, if it is none.
Result<Judgement> read_piece(std::string_view piece);

/// What the text tells of `day` and later days; borrowed, and without the pieces that have passed.
std::string_view judged_since(std::string_view text, const Date& day);

}  // namespace tamga
