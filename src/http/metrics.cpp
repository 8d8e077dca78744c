#include "http/metrics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace tamga::http {

namespace {

std::string number(double value) {
    // Counts and bytes in full, without an exponent: both are allowed, but people read this too.
    if (value == std::floor(value) && std::abs(value) < 1e15) return fmt::format("{:.0f}", value);
    return fmt::format("{}", value);
}

/// A label's value between its quotes.
std::string escaped(std::string_view text) {
    std::string out;
    for (const char letter : text) {
        if (letter == '\n') {
            out += "\\n";
            continue;
        }
        if (letter == '\\' || letter == '"') out += '\\';
        out += letter;
    }
    return out;
}

}  // namespace

void Exposition::metric(std::string_view name, Type type, std::string_view help) {
    constexpr const char* kTypes[] = {"counter", "gauge", "histogram"};
    name_ = name;
    text_ += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, help, name, kTypes[static_cast<int>(type)]);
}

void Exposition::value(double value, Labels labels, std::string_view suffix) {
    text_ += name_;
    text_ += suffix;
    char separator = '{';
    for (const auto& [label, text] : labels) {
        text_ += fmt::format("{}{}=\"{}\"", separator, label, escaped(text));
        separator = ',';
    }
    text_ += fmt::format("{} {}\n", separator == ',' ? "}" : "", number(value));
}

void Exposition::only(std::string_view name, Type type, std::string_view help, double one) {
    metric(name, type, help);
    value(one);
}

void AnswerCounts::count(const AccessLine& line) {
    const double seconds = std::chrono::duration<double>(line.duration).count();
    const auto bucket =
        static_cast<std::size_t>(std::ranges::lower_bound(kBounds, seconds) - kBounds.begin());
    const auto digit = static_cast<std::size_t>(std::clamp(line.status / 100, 0, 5));
    const std::lock_guard lock(mutex_);
    Route& route = routes_[line.route.empty() ? std::string_view("none") : line.route];
    ++route.by_class[digit];
    ++route.by_time[bucket];
    route.seconds += seconds;
}

void AnswerCounts::write(Exposition& out) const {
    const std::lock_guard lock(mutex_);
    out.metric("tamga_http_answers_total", Exposition::Type::counter,
               "Answers by route and class of status.");
    for (const auto& [name, route] : routes_)
        for (std::size_t digit = 0; digit < route.by_class.size(); ++digit)
            if (route.by_class[digit] > 0)
                out.value(static_cast<double>(route.by_class[digit]),
                          {{"route", name}, {"status", fmt::format("{}xx", digit)}});
    out.metric("tamga_http_answer_seconds", Exposition::Type::histogram,
               "From the last byte of a request read to its answer handed over.");
    for (const auto& [name, route] : routes_) {
        std::uint64_t sum = 0;
        for (std::size_t i = 0; i < route.by_time.size(); ++i) {
            sum += route.by_time[i];
            out.value(static_cast<double>(sum),
                      {{"route", name}, {"le", i < kBounds.size() ? number(kBounds[i]) : "+Inf"}}, "_bucket");
        }
        out.value(route.seconds, {{"route", name}}, "_sum");
        out.value(static_cast<double>(sum), {{"route", name}}, "_count");
    }
}

}  // namespace tamga::http
