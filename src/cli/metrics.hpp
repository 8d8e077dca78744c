#pragma once

#include <cstdint>
#include <string>

#include "http/metrics.hpp"
#include "query/register.hpp"
#include "web/site/site.hpp"

namespace tamga::cli {

/// What `/metrics` tells, from all who count (docs/operating.md names each). `lost_lines` are those of the
/// access log; `announced` is how often the database told of commits.
std::string metrics_text(const http::AnswerCounts& answers, const http::Server& server, const web::Site& site,
                         query::Register& reg, std::uint64_t lost_lines, std::uint64_t announced);

}  // namespace tamga::cli
