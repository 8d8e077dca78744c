#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <cstdio>
#include <thread>

#include "base/clock.hpp"
#include "cli/command.hpp"
#include "http/server.hpp"
#include "query/register.hpp"
#include "web/site.hpp"

namespace tamga::cli {

namespace {

struct Options {
    std::string address = "127.0.0.1";
    unsigned short port = 8080;
    int threads = 0;
    std::string public_url;
    std::size_t most_megabytes = 256;
    bool init = false;
    bool access_log = false;
};

Result<int> serve(const Context& context, const Options& options) {
    const bool exists = store::exists(context.database);
    if (!exists && !options.init)
        return fail(ErrorCode::not_found, "serve the register", "there is no register here yet",
                    "make one with tamga init or tamga import", context.database);
    // Held for as long as the server runs: one process a database.
    TAMGA_ASSIGN(const auto store, store::open(context.database, store::Mode::write));
    TAMGA_ASSIGN(const auto head, store->head());
    if (options.init && head.value == 0) TAMGA_TRY(import_shipped(*store));

    TAMGA_ASSIGN(const auto reg, query::Register::open(context.database, system_clock_seconds));
    spdlog::set_default_logger(spdlog::stderr_logger_mt("tamga"));
    spdlog::set_pattern("%Y-%m-%dT%H:%M:%S%z %l %v");

    http::Options http_options{.address = options.address, .port = options.port};
    http_options.threads = options.threads > 0
                               ? options.threads
                               : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
    http_options.body_bytes_of = [most = options.most_megabytes * 1024 * 1024,
                                  otherwise = http_options.body_bytes](const http::Request& request) {
        return web::Site::takes_uploads(request) ? most : otherwise;
    };
    std::unique_ptr<web::Site> site;
    http_options.works_long = [&](const http::Request& request) { return site->works_long(request); };
    if (options.access_log)
        http_options.access_log = [](const http::AccessLine& line) {
            spdlog::info("{} \"{} {}\" {} {} {} us", line.remote, line.method, line.target, line.status,
                         line.body_bytes, line.duration.count());
        };
    TAMGA_ASSIGN(const auto server,
                 http::Server::listen(std::move(http_options),
                                      [&](const http::Request& request) { return site->handle(request); }));
    const bool v6 = options.address.find(':') != std::string::npos;
    const std::string url =
        fmt::format("http://{}{}{}:{}", v6 ? "[" : "", options.address, v6 ? "]" : "", server->port());
    std::string public_url = options.public_url.empty() ? url : options.public_url;
    while (public_url.ends_with('/')) public_url.pop_back();
    site = std::make_unique<web::Site>(*reg, web::SiteOptions{.public_url = public_url});
    fmt::print("{}/\n", url);
    std::fflush(stdout);
    server->run();
    return 0;
}

}  // namespace

void add_serve(CLI::App& program, const Context& context, Action& action) {
    auto options = std::make_shared<Options>();
    CLI::App* command = program.add_subcommand("serve", "Serve the register's pages and data over HTTP");
    command->add_option("--port", options->port, "The port; 0 takes any that is free")->capture_default_str();
    command->add_option("--address", options->address, "The IP address to listen on")->capture_default_str();
    command->add_option("--threads", options->threads, "Workers; 0: one a processor")
        ->check(CLI::Range(0, 256))
        ->capture_default_str();
    command->add_option("--max-upload", options->most_megabytes, "Most megabytes of a file that is sent to be checked")
        ->check(CLI::Range(1, 65536))
        ->capture_default_str();
    command->add_option("--public-url", options->public_url,
                        "The address that readers use, where a proxy stands in front");
    command->add_flag("--init", options->init,
                      "Put the shipped register into a database that is new or empty");
    command->add_flag("--access-log", options->access_log, "Log every request to standard error");
    command->callback(
        [&context, &action, options] { action = [&context, options] { return serve(context, *options); }; });
}

}  // namespace tamga::cli
