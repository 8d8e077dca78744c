#include <fmt/chrono.h>
#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "access/vault.hpp"
#include "base/clock.hpp"
#include "cli/ahead.hpp"
#include "cli/command.hpp"
#include "cli/log_file.hpp"
#include "cli/map_file.hpp"
#include "cli/metrics.hpp"
#include "cli/service.hpp"
#include "http/fetch.hpp"
#include "http/server.hpp"
#include "http/target.hpp"
#include "journal/writer.hpp"
#include "mail/message.hpp"
#include "mail/smtp.hpp"
#include "query/register.hpp"
#include "web/site/site.hpp"

namespace tamga::cli {

namespace {

struct Options {
    std::string address = "127.0.0.1";
    unsigned short port = 8080;
    int threads = 0;
    std::string public_url;
    std::size_t most_megabytes = 256;
    std::vector<std::string> proxies;
    bool init = false;
    bool access_log = false;
    std::string access_log_file;
    std::optional<unsigned short> metrics_port;
    std::string metrics_address = "127.0.0.1";
    std::string key_file;
    bool no_desk = false;
    MapOptions map;
    std::string mail_server, mail_from, mail_user, mail_password_file, mail_ca_file;
    int mail_per_minute = 60, mail_pause = 10;
    std::string openid_issuer, openid_client, openid_secret_file, openid_name, openid_ca_file;
};

/// What was asked for, without the token of a link: whoever reads a log could use it.
std::string target_of(const http::AccessLine& line) {
    for (const std::string_view link : {"/account/link/", "/follow/"})
        if (const std::size_t at = line.target.find(link); at != std::string_view::npos)
            return http::printable(line.target.substr(0, at + link.size())) + "...";
    // Nor the code that a provider of log-ins sent somebody back with.
    if (const std::string returns = std::string(web::kProviderReturns) + "?";
        line.target.starts_with(returns))
        return returns + "...";
    return http::printable(line.target);
}

Result<std::string> first_line(const std::string& path, const std::string& what) {
    std::ifstream file(path);
    std::string line;
    if (file && std::getline(file, line) && !line.empty()) return line;
    return fail(ErrorCode::invalid_usage, "serve the register", fmt::format("'{}' holds no {}", path, what),
                fmt::format("write the {} on its first line", what));
}

/// Through whom people sign in, too, as the options ask; nothing where no provider is named.
Result<std::optional<web::ProviderOptions>> provider_of(const Options& options) {
    const auto wrong = [](std::string cause, std::string hint) {
        return fail(ErrorCode::invalid_usage, "serve the register", std::move(cause), std::move(hint));
    };
    if (options.openid_issuer.empty()) {
        if (!options.openid_client.empty() || !options.openid_secret_file.empty() ||
            !options.openid_name.empty() || !options.openid_ca_file.empty())
            return wrong("no provider of log-ins is named", "name it with --openid-issuer");
        return std::nullopt;
    }
    if (options.no_desk) return wrong("--no-desk lets nobody sign in", "leave out one of the two");
    if (!http::may_ask(options.openid_issuer))
        return wrong(fmt::format("'{}' is no provider's address", options.openid_issuer),
                     "write it as the provider does, as in https://id.example.org");
    if (options.openid_client.empty() || options.openid_secret_file.empty())
        return wrong("the provider gave us an id and a secret",
                     "give them with --openid-client and --openid-secret-file");
    TAMGA_ASSIGN(std::string secret, first_line(options.openid_secret_file, "secret"));
    return web::ProviderOptions{.issuer = options.openid_issuer,
                                .client = options.openid_client,
                                .secret = std::move(secret),
                                .name = options.openid_name,
                                .ca_file = options.openid_ca_file};
}

/// By whom those are told who follow something, as the options ask; nothing where no mail server is named.
Result<std::optional<web::PostmanOptions>> postman_of(const Options& options) {
    const auto wrong = [](std::string cause, std::string hint) {
        return fail(ErrorCode::invalid_usage, "serve the register", std::move(cause), std::move(hint));
    };
    if (options.mail_server.empty()) {
        if (!options.mail_from.empty() || !options.mail_user.empty() || !options.mail_password_file.empty() ||
            !options.mail_ca_file.empty())
            return wrong("no mail server is named", "name it with --mail-server");
        return std::nullopt;
    }
    if (options.no_desk) return wrong("--no-desk lets nobody follow by e-mail", "leave out one of the two");
    if (options.mail_from.empty())
        return wrong("messages have no sender",
                     "name it with --mail-from 'The register <register@example.org>'");
    if (options.public_url.empty())
        return wrong("messages lead to the register, whose address is not known",
                     "name it with --public-url");
    if (options.mail_user.empty() != options.mail_password_file.empty())
        return wrong("a mail server asks for a user and a password, or for neither",
                     "give --mail-user and --mail-password-file");
    mail::SmtpSettings settings{
        .url = options.mail_server, .user = options.mail_user, .ca_file = options.mail_ca_file};
    if (!options.mail_password_file.empty()) {
        TAMGA_ASSIGN(settings.password, first_line(options.mail_password_file, "password"));
    }
    auto from = mail::parse_mailbox(options.mail_from);
    if (!from) return wrong(from.error().cause, from.error().hint);
    TAMGA_ASSIGN(const mail::Smtp smtp, mail::Smtp::open(std::move(settings)));
    return web::PostmanOptions{
        .from = *std::move(from),
        .send = [smtp](
                    const std::string& sender, const std::string& to, const std::string& message,
                    const std::function<bool()>& give_up) { return smtp.send(sender, to, message, give_up); },
        .per_minute = options.mail_per_minute,
        .pause_seconds = std::int64_t{60} * options.mail_pause};
}

/// One answered request for a log: printable ASCII, whatever was asked.
std::string text_of(const http::AccessLine& line) {
    return fmt::format("{} \"{} {}\" {} {} {} us", line.remote, http::printable(line.method), target_of(line),
                       line.status, line.body_bytes, line.duration.count());
}

/// What an operator asks: on an address of its own, for it is nobody else's business.
http::Answer answer_operator(const http::Request& request, web::Site& site,
                             const std::function<std::string()>& metrics) {
    if (request.method != "GET" && request.method != "HEAD") return http::plain_text(405);
    if (request.path == "/metrics")
        return http::Response{.headers = {{"Cache-Control", "no-store"}},
                              .body = http::Body::make(metrics(), http::Exposition::kContentType)};
    if (request.path == "/healthz" || request.path == "/readyz") return site.answer(request);
    return http::plain_text(404, "There are /metrics, /healthz and /readyz.");
}

/// Takes each answered request: counts it, and logs it where that is asked for. Any thread.
class AnswerLog {
  public:
    AnswerLog(const Options& options, std::unique_ptr<LogFile> file)
        : counts_answers_(options.metrics_port.has_value()),
          to_stderr_(options.access_log),
          file_(std::move(file)) {}

    const http::AnswerCounts& counts() const { return counts_; }
    std::uint64_t lost_lines() const { return file_ ? file_->lost() : 0; }

    void take(const http::AccessLine& line) {
        if (counts_answers_) counts_.count(line);
        if (!to_stderr_ && !file_) return;
        const std::string text = text_of(line);
        if (to_stderr_) spdlog::info("{}", text);
        if (!file_) return;
        const bool failed =
            !file_->write(fmt::format("{:%Y-%m-%dT%H:%M:%SZ} {}\n", fmt::gmtime(std::time(nullptr)), text));
        // Told once, not with every line that is lost.
        if (failed != fails_.exchange(failed))
            spdlog::warn(failed
                             ? "cannot write to the access log; requests are answered, their lines are lost"
                             : "the access log can be written to again");
    }

    /// At SIGHUP: whoever rotates logs has renamed the file.
    void reopen() {
        if (const auto done = file_->reopen(); !done)
            spdlog::warn("{}; lines go on to the file of before", done.error().message());
    }

  private:
    const bool counts_answers_, to_stderr_;
    const std::unique_ptr<LogFile> file_;
    http::AnswerCounts counts_;
    std::atomic<bool> fails_ = false;
};

std::string url_of(const std::string& address, unsigned short port) {
    const bool v6 = address.find(':') != std::string::npos;
    return fmt::format("http://{}{}{}:{}", v6 ? "[" : "", address, v6 ? "]" : "", port);
}

Result<int> serve(const Context& context, const Options& options) {
    TAMGA_ASSIGN(auto postman, postman_of(options));
    TAMGA_ASSIGN(auto provider, provider_of(options));
    TAMGA_ASSIGN(const bool exists, store::exists(context.database));
    if (!exists && !options.init)
        return fail(ErrorCode::not_found, "serve the register", "there is no register here yet",
                    "make one with tamga init or tamga import", store::shown(context.database));
    {
        // Brings the tables up to date. Whoever writes just now has done so, and a file that may not be
        // written to is served as it is; what else is wrong with it, readers are told too.
        auto store = store::open(context.database, store::Mode::write);
        if (!store && !exists) return std::unexpected(std::move(store).error());
        if (store) {
            TAMGA_ASSIGN(const auto head, (*store)->head());
            if (options.init && head.value == 0) TAMGA_TRY(import_shipped(**store));
            TAMGA_TRY(journal::Writer(**store, system_clock_seconds).refresh());
            if (postman) {
                // Addresses are sealed: the key is made before there is any.
                TAMGA_ASSIGN(const std::string key,
                             access::Vault::file_for(context.database, options.key_file));
                TAMGA_TRY(access::Vault::open(**store, key));
            }
        }
    }
    TAMGA_ASSIGN(const auto served, store::serving(context.database));

    TAMGA_ASSIGN(const auto reg, query::Register::open(context.database, system_clock_seconds));
    spdlog::set_default_logger(spdlog::stderr_logger_mt("tamga"));
    spdlog::set_pattern("%Y-%m-%dT%H:%M:%S%z %l %v");

    // A terminal that closes, or a reader of the log that ends, is no reason to stop serving.
    std::signal(SIGHUP, SIG_IGN);
    std::signal(SIGPIPE, SIG_IGN);
    http::raise_descriptor_limit();

    http::Options http_options{.address = options.address, .port = options.port};
    http_options.threads = options.threads > 0
                               ? options.threads
                               : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
    http_options.page_threads = http_options.threads;
    http_options.long_threads = std::max(1, http_options.threads / 2);
    http_options.proxies = options.proxies;
    http_options.limits.body_bytes_of = [most = options.most_megabytes * 1024 *
                                                1024](const http::Request& request) {
        return web::Site::most_body_bytes(request, most);
    };
    std::unique_ptr<LogFile> log_file;
    if (!options.access_log_file.empty()) {
        TAMGA_ASSIGN(log_file, LogFile::open(options.access_log_file));
    }
    const bool has_file = log_file != nullptr;
    AnswerLog log(options, std::move(log_file));
    if (has_file) http_options.hang_up = [&log] { log.reopen(); };
    if (has_file || options.access_log || options.metrics_port)
        http_options.access_log = [&log](const http::AccessLine& line) { log.take(line); };
    std::string addresses;
    http_options.began = [&addresses] {
        fmt::print("{}", addresses);
        std::fflush(stdout);
        tell_service_manager("READY=1");
    };
    std::atomic<bool> stopping = false;
    http_options.stop_began = [&stopping] {
        stopping = true;
        tell_service_manager("STOPPING=1");
    };
    http_options.event_log = [](std::string_view event) { spdlog::warn("{}", event); };
    http_options.overdue = [] {
        // What is written is written in transactions, and pages only read: nothing can be left half done.
        spdlog::warn("stopped while work went on that does not end when told to");
        spdlog::default_logger()->flush();
        std::_Exit(0);
    };
    std::unique_ptr<web::Site> site;
    TAMGA_ASSIGN(const auto server,
                 http::Server::listen(std::move(http_options),
                                      [&](const http::Request& request) { return site->answer(request); }));
    const std::string url = url_of(options.address, server->port());
    std::string public_url = options.public_url.empty() ? url : options.public_url;
    while (public_url.ends_with('/')) public_url.pop_back();
    web::SiteOptions site_options{.public_url = public_url, .stopping = [&] { return stopping.load(); }};
    TAMGA_ASSIGN(site_options.outlines, outlines_of(options.map));
    if (!options.no_desk)
        site_options.desk = {
            .database = context.database, .key_file = options.key_file, .provider = std::move(provider)};
    site_options.postman = std::move(postman);
    site = std::make_unique<web::Site>(*reg, std::move(site_options));
    std::atomic<std::uint64_t> announced = 0;
    std::unique_ptr<http::Server> operators;
    if (options.metrics_port) {
        const auto metrics = [&] {
            return metrics_text(log.counts(), *server, *site, *reg, log.lost_lines(), announced);
        };
        TAMGA_ASSIGN(operators, http::Server::listen({.address = options.metrics_address,
                                                      .port = *options.metrics_port,
                                                      .threads = 1,
                                                      .page_threads = 1,
                                                      .max_connections = 32,
                                                      .heeds_signals = false},
                                                     [&site, metrics](const http::Request& request) {
                                                         return answer_operator(request, *site, metrics);
                                                     }));
    }
    addresses = url + "/\n";
    if (operators) addresses += url_of(options.metrics_address, operators->port()) + "/metrics\n";
    // It answers until the last page is sent, so that it can be seen how stopping goes.
    const ReadAhead ahead(*reg, context.database, announced);
    std::jthread operators_thread;
    if (operators) operators_thread = std::jthread([&operators] { operators->run(); });
    server->run();
    if (operators) operators->stop();
    return 0;
}

}  // namespace

void add_serve(CLI::App& program, const Context& context, Action& action) {
    auto options = std::make_shared<Options>();
    CLI::App* command = program.add_subcommand("serve", "Serve the register's pages and data over HTTP");
    command->add_option("--port", options->port, "The port; 0 takes any that is free")->capture_default_str();
    command->add_option("--address", options->address, "The IP address to listen on")->capture_default_str();
    command->add_option("--threads", options->threads, "Threads that make pages; 0: one a processor")
        ->check(CLI::Range(0, 256))
        ->capture_default_str();
    command
        ->add_option("--max-upload", options->most_megabytes,
                     "Most megabytes of a file that is sent to be checked")
        ->check(CLI::Range(1, 65536))
        ->capture_default_str();
    command->add_option("--public-url", options->public_url,
                        "The address that readers use, where a proxy stands in front");
    command
        ->add_option("--proxy", options->proxies,
                     "The IP address of a reverse proxy, through which many readers come; may be given again")
        ->default_val(std::vector<std::string>{"127.0.0.1", "::1"})
        ->allow_extra_args(false);
    command
        ->add_option("--key-file", options->key_file,
                     "The key of the accounts; else TAMGA_KEY_FILE, or DATABASE.key")
        ->type_name("FILE");
    add_map_options(*command, options->map);
    command
        ->add_option("--mail-server", options->mail_server,
                     "Tell those who follow something by e-mail, through this server: smtps://HOST, "
                     "smtp://HOST:587 (with TLS), or smtp://localhost")
        ->type_name("URL");
    command
        ->add_option("--mail-from", options->mail_from, "The sender: 'The register <register@example.org>'")
        ->type_name("ADDRESS");
    command->add_option("--mail-user", options->mail_user, "Who signs in to the mail server")
        ->type_name("NAME");
    command
        ->add_option("--mail-password-file", options->mail_password_file,
                     "The file whose first line is the password")
        ->type_name("FILE");
    command
        ->add_option("--mail-ca-file", options->mail_ca_file,
                     "Certificates that vouch for the mail server, in place of the system's")
        ->type_name("FILE");
    command
        ->add_option("--mail-per-minute", options->mail_per_minute,
                     "Most messages a minute; 0: as they are taken")
        ->check(CLI::Range(0, 100000))
        ->capture_default_str();
    command
        ->add_option("--mail-pause", options->mail_pause,
                     "Least minutes between two messages of what is told at once")
        ->check(CLI::Range(0, 1440))
        ->capture_default_str();
    command
        ->add_option(
            "--openid-issuer", options->openid_issuer,
            "Let people sign in through this provider, too (OpenID Connect), which knows that it sends "
            "them back to PUBLIC-URL/openid: https://id.example.org")
        ->type_name("URL");
    command->add_option("--openid-client", options->openid_client, "What the provider calls us")
        ->type_name("ID");
    command
        ->add_option("--openid-secret-file", options->openid_secret_file,
                     "The file whose first line is the secret that it gave us")
        ->type_name("FILE");
    command->add_option("--openid-name", options->openid_name, "What pages call the provider; else its host")
        ->type_name("NAME");
    command
        ->add_option("--openid-ca-file", options->openid_ca_file,
                     "Certificates that vouch for the provider, in place of the system's")
        ->type_name("FILE");
    command->add_flag("--no-desk", options->no_desk,
                      "Let nobody sign in: pages are read, nothing is written");
    command->add_flag("--init", options->init,
                      "Put the shipped register into a database that is new or empty");
    command->add_flag("--access-log", options->access_log, "Log every request to standard error");
    command->add_option("--access-log-file", options->access_log_file,
                        "Append a line for every request to this file, which SIGHUP opens anew");
    command->add_option("--metrics", options->metrics_port,
                        "Answer /metrics (Prometheus' text format), /healthz and /readyz on this port too; 0 "
                        "takes any that is free");
    command
        ->add_option("--metrics-address", options->metrics_address, "The IP address to listen on for these")
        ->capture_default_str();
    command->callback(
        [&context, &action, options] { action = [&context, options] { return serve(context, *options); }; });
}

}  // namespace tamga::cli
