#include "http/metrics.hpp"

#include <gtest/gtest.h>

namespace tamga::http {
namespace {

using namespace std::chrono_literals;

AccessLine line(std::string_view route, int status, std::chrono::microseconds duration) {
    return {.remote = "127.0.0.1",
            .method = "GET",
            .target = "/a/raw/path",
            .route = route,
            .status = status,
            .body_bytes = 1,
            .duration = duration};
}

// The expected text follows the example in Prometheus' documentation of its exposition formats.
TEST(Exposition, IsPrometheusTextFormat) {
    Exposition out;
    out.metric("requests_total", Exposition::Type::counter, "All requests.");
    out.value(1027, {{"method", "post"}, {"code", "200"}});
    out.value(3, {{"path", "C:\\DIR\\FILE.TXT"}, {"error", "Cannot find file:\n\"FILE.TXT\""}});
    out.only("temperature", Exposition::Type::gauge, "Outside.", -0.25);
    out.only("bytes", Exposition::Type::gauge, "Many.", 12345678901234.0);
    EXPECT_EQ(
        out.text(),
        "# HELP requests_total All requests.\n"
        "# TYPE requests_total counter\n"
        "requests_total{method=\"post\",code=\"200\"} 1027\n"
        "requests_total{path=\"C:\\\\DIR\\\\FILE.TXT\",error=\"Cannot find file:\\n\\\"FILE.TXT\\\"\"} 3\n"
        "# HELP temperature Outside.\n"
        "# TYPE temperature gauge\n"
        "temperature -0.25\n"
        "# HELP bytes Many.\n"
        "# TYPE bytes gauge\n"
        "bytes 12345678901234\n");
}

TEST(AnswerCounts, CountByRouteAndClassNeverByPath) {
    AnswerCounts counts;
    counts.count(line("/{id}", 200, 800us));
    counts.count(line("/{id}", 204, 1ms));  // a bound belongs to its bucket
    counts.count(line("/{id}", 503, 11s));
    counts.count(line("", 404, 3ms));
    Exposition out;
    counts.write(out);
    const auto has = [&](std::string_view text) {
        EXPECT_NE(out.text().find(std::string(text) + "\n"), std::string::npos) << text << "\n" << out.text();
    };
    has("tamga_http_answers_total{route=\"/{id}\",status=\"2xx\"} 2");
    has("tamga_http_answers_total{route=\"/{id}\",status=\"5xx\"} 1");
    has("tamga_http_answers_total{route=\"none\",status=\"4xx\"} 1");
    has("tamga_http_answer_seconds_bucket{route=\"/{id}\",le=\"0.001\"} 2");
    has("tamga_http_answer_seconds_bucket{route=\"/{id}\",le=\"10\"} 2");
    has("tamga_http_answer_seconds_bucket{route=\"/{id}\",le=\"+Inf\"} 3");
    has("tamga_http_answer_seconds_count{route=\"/{id}\"} 3");
    has("tamga_http_answer_seconds_sum{route=\"/{id}\"} 11.0018");
    has("tamga_http_answer_seconds_bucket{route=\"none\",le=\"0.0025\"} 0");
    has("tamga_http_answer_seconds_bucket{route=\"none\",le=\"0.005\"} 1");
    EXPECT_EQ(out.text().find("raw"), std::string::npos);
}

}  // namespace
}  // namespace tamga::http
