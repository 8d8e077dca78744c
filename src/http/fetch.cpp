#include "http/fetch.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <memory>
#include <mutex>

namespace tamga::http {

namespace {

void start_curl() {
    static std::once_flag once;
    std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

struct Coming {
    std::string body = {};
    std::size_t most;
};

std::size_t take(const char* data, std::size_t, std::size_t count, void* into) {
    auto& coming = *static_cast<Coming*>(into);
    if (coming.body.size() + count > coming.most) return 0;
    coming.body.append(data, count);
    return count;
}

int heed(void* stop, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    return static_cast<const std::stop_token*>(stop)->stop_requested() ? 1 : 0;
}

}  // namespace

bool may_ask(const std::string& url) {
    if (!std::ranges::all_of(url, [](char c) { return c > ' ' && c <= '~'; })) return false;
    const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> parts(curl_url(), &curl_url_cleanup);
    if (!parts || curl_url_set(parts.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK) return false;
    const auto part = [&](CURLUPart which) {
        char* text = nullptr;
        std::string out;
        if (curl_url_get(parts.get(), which, &text, 0) == CURLUE_OK && text) out = text;
        curl_free(text);
        return out;
    };
    const std::string scheme = part(CURLUPART_SCHEME), host = part(CURLUPART_HOST);
    const bool is_here = host == "localhost" || host == "127.0.0.1" || host == "[::1]";
    return (scheme == "https" || (scheme == "http" && is_here)) && part(CURLUPART_USER).empty() &&
           part(CURLUPART_PASSWORD).empty() && url.find('#') == std::string::npos;
}

Result<Fetched> fetch(const Ask& ask, const std::stop_token& stop) {
    constexpr const char* kOperation = "ask another server";
    start_curl();
    if (!may_ask(ask.url))
        return fail(ErrorCode::invalid_usage, kOperation, "its address is none that may be asked",
                    "name it with https://", ask.url);
    const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(), &curl_easy_cleanup);
    curl_slist* list = curl_slist_append(nullptr, "Accept: application/json");
    if (!ask.authorization.empty())
        list = curl_slist_append(list, ("Authorization: " + ask.authorization).c_str());
    const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers(list, &curl_slist_free_all);
    if (!curl || !headers) return fail(ErrorCode::io, kOperation, "there is no memory for it", {}, ask.url);
    Coming coming{.most = ask.most_bytes};
    const auto set = [&](CURLoption option, auto value) { curl_easy_setopt(curl.get(), option, value); };
    set(CURLOPT_URL, ask.url.c_str());
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_PROXY, "");
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_CONNECTTIMEOUT, static_cast<long>(ask.connect_seconds));
    set(CURLOPT_TIMEOUT, static_cast<long>(ask.seconds));
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    if (!ask.ca_file.empty()) {
        set(CURLOPT_CAINFO, ask.ca_file.c_str());
        set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));
    }
    set(CURLOPT_USERAGENT, "tamga");
    set(CURLOPT_HTTPHEADER, headers.get());
    set(CURLOPT_WRITEFUNCTION, &take);
    set(CURLOPT_WRITEDATA, &coming);
    set(CURLOPT_NOPROGRESS, 0L);
    set(CURLOPT_XFERINFOFUNCTION, &heed);
    set(CURLOPT_XFERINFODATA, &stop);
    if (ask.form) {
        set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(ask.form->size()));
        set(CURLOPT_POSTFIELDS, ask.form->c_str());
    }
    if (const CURLcode done = curl_easy_perform(curl.get()); done != CURLE_OK)
        return fail(ErrorCode::io, kOperation,
                    done == CURLE_WRITE_ERROR ? "its answer is too large" : curl_easy_strerror(done), {},
                    ask.url);
    long status = 0;
    curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
    return Fetched{static_cast<int>(status), std::move(coming.body)};
}

}  // namespace tamga::http
