#include "http/parser.hpp"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <optional>

#include "http/target.hpp"

namespace tamga::http {

namespace {

namespace beast = boost::beast;
namespace beast_http = boost::beast::http;
using boost::system::error_code;

constexpr std::size_t kMaxFields = 100;  // joining repeated fields compares each with all before it

std::string_view view(beast::string_view text) {
    return {text.data(), text.size()};
}

void clear(Request& request) {
    request.method.clear();
    request.target.clear();
    request.path.clear();
    request.query.clear();
    request.raw_query.clear();
    request.headers.clear();
    request.body.clear();
    request.remote.clear();
    request.stop = {};
    request.begin = {};
}

/// Fills a Request from Beast's grammar, and refuses what Beast lets pass. One request.
class Message final : public beast_http::basic_parser<true> {
  public:
    Message(Request& request, const Limits& limits) : request_(request), limits_(limits) {
        body_limit(limits.body_bytes);
        // We measure the head ourselves; Beast's own limit must not come first.
        header_limit(static_cast<std::uint32_t>(limits.header_bytes + 4));
    }

    /// The status that refuses the request, if the error came from here; else 0.
    int refusal() const { return refusal_; }
    bool is_http_1_1() const { return version_ == 11; }
    bool takes_body() const { return takes_body_; }

  private:
    void refuse(int status, error_code& ec) {
        refusal_ = status;
        ec = beast_http::error::bad_field;
    }

    void on_request_impl(beast_http::verb, beast::string_view method, beast::string_view target, int version,
                         error_code& ec) override {
        version_ = version;
        request_.method = view(method);
        request_.target = view(target);
        if (target.size() > limits_.target_bytes) return refuse(414, ec);
        auto parsed = http::parse_target(view(target));
        if (!parsed) return refuse(parsed.error().code == ErrorCode::not_found ? 404 : 400, ec);
        request_.path = std::move(parsed->path);
        request_.query = std::move(parsed->query);
        request_.raw_query = std::move(parsed->raw_query);
        if (!limits_.body_bytes_of) return;
        const std::size_t most = limits_.body_bytes_of(request_);
        takes_body_ = most > 0;
        if (takes_body_) body_limit(most);
    }

    void on_field_impl(beast_http::field field, beast::string_view name, beast::string_view value,
                       error_code& ec) override {
        if (head_done_) return;  // a trailer has no say (RFC 9110 6.5.1)
        if (request_.headers.size() == kMaxFields) return refuse(431, ec);
        const std::string_view text = view(value);
        if (!is_field_value(text)) return refuse(400, ec);
        using enum beast_http::field;
        // Two answers to where a message ends, or whom it is for, are how requests are smuggled past a
        // proxy (RFC 9112 11.2).
        if (field == content_length) {
            const bool digits = std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
            if (has_length_ || text.empty() || !digits) return refuse(400, ec);
            has_length_ = true;
        } else if (field == transfer_encoding) {
            if (!is_http_1_1()) return refuse(400, ec);
            if (!equals_ignoring_case(text, "chunked")) return refuse(501, ec);
        } else if (field == host) {
            const bool plain = text.find_first_of(" \t,/?#@\\") == std::string_view::npos;
            if (has_host_ || text.empty() || !plain) return refuse(400, ec);
            has_host_ = true;
        }
        for (auto& [known, known_value] : request_.headers) {
            if (!equals_ignoring_case(known, view(name))) continue;
            known_value.append(field == cookie ? "; " : ", ").append(text);
            return;
        }
        request_.headers.emplace_back(view(name), text);
    }

    void on_header_impl(error_code& ec) override {
        head_done_ = true;
        if (is_http_1_1() && !has_host_) refuse(400, ec);
    }
    void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
    std::size_t on_body_impl(beast::string_view part, error_code& ec) override {
        switch (request_.body.add(view(part))) {
            case Content::Added::yes:
                break;
            case Content::Added::no_room:
                refuse(507, ec);
                break;
            case Content::Added::busy:
                refuse(503, ec);
                break;
        }
        return part.size();
    }
    void on_chunk_header_impl(std::uint64_t, beast::string_view, error_code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view part, error_code& ec) override {
        return on_body_impl(part, ec);
    }
    void on_finish_impl(error_code& ec) override {
        if (!request_.body.finish()) refuse(507, ec);
    }
    void on_response_impl(int, beast::string_view, int, error_code&) override {}

    Request& request_;
    const Limits& limits_;
    int version_ = 0;
    int refusal_ = 0;
    bool has_host_ = false, has_length_ = false, head_done_ = false, takes_body_ = true;
};

}  // namespace

class Parser::Grammar {
  public:
    explicit Grammar(const Limits& limits) : limits_(limits) {}

    std::size_t read(std::string_view bytes) {
        std::size_t taken = 0;
        if (state_ == State::idle) {
            // Empty lines before a request line are passed over (RFC 9112 2.2).
            while (bytes.substr(taken).starts_with("\r\n")) taken += 2;
            if (const auto rest = bytes.substr(taken); rest.empty() || rest == "\r") return taken;
            state_ = State::head;
            searched_ = 0;
            message_.emplace(request_, limits_);
        }
        if (state_ == State::head) taken += read_head(bytes.substr(taken));
        if (state_ == State::body) taken += read_body(bytes.substr(taken));
        return taken;
    }

    void next() {
        clear(request_);
        message_.reset();
        state_ = State::idle;
        refusal_ = 0;
    }

    State state_ = State::idle;
    Request request_;
    int refusal_ = 0;
    std::optional<Message> message_;

  private:
    void refuse(int status) {
        state_ = State::refused;
        refusal_ = status;
    }
    void refuse(error_code ec) {
        refuse(message_->refusal() != 0 ? message_->refusal()
                                        : (ec == beast_http::error::body_limit ? 413 : 400));
    }

    std::size_t read_head(std::string_view bytes) {
        const std::size_t end = bytes.find("\r\n\r\n", searched_);
        if (std::min(end, bytes.size()) > limits_.header_bytes) {
            refuse(bytes.find("\r\n") > limits_.target_bytes ? 414 : 431);
            return 0;
        }
        if (end == std::string_view::npos) {
            searched_ = bytes.size() < 3 ? 0 : bytes.size() - 3;
            return 0;
        }
        const std::string_view head = bytes.substr(0, end + 4);
        // A line that goes on in the next one (obs-fold) is refused, RFC 9112 5.2: not every proxy agrees
        // with us on what it means.
        if (head.find("\r\n ") != std::string_view::npos || head.find("\r\n\t") != std::string_view::npos) {
            refuse(400);
            return 0;
        }
        error_code ec;
        const std::size_t used = message_->put(boost::asio::buffer(head.data(), head.size()), ec);
        if (ec == beast_http::error::bad_version) {
            const std::string_view line = head.substr(0, head.find("\r\n"));
            const bool other = line.size() > 9 && line.substr(line.size() - 9, 6) == " HTTP/";
            refuse(other ? 505 : 400);
        } else if (ec || used != head.size()) {
            refuse(ec);
        } else if (message_->is_done() || !message_->takes_body()) {
            state_ = State::complete;
        } else if (const auto expected = request_.header("Expect");
                   !expected.empty() && message_->is_http_1_1() &&
                   !equals_ignoring_case(expected, "100-continue")) {
            refuse(417);
        } else {
            state_ = State::body;
        }
        return used;
    }

    std::size_t read_body(std::string_view bytes) {
        std::size_t taken = 0;
        while (taken < bytes.size() && !message_->is_done()) {
            error_code ec;
            const std::string_view rest = bytes.substr(taken);
            // At least the five bytes of its last chunk are left of a chunked body that is not done; Beast
            // asserts that it sees them together.
            if (message_->chunked() && rest.size() < 5 && rest.starts_with('0')) return taken;
            taken += message_->put(boost::asio::buffer(rest.data(), rest.size()), ec);
            if (ec == beast_http::error::need_more) {
                // Only the line of a chunk's size, or trailers, can be kept waiting for their end.
                if (bytes.size() - taken > limits_.header_bytes) refuse(431);
                return taken;
            }
            if (ec) {
                refuse(ec);
                return taken;
            }
        }
        if (message_->is_done()) state_ = State::complete;
        return taken;
    }

    const Limits& limits_;
    std::size_t searched_ = 0;  // bytes known not to start the end of a head
};

Parser::Parser(const Limits& limits) : grammar_(std::make_unique<Grammar>(limits)) {}
Parser::~Parser() = default;

Parser::State Parser::state() const {
    return grammar_->state_;
}
std::size_t Parser::read(std::string_view bytes) {
    return grammar_->read(bytes);
}
void Parser::next() {
    grammar_->next();
}
Request& Parser::request() {
    return grammar_->request_;
}
const Request& Parser::request() const {
    return grammar_->request_;
}
int Parser::refusal() const {
    return grammar_->refusal_;
}
bool Parser::is_http_1_1() const {
    return grammar_->message_ && grammar_->message_->is_http_1_1();
}
bool Parser::waits_for_continue() const {
    return grammar_->state_ == State::body && is_http_1_1() && !request().header("Expect").empty();
}
bool Parser::keep_alive() const {
    return grammar_->state_ == State::complete && !leaves_body_unread() && grammar_->message_->keep_alive();
}
bool Parser::leaves_body_unread() const {
    return grammar_->state_ == State::complete && !grammar_->message_->is_done();
}

}  // namespace tamga::http
