#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/date.hpp"
#include "base/decimal.hpp"
#include "model/record.hpp"

namespace tamga {

/// A span of time in whole months, for telling years from quarters; 0 for a day.
int months_of(const Period& period);

/// Of the observations of series those on which a commitment's judgements from a day on depend. A series may
/// have a million, of which few count once they are known: its newest, the newest of its longest periods, and
/// of these the first that reaches the target and the last that is not below it. Takes them one by one, in
/// any order; memory is that of those that count.
class KnownFigures {
  public:
    /// Borrows the commitment's body for this call only.
    KnownFigures(const Json& commitment, const Date& day);
    void add(const RecordId& observation, Json body);

    /// What is left, each once.
    std::vector<std::pair<RecordId, Json>> take();

  private:
    struct Figure {
        Date day;  ///< Its period's last.
        RecordId name;
        Json body;
    };
    struct Series {
        std::optional<Figure> newest;     ///< Of any period.
        int months = 0;                   ///< The longest period so far.
        std::vector<Figure> last;         ///< Of these periods those of the newest day.
        std::optional<Figure> reaches;    ///< … the earliest that reaches the target.
        std::optional<Figure> not_below;  ///< … the newest that does not lie below it.
    };

    Date day_;
    std::optional<Date> made_;
    std::optional<Decimal> target_;
    std::map<std::string, Series> series_;
    std::vector<std::pair<RecordId, Json>> to_come_;  ///< Of periods that have not ended.
};

}  // namespace tamga
