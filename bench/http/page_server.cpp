// Serves one page of about 20 KB, and nothing else, from the cache: what ../http.sh measures when the server
// itself is the question. Prints its address and runs until it is told to stop.

#include <cstdio>

#include "http/cache.hpp"
#include "http/server.hpp"

int main() {
    using namespace tamga::http;

    std::string page = "<!doctype html><title>A page</title>\n";
    for (int row = 0; page.size() < 20'000; ++row)
        page += "<tr><td>" + std::to_string(row) + "<td>some text that a row of a table may hold\n";

    Cache cache(64 * 1024 * 1024);
    Options options;
    options.port = 0;
    const auto server = Server::listen(options, [&](const Request& request) {
        if (request.path != "/page") return plain_text(404);
        if (const auto hit = cache.find(request.target)) return *hit;
        return *cache.insert(request.target,
                             {200,
                              {{"Cache-Control", "no-cache"},
                               {"Content-Security-Policy", "default-src 'none'; style-src 'self'"},
                               {"X-Content-Type-Options", "nosniff"},
                               {"Referrer-Policy", "same-origin"}},
                              Body::make(page, "text/html; charset=utf-8")});
    });
    if (!server) {
        std::fprintf(stderr, "%s\n", server.error().message().c_str());
        return 1;
    }
    std::printf("http://127.0.0.1:%d\n", (*server)->port());
    std::fflush(stdout);
    (*server)->run();
}
