#include "status/figures.hpp"

#include <set>

#include "model/figure.hpp"

namespace tamga {

int months_of(const Period& period) {
    return months_between(period.first, period.last.plus_days(1));
}

KnownFigures::KnownFigures(const Json& commitment, const Date& day) : day_(day) {
    if (const auto made = Date::parse(text_of(commitment, "made"))) made_ = *made;
    auto target = Decimal::parse(text_of(commitment, "target"));
    if (target && target->sign() > 0) target_ = *std::move(target);
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
    Series& series = series_[text_of(body, "series")];
    const Figure one{period->last, observation, std::move(body)};
    if (!series.newest || series.newest->day < one.day) series.newest = one;
    if (!target_ || (made_ && one.day <= made_->first_day())) return;
    const int months = months_of(*period);
    if (months > series.months) series = {std::move(series.newest), months, {}, {}, {}};
    if (months < series.months) return;
    if (!series.last.empty() && series.last.front().day < one.day) series.last.clear();
    if (series.last.empty() || series.last.front().day == one.day) series.last.push_back(one);
    if (reaches(figure, *target_) && (!series.reaches || one.day < series.reaches->day)) series.reaches = one;
    if (!bounds_of(figure).below(*target_) && (!series.not_below || series.not_below->day < one.day))
        series.not_below = one;
}

std::vector<std::pair<RecordId, Json>> KnownFigures::take() {
    std::vector<std::pair<RecordId, Json>> left = std::move(to_come_);
    for (auto& [id, series] : series_) {
        std::set<RecordId> seen;
        const auto keep = [&](Figure& one) {
            if (seen.insert(one.name).second) left.emplace_back(one.name, std::move(one.body));
        };
        for (Figure& one : series.last) keep(one);
        for (std::optional<Figure>* one : {&series.newest, &series.reaches, &series.not_below})
            if (*one) keep(**one);
    }
    series_.clear();
    return left;
}

}  // namespace tamga
