#include "status/judged.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

namespace tamga {

namespace {

constexpr int kLastYear = 9999;
constexpr std::string_view kBetween = "; ";
constexpr std::size_t kDayLength = 10;

/// The first day on which months_between(`since`, day) is `months`.
Date months_after(const Date& since, int months) {
    const int month = since.year() * 12 + since.month() - 1 + months;
    const Date whole = Date::of_day(month / 12, month % 12 + 1, 0);
    if (since.day() <= whole.last_day().day()) return Date::of_day(whole.year(), whole.month(), since.day());
    return whole.last_day().plus_days(1);
}

/// The days on which a status can change.
class TurningDays {
  public:
    explicit TurningDays(const StatusInput& input) : from_(input.day) {
        add_dates(input.commitment);
        for (const Item& item : input.linked) add_dates(item);
        // What is due is overdue on the day after.
        const auto due = Date::parse(text_of(*input.commitment.body, "due"));
        if (due) add(due->last_day().plus_days(1));
        for (const Date& word : words_)
            for (const int months : {kSilenceMonths, kSilentAfterMonths}) {
                const Date silent = months_after(word, months);
                // What is told in between ends a silence before it is one.
                const auto next = lasting_.upper_bound(word);
                if (next == lasting_.end() || *next > silent) add(silent);
            }
    }

    const std::set<Date>& days() const { return days_; }

  private:
    void add(const Date& day) {
        if (day > from_ && day.year() <= kLastYear) days_.insert(day);
    }

    void add_dates(const Item& item) {
        for (const Field& field : info(item.name.kind).fields) {
            if (field.type == FieldType::date) {
                const auto date = Date::parse(text_of(*item.body, field.name));
                if (!date) continue;
                add(date->first_day());
                words_.insert(date->last_day());
                if (item.name.kind == Kind::report || item.name.kind == Kind::assessment)
                    lasting_.insert(date->last_day());
            } else if (field.type == FieldType::period) {
                const auto period = parse_period(text_of(*item.body, field.name));
                if (!period) continue;
                add(period->last);
                words_.insert(period->last);
                if (item.name.kind == Kind::observation) lasting_.insert(period->last);
            }
        }
    }

    Date from_;
    std::set<Date> days_;
    std::set<Date> words_;    ///< The last days that dates can mean: silence is counted from them.
    std::set<Date> lasting_;  ///< Those of observations, reports and assessments: once known, for ever.
};

std::string piece(const Judgement& judgement) {
    return fmt::format("{} {} {} {}{}{}",
                       values(Scale::pledge)[static_cast<std::size_t>(judgement.pledge)].code,
                       judgement.score ? judgement.score->text() : "-",
                       judgement.completion ? code_of(*judgement.completion) : "-", judgement.rule,
                       judgement.overdue ? " overdue" : "", judgement.silent ? " silent" : "");
}

std::string_view next_word(std::string_view& rest) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    const std::string_view word = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return word;
}

std::string_view since(std::string_view text, std::string_view day) {
    for (;;) {
        // Days of ten characters sort as text.
        const std::size_t next = text.find(kBetween);
        if (next == std::string_view::npos || text.substr(next + kBetween.size(), kDayLength) > day)
            return text;
        text.remove_prefix(std::min(next + kBetween.size() + kDayLength + 1, text.size()));
    }
}

}  // namespace

std::vector<Judged> judged_over_days(StatusInput input) {
    input.day = input.day.first_day();
    const TurningDays turning(input);
    std::vector<Judged> judged{{input.day, derive_status(input).judgement()}};
    for (const Date& day : turning.days()) {
        input.day = day;
        Judgement next = derive_status(input).judgement();
        if (next != judged.back().judgement) judged.push_back({day, std::move(next)});
    }
    return judged;
}

std::string judged_text(std::span<const Judged> judged) {
    std::string text;
    for (const Judged& one : judged) {
        if (!text.empty()) text.append(kBetween).append(one.from.text()).append(" ");
        text += piece(one.judgement);
    }
    return text;
}

std::string_view judged_since(std::string_view text, const Date& day) {
    return since(text, day.first_day().text());
}

std::string_view piece_on(std::string_view text, std::string_view day) {
    const std::string_view from = since(text, day);
    return from.substr(0, from.find(kBetween));
}

Result<Judgement> read_piece(std::string_view text) {
    const auto bad = [&] {
        return fail(ErrorCode::corrupt, "read what is judged", fmt::format("'{}' is no judgement", text),
                    "run: tamga verify, then: tamga rebuild");
    };
    std::string_view rest = text;
    Judgement judgement;
    const auto pledges = values(Scale::pledge);
    const auto pledge = std::ranges::find(pledges, next_word(rest), &ScaleValue::code);
    if (pledge == pledges.end()) return bad();
    judgement.pledge = static_cast<Pledge>(pledge - pledges.begin());
    if (const std::string_view score = next_word(rest); score != "-") {
        auto read = Decimal::parse(score);
        if (!read) return bad();
        judgement.score = *std::move(read);
    }
    if (const std::string_view completion = next_word(rest); completion != "-") {
        judgement.completion = completion_named(completion);
        if (!judgement.completion) return bad();
    }
    const auto decided_by = std::ranges::find(rules(), next_word(rest), &Rule::id);
    if (decided_by == rules().end()) return bad();
    judgement.rule = decided_by->id;
    while (!rest.empty()) {
        const std::string_view word = next_word(rest);
        if (word == "overdue")
            judgement.overdue = true;
        else if (word == "silent")
            judgement.silent = true;
        else
            return bad();
    }
    return judgement;
}

}  // namespace tamga
