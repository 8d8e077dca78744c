#include "status/figures.hpp"

#include <set>

namespace tamga {

KnownFigures::KnownFigures(const Json& commitment, const Date& day) : day_(day) {
    if (const auto made = Date::parse(text_of(commitment, "made"))) made_ = *made;
    target_ = Target::of(commitment);
}

void KnownFigures::add_base(const Json& body) {
    const auto period = parse_period(text_of(body, "period"));
    auto value = Decimal::parse(text_of(body, "value"));
    if (period && value && needs_bases() && target_->is_own_base(*period))
        own_[text_of(body, "series")].push_back({*std::move(value), text_of(body, "qualifier")});
}

const std::optional<Goal>& KnownFigures::goal_of(const std::string& series) {
    const auto known = goals_.find(series);
    if (known != goals_.end()) return known->second;
    return goals_.emplace(series, target_->goal(own_[series])).first->second;
}

void KnownFigures::add(const RecordId& observation, Json body) {
    const auto period = parse_period(text_of(body, "period"));
    auto value = Decimal::parse(text_of(body, "value"));
    if (!period || !value) return;  // Erased: it says nothing.
    if (period->last > day_) {
        to_come_.emplace_back(observation, std::move(body));
        return;
    }
    const WordedFigure figure{*std::move(value), text_of(body, "qualifier")};
    const std::string of = text_of(body, "series");
    Series& series = series_[of];
    const Figure one{period->last, observation, std::move(body)};
    if (!series.newest || series.newest->day < one.day) series.newest = one;
    if (!target_) return;
    if (target_->is_own_base(*period)) series.bases.push_back(one);
    if ((made_ && one.day <= made_->first_day()) || !target_->takes(*period)) return;
    const int months = months_of(*period);
    if (months > series.months) {
        series.months = months;
        series.last.clear();
        series.reaches = series.not_missed = std::nullopt;
    }
    if (months < series.months) return;
    if (!series.last.empty() && series.last.front().day < one.day) series.last.clear();
    if (series.last.empty() || series.last.front().day == one.day) series.last.push_back(one);
    const std::optional<Goal>& goal = goal_of(of);
    if (!goal) return;
    if (goal->reached_by(figure) && (!series.reaches || one.day < series.reaches->day)) series.reaches = one;
    if (!goal->missed_by(figure) && (!series.not_missed || series.not_missed->day < one.day))
        series.not_missed = one;
}

std::vector<std::pair<RecordId, Json>> KnownFigures::take() {
    std::vector<std::pair<RecordId, Json>> left = std::move(to_come_);
    for (auto& [id, series] : series_) {
        std::set<RecordId> seen;
        const auto keep = [&](Figure& one) {
            if (seen.insert(one.name).second) left.emplace_back(one.name, std::move(one.body));
        };
        for (Figure& one : series.bases) keep(one);
        for (Figure& one : series.last) keep(one);
        for (std::optional<Figure>* one : {&series.newest, &series.reaches, &series.not_missed})
            if (*one) keep(**one);
    }
    series_.clear();
    return left;
}

}  // namespace tamga
