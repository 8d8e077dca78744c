#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "base/clock.hpp"
#include "cli/command.hpp"
#include "cli/map_file.hpp"
#include "cli/published_folder.hpp"
#include "http/target.hpp"
#include "query/register.hpp"
#include "web/site/site.hpp"
#include "web/site/static_links.hpp"
#include "web/site/static_site.hpp"

namespace tamga::cli {

namespace {

struct Options {
    std::string to;
    std::string public_url;
    std::string server;
    int threads = 0;
    MapOptions map;
};

/// Makes the site's files with the handler that a server has, and puts them into the folder.
class Publisher {
  public:
    Publisher(query::Register& reg, web::StaticSite& addresses, PublishedFolder& folder,
              const Options& options, std::optional<web::Outlines> outlines)
        : options_(options),
          addresses_(addresses),
          folder_(folder),
          site_(reg, {.public_url = options.public_url,
                      .cache_bytes = 0,
                      .pictures = false,
                      .outlines = std::move(outlines)}) {}

    Result<void> publish() {
        TAMGA_TRY(folder_.put("index.html", web::StaticSite::start(), 0));
        // Data first: of some it turns out only then that they are not there, and no page shall lead to them.
        const auto files = addresses_.files();
        for (const bool pages : {false, true}) {
            TAMGA_TRY(make_all(files, pages));
            for (std::string& target : refused_) addresses_.refused(std::move(target));
            refused_.clear();
        }
        return folder_.finish();
    }

  private:
    Result<void> make_all(const std::vector<web::StaticFiles>& files, bool pages) {
        std::atomic<std::size_t> next = 0;
        const auto work = [&](int thread) {
            web::StaticLinks links([&](std::string_view target) { return file_of(target, thread); },
                                   options_.public_url, options_.server);
            for (std::size_t i = next++; i < files.size(); i = next++) {
                if (files[i].page != pages) continue;
                for (const std::string& name : files[i].names)
                    if (auto made = make(files[i].before + name + files[i].after, links, thread); !made) {
                        failed(std::move(made).error());
                        next = files.size();
                        return;
                    }
            }
        };
        {
            std::vector<std::jthread> others;
            for (int thread = 1; thread < options_.threads; ++thread) others.emplace_back(work, thread);
            work(0);
        }
        if (failure_) return std::unexpected(*std::move(failure_));
        return {};
    }

    /// Makes the file of an address, and those of a list's further pages.
    Result<void> make(std::string target, web::StaticLinks& links, int thread) {
        for (;;) {
            TAMGA_ASSIGN(const auto response, answer(target));
            const std::string_view bytes = response.body ? response.body->bytes() : std::string_view();
            const std::string_view type = response.body ? response.body->content_type() : std::string_view();
            const bool page = type.starts_with("text/html");
            if (response.status != 200) {
                // A page that its own list names must be there; data may be those of a mechanism without any.
                if (page || response.status >= 500)
                    return fail(ErrorCode::io, "publish " + target,
                                fmt::format("the answer has the status {}", response.status),
                                "run: tamga verify");
                const std::lock_guard lock(mutex_);
                refused_.push_back(std::move(target));
                return {};
            }
            const std::string path = *addresses_.file_of(target);
            const bool has_links = page || type.starts_with("application/atom+xml");
            TAMGA_TRY(has_links ? folder_.put(path, links.rewrite(bytes, path), thread)
                                : folder_.put(path, bytes, thread));
            if (page) target = web::StaticSite::next_page(bytes);
            if (!page || target.empty()) return {};
        }
    }

    Result<http::Response> answer(const std::string& target) {
        TAMGA_ASSIGN(auto asked, http::parse_target(target));
        http::Request request;
        request.method = "GET";
        request.target = target;
        request.path = std::move(asked.path);
        request.query = std::move(asked.query);
        request.raw_query = std::move(asked.raw_query);
        http::Answer answer = site_.answer(request);
        if (auto* const later = std::get_if<http::Later>(&answer)) return later->work();
        return std::get<http::Response>(std::move(answer));
    }

    /// The file of a link; one that a record holds is put into the folder when a page first links to it.
    std::optional<std::string> file_of(std::string_view target, int thread) {
        auto path = addresses_.file_of(target);
        if (!path || !web::is_kept_file(target)) return path;
        const std::lock_guard lock(kept_mutex_);
        const auto [kept, is_new] = kept_.try_emplace(std::string(target), false);
        if (is_new) {
            const auto response = answer(kept->first);
            kept->second = response && response->status == 200;
            if (kept->second)
                if (auto put = folder_.put(http::parse_target(target)->path.substr(1),
                                           response->body->bytes(), thread);
                    !put)
                    failed(std::move(put).error());
        }
        return kept->second ? path : std::nullopt;
    }

    void failed(Error error) {
        const std::lock_guard lock(mutex_);
        if (!failure_) failure_ = std::move(error);
    }

    const Options& options_;
    web::StaticSite& addresses_;
    PublishedFolder& folder_;
    web::Site site_;
    std::mutex mutex_;
    std::optional<Error> failure_;      ///< Guarded by mutex_: the first.
    std::vector<std::string> refused_;  ///< Guarded by mutex_: addresses that are not there.
    std::mutex kept_mutex_;
    std::map<std::string, bool>
        kept_;  ///< Guarded by kept_mutex_: whether a file that is linked to is there.
};

Result<int> publish(const Context& context, Options& options) {
    for (std::string* const url : {&options.public_url, &options.server})
        while (url->ends_with('/')) url->pop_back();
    if (options.threads == 0)
        options.threads = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
    TAMGA_ASSIGN(auto outlines, outlines_of(options.map));
    TAMGA_ASSIGN(const auto reg, query::Register::open(context.database, system_clock_seconds));
    TAMGA_TRY(reg->hold());
    TAMGA_ASSIGN(const auto view, reg->now());
    TAMGA_ASSIGN(auto addresses, web::StaticSite::of(view));
    TAMGA_ASSIGN(const auto folder, PublishedFolder::open(options.to));
    TAMGA_TRY(Publisher(*reg, addresses, *folder, options, std::move(outlines)).publish());
    fmt::print("{} in {}: {} written, {} unchanged, {} removed; the register at position {} on {}\n",
               counted(folder->written() + folder->unchanged(), "file", "files"), options.to,
               folder->written(), folder->unchanged(), folder->removed(), view.head().value,
               view.day().text());
    return 0;
}

}  // namespace

void add_publish(CLI::App& program, const Context& context, Action& action) {
    auto options = std::make_shared<Options>();
    CLI::App* command =
        program.add_subcommand("publish", "Write the site as files, for any file server or disk");
    command
        ->add_option("--to", options->to, "A folder that is empty or not there, or one that it wrote before")
        ->required()
        ->type_name("DIR");
    command->add_option("--public-url", options->public_url, "The address at which readers find the files")
        ->type_name("URL");
    command
        ->add_option(
            "--server", options->server,
            "A server of the same register, to which filters, the past and other queries lead; without it "
            "they are left out")
        ->type_name("URL");
    add_map_options(*command, options->map);
    command->add_option("--threads", options->threads, "Threads that make pages; 0: one a processor")
        ->check(CLI::Range(0, 256))
        ->capture_default_str();
    command->callback([&context, &action, options] {
        action = [&context, options] { return publish(context, *options); };
    });
}

}  // namespace tamga::cli
