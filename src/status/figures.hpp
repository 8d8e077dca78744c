#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/date.hpp"
#include "model/record.hpp"
#include "status/goal.hpp"

namespace tamga {

/// Of the observations of series those on which a commitment's judgements from a day on depend. A series may
/// have a million, of which few count once they are known: its newest, those of the base period, the newest
/// of its longest periods, and of these the first that reaches the target and the last that does not miss it.
/// Takes them one by one, in any order; memory is that of those that count.
class KnownFigures {
  public:
    /// Borrows the commitment's body for this call only.
    KnownFigures(const Json& commitment, const Date& day);
    /// Which figures reach the target depends on each series' own base: all go through add_base() before the
    /// first add().
    bool needs_bases() const { return target_ && target_->by_own_base(); }
    void add_base(const Json& body);
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
        std::optional<Figure> newest;      ///< Of any period.
        int months = 0;                    ///< The longest period so far.
        std::vector<Figure> last;          ///< Of these periods those of the newest day.
        std::optional<Figure> reaches;     ///< … the earliest that reaches the target.
        std::optional<Figure> not_missed;  ///< … the newest that does not miss it.
        std::vector<Figure> bases;         ///< Those of the base period.
    };

    const std::optional<Goal>& goal_of(const std::string& series);

    Date day_;
    std::optional<Date> made_;
    std::optional<Target> target_;
    std::map<std::string, std::vector<WordedFigure>> own_;  ///< What the bases say.
    std::map<std::string, std::optional<Goal>> goals_;
    std::map<std::string, Series> series_;
    std::vector<std::pair<RecordId, Json>> to_come_;  ///< Of periods that have not ended.
};

}  // namespace tamga
