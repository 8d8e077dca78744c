#include "status/status.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "status/figures.hpp"
#include "status/rules.hpp"

namespace tamga {

namespace {

constexpr Msgid kStanding{
    gettext_noop("This is a standing promise: it has no due date, so it cannot become overdue.")};
constexpr Msgid kNoDue{gettext_noop("No due date is stated, so it cannot become overdue.")};
constexpr Msgid kDue{gettext_noop("It is due by {1}.")};
constexpr Msgid kWasDue{gettext_noop("It was due by {1}.")};
constexpr Msgid kPassed =
    ngettext_noop("The due date, {2}, passed {1} day ago.", "The due date, {2}, passed {1} days ago.");
constexpr Msgid kComputed{
    gettext_noop("The due date is not stated as a date: it is computed from the words of the promise.")};
constexpr Msgid kSilent = ngettext_noop("The register holds nothing on it from the last {1} month.",
                                        "The register holds nothing on it from the last {1} months.");
constexpr Msgid kFiguresDiffer{
    gettext_noop("How far it has progressed depends on the reporter; their figures are shown side by side.")};

// Sentences of R1, R8, and of R19 and R21 where they are no remarks, for targets that are not simply a number
// to come up to.
constexpr Msgid kComesDown{gettext_noop("{1} shows {2} ({3}), which is within the target of at most {4}.")};
constexpr Msgid kChangeDisputed{gettext_noop(
    "Whether the promised change is reached depends on the reporter: by {1} it is, by {2} it is not.")};
constexpr Msgid kNoBase{
    gettext_noop("The target is set against the figure of {2}, and the register holds none by {1} from which "
                 "it could be measured: how far it has come cannot be told.")};
constexpr Msgid kNoBaseStated{
    gettext_noop("The target is a change, and the figure from which it counts is not stated: how far it has "
                 "come cannot be told.")};
constexpr Msgid kNoWay{
    gettext_noop("By {1} the target is not reached, and the figure from which it counts is not stated: how "
                 "far it has come cannot be told.")};

using MaybeDate = std::optional<Date>;

MaybeDate date_of(const Json& body, FieldName field) {
    const auto date = Date::parse(text_of(body, field));
    return date ? MaybeDate(*date) : std::nullopt;
}

/// Has begun by `day`: evidence with a less exact date counts from the first day that it can mean.
bool by(const Date& date, const Date& day) {
    return date.first_day() <= day;
}

/// What is surely or possibly later goes by first days; what has no date is older than all that has one.
bool newer(const MaybeDate& a, const MaybeDate& b) {
    if (!a || !b) return a.has_value() && !b.has_value();
    return a->first_day() > b->first_day();
}

bool newest_first(const Evidence& a, const Evidence& b) {
    if (newer(a.date, b.date)) return true;
    if (newer(b.date, a.date)) return false;
    return a.name < b.name;
}

Argument argument(const WordedFigure& figure) {
    return figure.wording.empty() ? Argument(figure.value) : Argument(figure);
}

Argument argument(const MaybeDate& date) {
    return date ? Argument(*date) : Argument(NotStated());
}

/// Some of the evidence, and how far it shows the promise to be.
struct Finding {
    Completion level = Completion::not_started;
    bool delivered = false;          ///< Part of what was promised is there, not only work on it.
    MaybeDate date;                  ///< The newest of its evidence.
    std::vector<Evidence> evidence;  ///< Newest first.

    void settle() {
        std::ranges::sort(evidence, newest_first);
        if (!evidence.empty()) date = evidence.front().date;
    }
};

std::vector<RecordId> names(const std::vector<Evidence>& evidence) {
    std::vector<RecordId> result;
    for (const Evidence& one : evidence) result.push_back(one.name);
    return result;
}

Completion level_of_share(const Decimal& part, const Decimal& whole) {
    if (part.sign() <= 0) return Completion::not_started;
    if (part >= whole) return Completion::complete;
    return part + part >= whole ? Completion::substantial : Completion::limited;
}

/// Of a worded figure: "about" or "almost" the target is not the target. Nothing where the way to it is not
/// known.
std::optional<Completion> level_of(const WordedFigure& figure, const Goal& goal) {
    if (goal.reached_by(figure)) return Completion::complete;
    const auto way = goal.way_of(figure);
    if (!way) return std::nullopt;
    return std::min(Completion::substantial, level_of_share(way->first, way->second));
}

/// True if `unit` names a sort of record of `kind`, so that linked records can be counted towards a target:
/// the kind's name or one of its codes for type or level, in the singular or with s.
bool unit_counts(std::string_view unit, Kind kind) {
    const KindInfo& about = info(kind);
    const auto is = [&](std::string_view word) {
        return unit == word || (unit.starts_with(word) && unit.substr(word.size()) == "s");
    };
    if (is(about.name) || unit == about.plural) return true;
    for (const char* field : {"type", "level"})
        if (const Field* codes = about.field(field))
            if (std::ranges::any_of(codes->codes, [&](auto code) { return code != "other" && is(code); }))
                return true;
    return false;
}

struct Report {
    std::string party;
    Completion level;
    Evidence evidence;
    bool delivered = false;  ///< Gives a figure above zero, towards the target.
};

struct Word {
    std::string party;
    Evidence evidence;
};

struct Assessment {
    std::string party;  ///< Empty: speaks of all.
    int score;
    Evidence evidence;
};

/// What the commitment says, and its evidence sorted out; the same for every party.
struct Case {
    explicit Case(const StatusInput& input);

    /// What holds for the party, with all that it reported and that was found of it.
    PartyStatus account_of(const std::string& party) const;

    Date day;
    std::vector<std::string> parties;
    MaybeDate due;
    bool computed = false;
    bool standing = false;
    bool due_passed = false;
    MaybeDate made;
    MaybeDate base_date;
    bool has_number = false;  ///< A number is promised, of whatever kind.
    std::optional<Target> target;
    std::string unit;
    /// Of linked series in its unit: their figures of the base period, where that is each reporter's own.
    std::map<std::string, std::vector<WordedFigure>> bases;
    std::map<std::string, std::vector<WordedFigure>> bases_of_parties;  ///< The same by reporting party.

    std::vector<Report> reports;
    std::vector<Word> unlevelled;  ///< Reports that do not say how far it has come.
    std::vector<Assessment> assessments;
    Finding results;  ///< Linked results other than figures.
    /// Linked figures. Complete: every reporter that can tell has the target reached.
    Finding figures;
    bool figures_differ = false;   ///< By completion; then figures.level is the lowest that is told.
    bool figures_of_none = false;  ///< Figures are there, and none has come any of the way.
    Message reached;               ///< The sentence about the figure that reaches the target.
    Finding disputed;  ///< Figures by which the target is reached, and not reached; empty if none are.
    Message dispute;   ///< The sentence about these.
    std::vector<RecordId> reaching;  ///< The series by which the target is reached.
    Finding stopped;                 ///< Projects suspended or cancelled, if none is under way.
    Finding foreign;                 ///< Reports of others than those that promised.
    Finding planned;                 ///< Linked results that are announced or planned.
    /// Updates and statements about it that are newer than the promise: they break a silence, and tell no
    /// level.
    Finding spoken;
    Finding vague;  ///< Linked results and figures that do not tell how far it has come.
    std::vector<Evidence> all;
    std::vector<Progress> progress;
    std::optional<int> silent_months;

    /// What cannot be told for want of a base; nothing where nothing is wanting.
    std::optional<Message> wanting() const;

  private:
    PartyStatus judge(const std::string& party) const;
    void read_commitment(const Json& body);
    void read_report(const Item& item);
    void read_assessment(const Item& item);
    void read_word(const Item& item);
    void read_bases(const StatusInput& input);
    void read_results(const StatusInput& input);
    void read_figures(const StatusInput& input);
    /// Keeps it beside those of other claimants; of one claimant, the newest.
    void offer_progress(std::optional<RecordId> claimant, WordedFigure figure, std::optional<Goal> goal,
                        const Evidence& from);
    bool fits(const Item& series) const {
        return target && !unit.empty() && text_of(*series.body, "unit") == unit;
    }
};

Case::Case(const StatusInput& input) : day(input.day.first_day()) {
    read_commitment(*input.commitment.body);
    read_bases(input);
    for (const Item& item : input.linked) {
        if (item.name.kind == Kind::report) read_report(item);
        if (item.name.kind == Kind::assessment) read_assessment(item);
        if (item.name.kind == Kind::update || item.name.kind == Kind::statement) read_word(item);
    }
    read_results(input);
    read_figures(input);
    std::ranges::sort(all, newest_first);
    foreign.settle();
    spoken.settle();
    std::ranges::sort(progress,
                      [](const Progress& a, const Progress& b) { return newest_first(a.from, b.from); });

    MaybeDate last = made && by(*made, day) ? made : std::nullopt;
    if (last) last = std::min(last->last_day(), day);
    for (const Evidence& one : all)
        if (one.date) {
            // A less exact date may mean its last day: the silence is never told longer than it is.
            const Date latest = std::min(one.date->last_day(), day);
            if (!last || latest > *last) last = latest;
        }
    if (last) silent_months = months_between(*last, day);
}

void Case::read_commitment(const Json& body) {
    for (const Json& party : body.value("by", Json::array())) parties.push_back(party.get<std::string>());
    due = date_of(body, "due");
    const std::string basis = text_of(body, "due_basis");
    computed = basis == "computed";
    due_passed = due && day > due->last_day();
    made = date_of(body, "made");
    has_number = decimal_of(body, "target").has_value();
    target = Target::of(body);
    base_date = date_of(body, "base_period");
    unit = text_of(body, "unit");
    standing = !due && basis == "standing";
}

void Case::read_bases(const StatusInput& input) {
    if (!target || !target->by_own_base()) return;
    std::map<std::string, std::string> reporters;
    for (const Item& item : input.linked)
        if (item.name.kind == Kind::series && fits(item))
            reporters.emplace(item.name.id, text_of(*item.body, "reporter"));
    for (const Item& item : input.linked) {
        if (item.name.kind != Kind::observation) continue;
        const auto reporter = reporters.find(text_of(*item.body, "series"));
        const auto period = parse_period(text_of(*item.body, "period"));
        const auto value = decimal_of(*item.body, "value");
        if (reporter == reporters.end() || !period || !value || period->last > day) continue;
        if (!target->is_own_base(*period)) continue;
        const WordedFigure figure{*value, text_of(*item.body, "qualifier")};
        bases[reporter->first].push_back(figure);
        if (!reporter->second.empty()) bases_of_parties[reporter->second].push_back(figure);
    }
}

void Case::read_report(const Item& item) {
    const Evidence evidence{item.name, date_of(*item.body, "date")};
    const std::string party = text_of(*item.body, "party");
    // An erased report has no party.
    if (party.empty() || (evidence.date && !by(*evidence.date, day))) return;
    all.push_back(evidence);
    if (std::ranges::find(parties, party) == parties.end()) {
        foreign.evidence.push_back(evidence);
        return;
    }
    auto level = completion_named(text_of(*item.body, "progress"));
    bool delivered = false;
    if (const auto value = decimal_of(*item.body, "value")) {
        if (target) {
            const WordedFigure figure{*value, text_of(*item.body, "qualifier")};
            const RecordId claimant{Kind::party, party};
            const auto goal = target->goal(bases_of_parties[party]);
            const auto told = goal ? level_of(figure, *goal) : std::nullopt;
            // The figure says more than the word beside it.
            if (told || (goal && goal->missed_by(figure) && level == Completion::complete)) level = told;
            delivered = told.value_or(Completion::not_started) != Completion::not_started;
            offer_progress(claimant, figure, goal, evidence);
        } else if (!level && value->sign() > 0) {
            level = Completion::limited;
        }
    }
    if (level)
        reports.push_back({party, *level, evidence, delivered});
    else
        unlevelled.push_back({party, evidence});
}

void Case::read_assessment(const Item& item) {
    const Evidence evidence{item.name, date_of(*item.body, "date")};
    const std::string score = text_of(*item.body, "score");
    // An erased assessment has no score.
    if (score.empty() || (evidence.date && !by(*evidence.date, day))) return;
    all.push_back(evidence);
    const std::string party = text_of(*item.body, "party");
    if (score == "+1") assessments.push_back({party, 1, evidence});
    if (score == "0") assessments.push_back({party, 0, evidence});
    if (score == "-1") assessments.push_back({party, -1, evidence});
}

void Case::read_word(const Item& item) {
    const Evidence evidence{item.name, date_of(*item.body, "date")};
    // The news of the promise itself is no news of what became of it.
    if (!evidence.date || !by(*evidence.date, day) || !made || !newer(evidence.date, made->last_day()))
        return;
    all.push_back(evidence);
    spoken.evidence.push_back(evidence);
}

/// How one linked record stands on `day`.
struct Standing {
    enum { no_result, vague, planned, begun, there, stopped } state;
    MaybeDate date;
};

Standing standing_of(const Item& item, const Date& day) {
    const Json& body = *item.body;
    const auto day_of = [&](FieldName field) {
        const auto date = date_of(body, field);
        return date && by(*date, day) ? date : std::nullopt;
    };
    // What is dated for a day to come is a plan.
    const auto yet = [&](const char* field) {
        return body.contains(field) ? Standing::planned : Standing::vague;
    };
    const std::string status = text_of(body, "status");
    switch (item.name.kind) {
        case Kind::centre:
            if (const auto opened = day_of("opened")) return {Standing::there, opened};
            if (const auto announced = day_of("announced")) return {Standing::planned, announced};
            return {body.contains("announced") ? Standing::planned : yet("opened"), {}};
        case Kind::meeting: {
            const auto start = date_of(body, "start");
            if (status == "cancelled") return {Standing::stopped, {}};
            // A date alone does not show that it was held.
            if (status == "held" && start && !by(*start, day)) return {Standing::planned, {}};
            if (status != "held") return {status.empty() ? Standing::vague : Standing::planned, {}};
            const auto end = day_of("end");
            return {Standing::there, end ? end : start};
        }
        case Kind::instrument:
            if (const auto concluded = day_of("date")) return {Standing::there, concluded};
            return {yet("date"), {}};
        case Kind::project: {
            const auto told = day_of("status_date");
            const auto start = day_of("start");
            const auto end = day_of("end");
            // A state told for a later day is not known yet.
            const bool known = !status.empty() && (told || !body.contains("status_date"));
            if (!known) return {start ? Standing::begun : yet("start"), start};
            if (status == "closed") return {Standing::there, end ? end : told};
            if (status == "suspended" || status == "cancelled") return {Standing::stopped, told};
            if (status == "pipeline") return {Standing::planned, told};
            return {Standing::begun, told ? told : start};
        }
        default:
            return {Standing::no_result, {}};
    }
}

void Case::read_results(const StatusInput& input) {
    long long linked = 0, counted = 0;
    bool countable = false;
    Finding there, begun, stops;
    for (const Item& item : input.linked) {
        const Standing standing_now = standing_of(item, day);
        if (standing_now.state == Standing::no_result) continue;
        const Evidence evidence{item.name, standing_now.date};
        const bool named = unit_counts(unit, item.name.kind);
        ++linked;
        countable = countable || named;
        all.push_back(evidence);
        switch (standing_now.state) {
            case Standing::there:
                there.evidence.push_back(evidence);
                counted += named;
                break;
            case Standing::begun:
                begun.evidence.push_back(evidence);
                break;
            case Standing::stopped:
                stops.evidence.push_back(evidence);
                break;
            case Standing::planned:
                planned.evidence.push_back(evidence);
                break;
            default:
                vague.evidence.push_back(evidence);
        }
    }
    planned.settle();
    there.settle();
    // With a target, only figures or counted records can show that all of it is there.
    if (!has_number) results.level = level_of_share(static_cast<long long>(there.evidence.size()), linked);
    const auto goal = target ? target->goal_of_count() : std::nullopt;
    if (goal && countable && counted > 0) {
        const WordedFigure count{Decimal(counted), {}};
        results.level = level_of(count, *goal).value_or(Completion::not_started);
        offer_progress({}, count, goal, there.evidence.front());
    }
    results.evidence = there.evidence;
    results.delivered = !there.evidence.empty();
    if (results.level != Completion::complete)
        results.evidence.insert(results.evidence.end(), begun.evidence.begin(), begun.evidence.end());
    if (!results.evidence.empty()) results.level = std::max(results.level, Completion::limited);
    results.settle();
    if (begun.evidence.empty()) stopped = std::move(stops);
    stopped.settle();
}

/// One value of a linked series.
struct Figure {
    Evidence evidence;
    WordedFigure figure;
    int months;
    bool reached, missed;
};

/// The observations of each linked series that can be set against the target, oldest first: in the
/// commitment's unit, of periods that have ended, after the promise was made. Of a series with periods of
/// different length only the longest: five months are no year.
std::map<std::string, std::vector<Figure>> comparable(std::map<std::string, std::vector<Figure>> by_series) {
    for (auto& [id, found] : by_series) {
        int longest = 0;
        for (const Figure& one : found) longest = std::max(longest, one.months);
        std::erase_if(found, [&](const Figure& one) { return one.months < longest; });
        std::ranges::sort(
            found, [](const Figure& a, const Figure& b) { return newest_first(b.evidence, a.evidence); });
    }
    std::erase_if(by_series, [](const auto& entry) { return entry.second.empty(); });
    return by_series;
}

void Case::read_figures(const StatusInput& input) {
    std::map<std::string, std::vector<Figure>> by_series;
    std::map<std::string, std::optional<Goal>> goals;
    std::map<std::string, MaybeDate> others;  // Series that cannot be set against it, with their newest day.
    for (const Item& item : input.linked)
        if (item.name.kind == Kind::series && fits(item)) {
            by_series.try_emplace(item.name.id);
            goals.emplace(item.name.id, target->goal(bases[item.name.id]));
        }
    for (const Item& item : input.linked) {
        if (item.name.kind != Kind::observation) continue;
        const auto period = parse_period(text_of(*item.body, "period"));
        const auto value = decimal_of(*item.body, "value");
        if (!period || !value || period->last > day) continue;
        const Evidence evidence{item.name, period->last};
        all.push_back(evidence);
        const std::string id = text_of(*item.body, "series");
        const auto series = by_series.find(id);
        // What was so before the promise was made is no result of it.
        if (series == by_series.end() || (made && period->last <= made->first_day()) ||
            !target->takes(*period)) {
            if (MaybeDate& newest = others[id]; newer(evidence.date, newest)) newest = evidence.date;
            continue;
        }
        const WordedFigure figure{*value, text_of(*item.body, "qualifier")};
        const std::optional<Goal>& goal = goals[id];
        series->second.push_back({evidence, figure, months_of(*period), goal && goal->reached_by(figure),
                                  goal && goal->missed_by(figure)});
    }
    by_series = comparable(std::move(by_series));
    for (const auto& [id, newest] : others)
        if (!by_series.contains(id)) vague.evidence.push_back({{Kind::series, id}, newest});

    const Figure* first = nullptr;  // The earliest that reaches the target.
    Finding reach, below;
    std::vector<RecordId> short_of_it;
    std::set<Completion> levels;
    for (const auto& [id, found] : by_series) {
        const RecordId series{Kind::series, id};
        const std::optional<Goal>& goal = goals[id];
        const auto reached_at = std::ranges::find(found, true, &Figure::reached);
        for (const Figure& one : found) {
            if (newer(found.back().evidence.date, one.evidence.date)) continue;
            offer_progress(series, one.figure, goal, one.evidence);
            if (const auto level = goal ? level_of(one.figure, *goal) : std::nullopt) {
                levels.insert(*level);
                figures.evidence.push_back(one.evidence);
                figures.delivered = figures.delivered || *level != Completion::not_started;
            } else if (reached_at == found.end()) {
                vague.evidence.push_back(one.evidence);
            }
        }
        if (reached_at == found.end()) continue;
        reaching.push_back(series);
        reach.evidence.push_back(reached_at->evidence);
        if (!first || newer(first->evidence.date, reached_at->evidence.date)) first = &*reached_at;
    }
    vague.settle();
    figures.settle();
    if (!levels.empty()) figures.level = *levels.begin();
    figures.level = std::min(figures.level, Completion::substantial);
    figures_differ = levels.size() > 1;
    figures_of_none = levels.size() == 1 && *levels.begin() == Completion::not_started;
    if (!first) return;
    // A reporter that has no figure for as long and as late says nothing against those that have; nor does
    // one whose wording leaves it open.
    for (const auto& [id, found] : by_series) {
        if (std::ranges::find(reaching, id, &RecordId::id) != reaching.end()) continue;
        std::vector<Evidence> told;
        bool all_below = true;
        for (const Figure& one : found) {
            if (newer(first->evidence.date, one.evidence.date) || one.months < first->months) continue;
            told.push_back(one.evidence);
            all_below = all_below && one.missed;
        }
        if (told.empty() || !all_below) continue;
        short_of_it.push_back({Kind::series, id});
        below.evidence.insert(below.evidence.end(), told.begin(), told.end());
    }
    if (!short_of_it.empty()) {
        dispute = {rule(RuleName::reporters_differ).sentence, {reaching, std::move(short_of_it)}};
        if (target->form == Target::Form::value)
            dispute.arguments.push_back(target->number);
        else
            dispute.msgid = kChangeDisputed;
        disputed.evidence = std::move(reach.evidence);
        disputed.evidence.insert(disputed.evidence.end(), below.evidence.begin(), below.evidence.end());
        disputed.settle();
        return;
    }
    figures = std::move(reach);
    figures.settle();
    figures.level = Completion::complete;
    figures.delivered = true;
    figures_differ = false;
    for (const auto& [id, found] : by_series)
        for (const Figure& one : found)
            if (one.reached && one.evidence == figures.evidence.front())
                reached = {
                    target->at_most ? kComesDown : rule(RuleName::figure_reached).sentence,
                    {RecordId{Kind::series, id}, one.figure, *one.evidence.date, argument(goals[id]->value)}};
}

std::optional<Message> Case::wanting() const {
    std::set<RecordId> without;
    for (const Progress& one : progress)
        if (one.claimant && std::ranges::find(reaching, *one.claimant) == reaching.end() && !one.percent &&
            !(one.goal && (one.goal->base || one.goal->reached_by(one.figure))))
            without.insert(*one.claimant);
    if (without.empty()) return std::nullopt;
    std::vector<RecordId> who(without.begin(), without.end());
    if (target->by_own_base() && base_date) return Message{kNoBase, {std::move(who), *base_date}};
    if (target->form != Target::Form::value) return Message{kNoBaseStated, {}};
    return Message{kNoWay, {std::move(who)}};
}

void Case::offer_progress(std::optional<RecordId> claimant, WordedFigure figure, std::optional<Goal> goal,
                          const Evidence& from) {
    const auto older = [&](const Progress& known) {
        return known.claimant == claimant && newer(from.date, known.from.date);
    };
    const auto as_new = [&](const Progress& known) {
        return known.claimant == claimant && newer(known.from.date, from.date);
    };
    if (std::ranges::any_of(progress, as_new)) return;
    std::erase_if(progress, older);
    auto percent = goal ? goal->percent_of(figure) : std::nullopt;
    progress.push_back({std::move(claimant), std::move(figure), std::move(goal), std::move(percent), from});
}

PartyStatus Case::judge(const std::string& party) const {
    const auto verdict_in = [&](RuleName chosen, std::optional<int> score,
                                std::optional<Completion> completion, Message sentence,
                                std::vector<Evidence> evidence) {
        const Rule& published = rule(chosen);
        return PartyStatus{{Kind::party, party}, *published.result,   score, completion, published.id,
                           std::move(sentence),  std::move(evidence), {},    {}};
    };
    const auto verdict = [&](RuleName chosen, std::optional<int> score, std::optional<Completion> completion,
                             std::vector<Argument> arguments, std::vector<Evidence> evidence) {
        return verdict_in(chosen, score, completion, {rule(chosen).sentence, std::move(arguments)},
                          std::move(evidence));
    };
    const auto of_finding = [&](RuleName chosen, std::optional<int> score,
                                std::optional<Completion> completion, const Finding& finding) {
        return verdict(chosen, score, completion, {names(finding.evidence), argument(finding.date)},
                       finding.evidence);
    };

    // The newest assessment of this party's delivery; one that names the party goes before one that speaks
    // of all on the same day.
    std::vector<const Assessment*> latest;
    for (const Assessment& one : assessments) {
        if (!one.party.empty() && one.party != party) continue;
        const auto rank = [](const Assessment& a, const Assessment& b) {
            if (newer(a.evidence.date, b.evidence.date)) return 1;
            if (newer(b.evidence.date, a.evidence.date)) return -1;
            return static_cast<int>(!a.party.empty()) - static_cast<int>(!b.party.empty());
        };
        const int against = latest.empty() ? 1 : rank(one, *latest.front());
        if (against > 0) latest.clear();
        if (against >= 0) latest.push_back(&one);
    }
    std::ranges::sort(latest, {}, [](const Assessment* one) { return one->evidence.name; });
    const Assessment* assessed = latest.empty() ? nullptr : latest.front();
    const bool disagree =
        std::ranges::any_of(latest, [&](const Assessment* one) { return one->score != assessed->score; });
    const auto since = [&](const MaybeDate& date) {
        return !assessed || newer(date, assessed->evidence.date);
    };
    if (!standing && figures.level == Completion::complete && since(figures.date))
        return verdict_in(RuleName::figure_reached, 1, Completion::complete, reached, figures.evidence);
    if (!standing && results.level == Completion::complete && since(results.date))
        return of_finding(RuleName::results_delivered, 1, Completion::complete, results);
    if (disagree) {
        Finding both;
        for (const Assessment* one : latest) both.evidence.push_back(one->evidence);
        both.settle();
        return of_finding(RuleName::assessors_disagree, {}, {}, both);
    }

    const Report* reported = nullptr;
    for (const Report& one : reports)
        if (one.party == party && (!reported || newest_first(one.evidence, reported->evidence)))
            reported = &one;

    // All that shows work, whatever its date; never complete, for the assessor has seen it.
    const Completion shown = std::min(
        Completion::substantial,
        std::max({results.level, figures.level, reported ? reported->level : Completion::not_started}));
    const auto of_assessment = [&](RuleName chosen, Completion completion) {
        return verdict(chosen, assessed->score, completion,
                       {assessed->evidence.name, argument(assessed->evidence.date)}, {assessed->evidence});
    };
    if (assessed) {
        const auto& date = assessed->evidence.date;
        const bool after_due = due && date && date->first_day() > due->last_day();
        if (assessed->score == 1) return of_assessment(RuleName::assessed_delivered, Completion::complete);
        if (assessed->score == -1 && after_due)
            return of_assessment(RuleName::assessed_broken_after_due, Completion::not_started);
        if (assessed->score == -1 && standing)
            return of_assessment(RuleName::assessed_broken_standing, Completion::not_started);
        if (assessed->score == 0 && after_due)
            return of_assessment(RuleName::assessed_partly_after_due, std::max(Completion::limited, shown));
    }

    if (!standing && !disputed.evidence.empty() && since(disputed.date))
        return verdict_in(RuleName::reporters_differ, {}, {}, dispute, disputed.evidence);

    // From here on what is older than the assessment no longer counts.
    if (reported && !since(reported->evidence.date)) reported = nullptr;
    const Completion own = reported ? reported->level : Completion::not_started;
    const auto of_report = [&](RuleName chosen, std::optional<int> score, Completion completion) {
        return verdict(
            chosen, score, completion,
            {RecordId{Kind::party, party}, reported->evidence.name, argument(reported->evidence.date)},
            {reported->evidence});
    };
    if (!standing && own == Completion::complete)
        return of_report(RuleName::reported_complete, 1, Completion::complete);

    Finding work;
    for (const Finding* one : {&results, &figures})
        if (one->level != Completion::not_started && since(one->date)) {
            work.level = std::max(work.level, one->level);
            work.delivered = work.delivered || one->delivered;
            work.evidence.insert(work.evidence.end(), one->evidence.begin(), one->evidence.end());
        }
    work.settle();
    const bool found_in_progress = assessed && assessed->score == 0;
    const Completion level = std::min(
        Completion::substantial,
        std::max({own, work.level,
                  found_in_progress ? std::max(Completion::limited, shown) : Completion::not_started}));

    const bool own_leads = own != Completion::not_started && own >= work.level;
    Finding leading = work;
    if (own_leads) leading.evidence = {reported->evidence};
    if (leading.evidence.empty() && assessed) leading.evidence = {assessed->evidence};
    leading.settle();
    // Reporters who differ on how far it has come leave it open.
    const std::optional<Completion> told =
        figures_differ && !own_leads && since(figures.date) && results.level <= figures.level
            ? std::nullopt
            : std::optional(level);
    const bool part_is_there =
        level == Completion::substantial || work.delivered || (own_leads && reported->delivered);
    if (due_passed && part_is_there)
        return of_finding(RuleName::partly_delivered_after_due, 0, told, leading);

    const bool moved_since =
        (own != Completion::not_started && newer(reported->evidence.date, stopped.date)) ||
        newer(work.date, stopped.date);
    if (!stopped.evidence.empty() && since(stopped.date) && !moved_since)
        return of_finding(RuleName::project_stopped, 0, told, stopped);
    if (level != Completion::not_started) {
        if (!standing && silent_months && *silent_months >= kSilentAfterMonths)
            return verdict(
                RuleName::silent_after_start, 0, told,
                {static_cast<long long>(*silent_months), all.front().name, argument(all.front().date)},
                leading.evidence);
        if (own_leads) return of_report(RuleName::reported_progress, 0, level);
        if (!work.evidence.empty()) return of_finding(RuleName::results_under_way, 0, told, work);
        return of_assessment(RuleName::assessed_in_progress, level);
    }

    const Completion none = Completion::not_started;
    if (reported) return of_report(RuleName::reported_not_begun, {}, none);
    if (assessed) return of_assessment(RuleName::assessed_not_begun, none);
    if (figures_of_none) return of_finding(RuleName::figures_show_nothing, {}, none, figures);
    const Word* word = nullptr;
    for (const Word& one : unlevelled)
        if (one.party == party && (!word || newest_first(one.evidence, word->evidence))) word = &one;
    const std::optional<Message> wants = wanting();
    if (word && wants) return verdict_in(RuleName::reported_without_level, {}, {}, *wants, {word->evidence});
    if (word)
        return verdict(RuleName::reported_without_level, {}, {},
                       {RecordId{Kind::party, party}, word->evidence.name, argument(word->evidence.date)},
                       {word->evidence});
    // What is said of another party that promised is no word on this one.
    const bool others_told = !reports.empty() || !unlevelled.empty() || !assessments.empty();
    if (!foreign.evidence.empty() && reports.empty() && unlevelled.empty())
        return of_finding(RuleName::reported_by_others, {}, {}, foreign);
    if (!vague.evidence.empty() && wants)
        return verdict_in(RuleName::known_without_level, {}, {}, *wants, vague.evidence);
    if (!vague.evidence.empty()) return of_finding(RuleName::known_without_level, {}, {}, vague);
    if (!spoken.evidence.empty()) return of_finding(RuleName::spoken_of, {}, {}, spoken);
    if (!planned.evidence.empty()) return of_finding(RuleName::only_planned, {}, {}, planned);
    if (others_told)
        return verdict(RuleName::nothing_of_this_party, {}, {}, {RecordId{Kind::party, party}}, {});
    if (standing) return verdict(RuleName::standing_without_word, {}, {}, {}, {});
    if (due_passed) return verdict(RuleName::nothing_by_due, {}, {}, {*due}, {});
    if (due) return verdict(RuleName::nothing_yet, {}, {}, {*due}, {});
    return verdict(RuleName::nothing_without_due, {}, {}, {}, {});
}

PartyStatus Case::account_of(const std::string& party) const {
    PartyStatus account = judge(party);
    for (const Report& one : reports)
        if (one.party == party) account.reports.push_back(one.evidence);
    for (const Word& one : unlevelled)
        if (one.party == party) account.reports.push_back(one.evidence);
    for (const Assessment& one : assessments)
        if (one.party.empty() || one.party == party) account.assessments.push_back(one.evidence);
    std::ranges::sort(account.reports, newest_first);
    std::ranges::sort(account.assessments, newest_first);
    return account;
}

/// The state of a promise whose parties differ in state. What only some of them did not do, or said nothing
/// of, is no state of the whole.
Pledge combined(const std::vector<PartyStatus>& parties, bool due_passed) {
    const auto any = [&](auto... states) {
        return std::ranges::any_of(parties,
                                   [&](const PartyStatus& one) { return ((one.pledge == states) || ...); });
    };
    if (any(Pledge::kept, Pledge::partly_kept)) return due_passed ? Pledge::partly_kept : Pledge::in_progress;
    if (any(Pledge::in_progress)) return Pledge::in_progress;
    if (any(Pledge::stalled)) return Pledge::stalled;
    return Pledge::cannot_be_judged;
}

std::optional<Completion> combined_completion(const std::vector<PartyStatus>& parties) {
    std::size_t judged = 0, far = 0, complete = 0, none = 0;
    for (const PartyStatus& one : parties) {
        if (!one.completion) continue;
        ++judged;
        far += *one.completion >= Completion::substantial;
        complete += *one.completion == Completion::complete;
        none += *one.completion == Completion::not_started;
    }
    if (complete == parties.size()) return Completion::complete;
    if (none == parties.size()) return Completion::not_started;
    if (2 * far >= parties.size()) return Completion::substantial;
    // Those of whom nothing is known may have done all of it.
    return judged == parties.size() ? std::optional(Completion::limited) : std::nullopt;
}

std::vector<Message> remarks_on(const Case& facts, const Status& status) {
    const std::vector<PartyStatus>& parties = status.parties;
    std::vector<Message> remarks;
    if (facts.standing)
        remarks.push_back({kStanding, {}});
    else if (!facts.due)
        remarks.push_back({kNoDue, {}});
    else if (status.rule == rule(RuleName::nothing_by_due).id)
        ;  // Its sentence says so.
    else if (status.overdue)
        remarks.push_back({kPassed, {status.days_overdue, *facts.due}});
    else
        remarks.push_back({facts.due_passed ? kWasDue : kDue, {*facts.due}});
    if (facts.due && facts.computed) remarks.push_back({kComputed, {}});
    if (facts.figures_differ && status.rule != rule(RuleName::reporters_differ).id)
        remarks.push_back({kFiguresDiffer, {}});
    if (auto wants = facts.wanting(); wants && std::ranges::none_of(parties, [&](const PartyStatus& one) {
                                          return one.explanation.msgid.text == wants->msgid.text;
                                      }))
        remarks.push_back(*std::move(wants));
    const bool open = status.pledge != Pledge::kept && status.pledge != Pledge::broken;
    const bool said = status.rule == rule(RuleName::silent_after_start).id;
    if (open && !said && status.silent_months.value_or(0) > 0)
        remarks.push_back({kSilent, {static_cast<long long>(*status.silent_months)}});
    return remarks;
}

}  // namespace

Status derive_status(const StatusInput& input) {
    const Case facts(input);
    std::vector<PartyStatus> parties;
    for (const std::string& party : facts.parties) parties.push_back(facts.account_of(party));
    // `by` is required of a commitment; without it, it is judged as one unnamed party's.
    if (parties.empty()) parties.push_back(facts.account_of({}));

    const PartyStatus& first = parties.front();
    const bool alike = std::ranges::all_of(parties, [&](const PartyStatus& one) {
        return one.rule == first.rule && one.completion == first.completion &&
               one.evidence == first.evidence && one.explanation.arguments == first.explanation.arguments;
    });
    Status status;
    status.pledge = first.pledge;
    status.completion = first.completion;
    status.rule = first.rule;
    status.explanation = first.explanation;
    status.evidence = facts.all;
    if (!alike) {
        const Rule& differ = rule(RuleName::parties_differ);
        const bool same_state =
            std::ranges::all_of(parties, [&](const PartyStatus& one) { return one.pledge == first.pledge; });
        std::vector<RecordId> who;
        for (const PartyStatus& one : parties) who.push_back(one.party);
        status.pledge = same_state ? first.pledge : combined(parties, facts.due_passed);
        status.completion = combined_completion(parties);
        status.rule = differ.id;
        status.explanation = {differ.sentence, {std::move(who)}};
    }
    Decimal sum;
    long long scored = 0;
    for (const PartyStatus& one : parties)
        if (one.score) {
            sum = sum + Decimal(*one.score);
            ++scored;
        }
    status.score = quotient(sum, scored, 2);
    status.progress = facts.progress;
    status.silent_months = facts.silent_months;
    status.overdue = facts.due_passed && status.pledge != Pledge::kept;
    if (status.overdue) status.days_overdue = facts.day.day_number() - facts.due->last_day().day_number();
    status.parties = std::move(parties);
    status.remarks = remarks_on(facts, status);
    return status;
}

Judgement Status::judgement() const {
    return {pledge, score, completion, overdue, silent_months.value_or(0) >= kSilenceMonths, rule};
}

std::string_view Judgement::code(Scale scale) const {
    constexpr std::string_view not_scored = "not-scored";
    const std::string_view of_pledge = values(Scale::pledge)[static_cast<std::size_t>(pledge)].code;
    if (pledge == Pledge::nothing_reported) return of_pledge;
    switch (scale) {
        case Scale::pledge:
            return of_pledge;
        case Scale::score:
            if (!score) return not_scored;
            return values(scale)[static_cast<std::size_t>(1 - score->rounded(0).sign())].code;
        case Scale::completion:
            return completion ? code_of(*completion) : not_scored;
    }
    std::abort();
}

std::vector<Count> progress_of(std::span<const Judgement> set, Scale scale) {
    std::vector<Count> counts;
    for (const ScaleValue& value : values(scale)) counts.push_back({value.code, 0});
    for (const Judgement& one : set) ++std::ranges::find(counts, one.code(scale), &Count::code)->count;
    return counts;
}

Average average_score(std::span<const Judgement> set) {
    Average average;
    Decimal sum;
    average.of = set.size();
    for (const Judgement& one : set)
        if (one.score) {
            sum = sum + *one.score;
            ++average.scored;
        }
    average.score = quotient(sum, static_cast<long long>(average.scored), 2);
    return average;
}

}  // namespace tamga
