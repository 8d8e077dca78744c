#include "cli/remote.hpp"

#include <curl/curl.h>
#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <memory>

namespace tamga::cli {

namespace {

constexpr std::size_t kMostBytes = std::size_t{64} << 20;
constexpr long kConnectSeconds = 15, kAnswerSeconds = 120;

std::size_t take(const char* data, std::size_t, std::size_t count, void* into) {
    auto& text = *static_cast<std::string*>(into);
    if (text.size() + count > kMostBytes) return 0;
    text.append(data, count);
    return count;
}

/// Whether nothing leaves this machine on its way to the host.
bool is_local(std::string_view host) {
    for (const std::string_view name : {"localhost", "127.0.0.1", "[::1]"})
        if (host == name || (host.starts_with(name) && host.substr(name.size()).starts_with(':')))
            return true;
    return false;
}

Result<std::string> token_of(const std::string& file) {
    std::string token;
    if (file.empty()) {
        if (const char* const told = std::getenv("TAMGA_TOKEN")) token = told;
        if (token.empty())
            return fail(
                ErrorCode::invalid_usage, "ask a register", "no token is told",
                "make one at the desk, under your account; say --token-file FILE, or set TAMGA_TOKEN");
    } else {
        std::ifstream in(file);
        if (!in || !std::getline(in, token))
            return fail(ErrorCode::io, "read the token", "the file cannot be read",
                        "name a file that holds it on its first line", file);
    }
    while (!token.empty() && (token.back() == '\r' || token.back() == ' ')) token.pop_back();
    // What stands in a header of a request must not end it.
    for (const char c : token)
        if (c <= ' ' || c > '~')
            return fail(ErrorCode::invalid_usage, "ask a register", "the token is none",
                        "copy it as it was shown");
    return token;
}

}  // namespace

Result<Remote> Remote::at(const std::string& url, const std::string& token_file) {
    std::string origin = url;
    while (origin.ends_with('/')) origin.pop_back();
    const std::size_t scheme = origin.find("://");
    const std::string_view host =
        scheme == std::string::npos ? std::string_view() : std::string_view(origin).substr(scheme + 3);
    if ((!origin.starts_with("https://") && !origin.starts_with("http://")) || host.empty() ||
        host.find_first_of("/?#@ ") != std::string_view::npos)
        return fail(ErrorCode::invalid_usage, "ask a register",
                    fmt::format("'{}' is no register's address", url),
                    "name it as in https://register.example.org");
    if (origin.starts_with("http://") && !is_local(host))
        return fail(ErrorCode::invalid_usage, "ask a register",
                    "a token is not sent where others can read it", "name the address with https://");
    TAMGA_ASSIGN(std::string token, token_of(token_file));
    return Remote(std::move(origin), std::move(token));
}

Result<Json> Remote::get(std::string_view path) const {
    return ask(path, nullptr);
}

Result<Json> Remote::post(std::string_view path, const Json& body) const {
    const std::string text = body.dump();
    return ask(path, &text);
}

Result<Json> Remote::ask(std::string_view path, const std::string* body) const {
    const std::string url = origin_ + std::string(path);
    const std::unique_ptr<CURL, void (*)(CURL*)> curl(curl_easy_init(), curl_easy_cleanup);
    curl_slist* list = curl_slist_append(nullptr, ("Authorization: Bearer " + token_).c_str());
    list = curl_slist_append(list, "Accept: application/json");
    if (body) list = curl_slist_append(list, "Content-Type: application/json");
    const std::unique_ptr<curl_slist, void (*)(curl_slist*)> headers(list, curl_slist_free_all);
    if (!curl || !headers) return fail(ErrorCode::io, "ask a register", "there is no memory for it", "", url);
    std::string answer, why(CURL_ERROR_SIZE, '\0');
    CURL* const easy = curl.get();
    curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    // Plain HTTP is to this machine alone: no proxy is to see the token.
    if (origin_.starts_with("http://")) curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT, kAnswerSeconds);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "tamga");
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers.get());
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, why.data());
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &answer);
    if (body) {
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body->size()));
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body->c_str());
    }
    if (const CURLcode done = curl_easy_perform(easy); done != CURLE_OK) {
        why.resize(why.find('\0'));
        return fail(ErrorCode::io, "ask a register", why.empty() ? curl_easy_strerror(done) : why,
                    "see whether the address is right and the server answers", url);
    }
    long status = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    auto json = parse_json(answer);
    if (status >= 200 && status < 300 && json) return json;
    const auto told = [&](const char* member) {
        const bool there = json && json->is_object() && json->contains(member) && (*json)[member].is_string();
        return there ? (*json)[member].get<std::string>() : std::string();
    };
    std::string cause = told("detail");
    if (cause.empty()) cause = told("title");
    if (cause.empty()) cause = fmt::format("the server's answer ({}) is none of a register", status);
    return fail(status >= 500 ? ErrorCode::io : ErrorCode::invalid_input, "ask a register", std::move(cause),
                told("hint"), url);
}

}  // namespace tamga::cli
