#include "mail/smtp.hpp"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <mutex>
#include <string_view>

#include "mail/message.hpp"

namespace tamga::mail {

namespace {

void start_curl() {
    static std::once_flag once;
    std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

/// One message on its way.
struct Delivery {
    std::string_view rest;     ///< What was not read yet.
    bool handed_over = false;  ///< All of it was read: from here on the server may have it.
    std::string command = {};  ///< The last that was sent: "RCPT".
    const std::function<bool()>* give_up = nullptr;
};

size_t read_more(char* into, size_t size, size_t count, void* user) {
    auto& delivery = *static_cast<Delivery*>(user);
    const std::size_t bytes = std::min(size * count, delivery.rest.size());
    std::memcpy(into, delivery.rest.data(), bytes);
    delivery.rest.remove_prefix(bytes);
    // The end of the message is sent as soon as nothing more is read.
    if (bytes == 0) delivery.handed_over = true;
    return bytes;
}

int heed(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    const auto& delivery = *static_cast<Delivery*>(user);
    return !delivery.handed_over && *delivery.give_up && (*delivery.give_up)() ? 1 : 0;
}

int listen(CURL*, curl_infotype type, char* data, size_t size, void* user) {
    if (type != CURLINFO_HEADER_OUT) return 0;
    const std::string_view line(data, size);
    const std::string_view command = line.substr(0, std::min(line.find_first_of(" \r\n"), size));
    // The last word after a failure is not what failed.
    if (command != "QUIT") static_cast<Delivery*>(user)->command = command;
    return 0;
}

/// What an answer means that is no success.
Sent judged(const Delivery& delivery, CURLcode result, int code) {
    const std::string what = code >= 400
                                 ? fmt::format("the mail server answered {} to {}", code,
                                               delivery.handed_over ? "the message" : delivery.command)
                                 : curl_easy_strerror(result);
    if (delivery.handed_over && code < 400)
        return {Fate::unknown, code, fmt::format("no answer came to a whole message: {}", what)};
    // Who we are, and whether we may send at all, is the operator's to mend: later.
    const bool of_message = delivery.handed_over || delivery.command == "RCPT";
    return {code >= 500 && of_message ? Fate::refused : Fate::later, code, what};
}

}  // namespace

Smtp::Smtp(SmtpSettings settings, bool needs_tls) : settings_(std::move(settings)), needs_tls_(needs_tls) {}

Result<Smtp> Smtp::open(SmtpSettings settings) {
    start_curl();
    const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> url(curl_url(), &curl_url_cleanup);
    const auto refused = [&](std::string cause) {
        return fail(ErrorCode::invalid_usage, "send e-mail", std::move(cause),
                    "write smtps://mail.example.org, smtp://mail.example.org:587 or smtp://localhost");
    };
    if (!url || curl_url_set(url.get(), CURLUPART_URL, settings.url.c_str(), 0) != CURLUE_OK)
        return refused("that is no address of a mail server");
    const auto part = [&](CURLUPart which) {
        char* text = nullptr;
        std::string out;
        if (curl_url_get(url.get(), which, &text, 0) == CURLUE_OK && text) out = text;
        curl_free(text);
        return out;
    };
    const std::string scheme = part(CURLUPART_SCHEME), host = part(CURLUPART_HOST),
                      path = part(CURLUPART_PATH);
    if (scheme != "smtp" && scheme != "smtps")
        return refused(fmt::format("'{}' is no way to a mail server", scheme));
    if (!part(CURLUPART_USER).empty() || !part(CURLUPART_PASSWORD).empty())
        return refused("who signs in does not stand in the server's address");
    if (!path.empty() && path != "/") return refused("the server's address has a path");
    const bool is_here = host == "localhost" || host == "127.0.0.1" || host == "[::1]";
    const bool needs_tls = scheme == "smtps" || !is_here || !settings.ca_file.empty();
    return Smtp(std::move(settings), needs_tls);
}

Sent Smtp::send(const std::string& from, const std::string& to, const std::string& message,
                const std::function<bool()>& give_up) const {
    if (!is_address(from) || !is_address(to)) return {Fate::refused, 0, "that is no e-mail address"};
    const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(), &curl_easy_cleanup);
    if (!curl) return {Fate::later, 0, "out of memory"};
    Delivery delivery{.rest = message, .give_up = &give_up};
    const auto set = [&](CURLoption option, auto value) { curl_easy_setopt(curl.get(), option, value); };
    // The server is greeted by the name of where the message comes from, not by this machine's.
    const std::string url = fmt::format("{}{}{}", settings_.url, settings_.url.ends_with('/') ? "" : "/",
                                        from.substr(from.find('@') + 1));
    const std::string sender = fmt::format("<{}>", from), recipient = fmt::format("<{}>", to);
    const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> recipients(
        curl_slist_append(nullptr, recipient.c_str()), &curl_slist_free_all);
    set(CURLOPT_URL, url.c_str());
    set(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    set(CURLOPT_PROXY, "");
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_CONNECTTIMEOUT, static_cast<long>(settings_.connect_seconds));
    set(CURLOPT_TIMEOUT, static_cast<long>(settings_.send_seconds));
    set(CURLOPT_USE_SSL, static_cast<long>(needs_tls_ ? CURLUSESSL_ALL : CURLUSESSL_NONE));
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    if (!settings_.ca_file.empty()) {
        set(CURLOPT_CAINFO, settings_.ca_file.c_str());
        set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));
    }
    if (!settings_.user.empty()) {
        set(CURLOPT_USERNAME, settings_.user.c_str());
        set(CURLOPT_PASSWORD, settings_.password.c_str());
    }
    set(CURLOPT_MAIL_FROM, sender.c_str());
    set(CURLOPT_MAIL_RCPT, recipients.get());
    set(CURLOPT_UPLOAD, 1L);
    set(CURLOPT_READFUNCTION, &read_more);
    set(CURLOPT_READDATA, &delivery);
    set(CURLOPT_VERBOSE, 1L);
    set(CURLOPT_DEBUGFUNCTION, &listen);
    set(CURLOPT_DEBUGDATA, &delivery);
    set(CURLOPT_NOPROGRESS, 0L);
    set(CURLOPT_XFERINFOFUNCTION, &heed);
    set(CURLOPT_XFERINFODATA, &delivery);
    const CURLcode result = curl_easy_perform(curl.get());
    long code = 0;
    curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &code);
    if (result == CURLE_OK) return {Fate::taken, static_cast<int>(code), "taken"};
    return judged(delivery, result, static_cast<int>(code));
}

}  // namespace tamga::mail
