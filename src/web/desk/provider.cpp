#include "web/desk/provider.hpp"

#include <fmt/format.h>

#include <utility>

namespace tamga::web {

namespace {

namespace openid = access::openid;

constexpr std::int64_t kKnownLasts = 3600, kLeftAlone = 10, kKeysEvery = 60;
/// Far more than people sign in; each is one that we sealed.

std::unexpected<Error> trouble(ErrorCode code, std::string cause) {
    return fail(code, "sign in through a provider", std::move(cause));
}

ProviderOptions with_name(ProviderOptions options) {
    if (!options.name.empty()) return options;
    const std::size_t host = options.issuer.find("://");
    if (host == std::string::npos) return options;
    options.name = options.issuer.substr(host + 3, options.issuer.find('/', host + 3) - host - 3);
    return options;
}

}  // namespace

Provider::Provider(ProviderOptions options, const std::string& public_url, Clock clock)
    : options_(with_name(std::move(options))),
      client_{.issuer = options_.issuer,
              .id = options_.client,
              .secret = options_.secret,
              .redirect = public_url + kProviderReturns},
      clock_(std::move(clock)) {}

Result<std::string> Provider::body_of(const http::Ask& ask, const std::stop_token& stop) const {
    auto got = options_.fetch(ask, stop);
    if (!got) return trouble(ErrorCode::io, got.error().message());
    if (got->status >= 500)
        return trouble(ErrorCode::io, fmt::format("{} answered {}", ask.url, got->status));
    if (got->status != 200)
        return trouble(ErrorCode::invalid_input, fmt::format("{} answered {}", ask.url, got->status));
    return std::move(got->body);
}

Result<std::vector<openid::Key>> Provider::ask_keys(const openid::Provider& provider,
                                                    const std::stop_token& stop) const {
    TAMGA_ASSIGN(const std::string text, body_of({.url = provider.keys, .ca_file = options_.ca_file}, stop));
    return openid::parse_keys(text);
}

Result<Provider::Known> Provider::ask(const std::stop_token& stop) const {
    Known out;
    TAMGA_ASSIGN(
        const std::string text,
        body_of({.url = openid::discovery_address(client_.issuer), .ca_file = options_.ca_file}, stop));
    TAMGA_ASSIGN(out.provider, openid::parse_provider(client_.issuer, text));
    for (const std::string* const address :
         {&out.provider.authorization, &out.provider.token, &out.provider.keys})
        if (!http::may_ask(*address))
            return trouble(ErrorCode::invalid_input, fmt::format("'{}' is no address with https", *address));
    TAMGA_ASSIGN(out.keys, ask_keys(out.provider, stop));
    out.asked = out.keys_asked = clock_();
    return out;
}

Result<Provider::Shared> Provider::known(const std::stop_token& stop) {
    const std::lock_guard lock(asking_);
    const std::int64_t now = clock_();
    if (known_ && now < known_->asked + kKnownLasts) return known_;
    if (now >= left_alone_until_) {
        auto fresh = ask(stop);
        if (fresh) return known_ = std::make_shared<const Known>(*std::move(fresh));
        if (stop.stop_requested()) return std::unexpected(std::move(fresh).error());
        trouble_ = std::move(fresh).error();
        left_alone_until_ = now + kLeftAlone;
    }
    // What it said before holds until it says something else.
    if (known_) return known_;
    return std::unexpected(trouble_);
}

Result<Provider::Shared> Provider::known_with_new_keys(const Shared& before, const std::stop_token& stop) {
    const std::lock_guard lock(asking_);
    // Somebody else asked meanwhile; or tokens name keys that there never were.
    if (known_ != before || clock_() < known_->keys_asked + kKeysEvery) return known_;
    Known next = *known_;
    next.keys_asked = clock_();
    auto keys = ask_keys(next.provider, stop);
    if (keys) next.keys.swap(*keys);
    known_ = std::make_shared<const Known>(std::move(next));
    if (!keys) return std::unexpected(std::move(keys).error());
    return known_;
}

Result<std::string> Provider::authorization_address(const openid::Attempt& attempt, std::string_view language,
                                                    const std::stop_token& stop) {
    TAMGA_ASSIGN(const Shared known_now, known(stop));
    return openid::authorization_address(known_now->provider, client_, attempt, language);
}

Result<std::string> Provider::subject(const openid::Attempt& attempt, std::string_view code,
                                      std::optional<std::string> named, const std::stop_token& stop) {
    TAMGA_ASSIGN(Shared known_now, known(stop));
    const openid::Provider& provider = known_now->provider;
    if (named ? *named != client_.issuer : provider.names_itself)
        return trouble(ErrorCode::invalid_input, "the answer is another provider's");
    TAMGA_ASSIGN(const std::string answer,
                 body_of({.url = provider.token,
                          .form = openid::token_form(provider, client_, attempt, code),
                          .authorization = openid::authorization_of(provider, client_),
                          .ca_file = options_.ca_file},
                         stop));
    TAMGA_ASSIGN(const std::string text, openid::id_token_of(answer));
    TAMGA_ASSIGN(const openid::Token token, openid::parse_token(text));
    const openid::Key* key = openid::key_of(token, known_now->keys);
    if (!key) {
        TAMGA_ASSIGN(known_now, known_with_new_keys(known_now, stop));
        key = openid::key_of(token, known_now->keys);
    }
    if (!key) return trouble(ErrorCode::invalid_input, "the ID token is signed by a key that is not known");
    return openid::subject_of(token, *key, client_, attempt, clock_());
}

}  // namespace tamga::web
