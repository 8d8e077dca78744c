#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "http/server.hpp"

namespace tamga::http {

/// Writes what is measured in Prometheus' text format, version 0.0.4. One thread.
class Exposition {
  public:
    static constexpr const char* kContentType = "text/plain; version=0.0.4; charset=utf-8";
    enum class Type { counter, gauge, histogram };
    using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

    /// Begins a metric; its values follow. `help` is one line.
    void metric(std::string_view name, Type type, std::string_view help);
    /// A value of the metric that was begun; `suffix` is put behind its name.
    void value(double value, Labels labels = {}, std::string_view suffix = {});
    /// A metric with one value.
    void only(std::string_view name, Type type, std::string_view help, double one);

    const std::string& text() const { return text_; }

  private:
    std::string text_, name_;
};

/// Counts answers by route and class of status, and how long they took by route. Any thread. Its size is that
/// of the table of routes, whatever is asked: an answer without a route counts as "none".
class AnswerCounts {
  public:
    /// The upper bounds of the histogram's buckets, in seconds; the last is without bound.
    static constexpr std::array kBounds = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                           0.1,   0.25,   0.5,   1.0,  2.5,   10.0};

    void count(const AccessLine& line);
    void write(Exposition& out) const;

  private:
    struct Route {
        std::array<std::uint64_t, 6> by_class{};  ///< By the status's first digit.
        std::array<std::uint64_t, kBounds.size() + 1> by_time{};
        double seconds = 0;
    };
    mutable std::mutex mutex_;                  // guards the rest
    std::map<std::string_view, Route> routes_;  // by the route's name, which outlives all answers
};

}  // namespace tamga::http
