#include "mail/smtp.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>
#include <string>
#include <string_view>
#include <thread>

namespace tamga::mail {
namespace {

/// A mail server for one connection, which answers what a test wants, or hangs up. What a server that is not
/// ours makes of messages, tests/http/following.py sees.
class Listener {
  public:
    /// Answers by the command, or ".": the end of a message. An empty answer: it hangs up.
    explicit Listener(std::function<std::string(const std::string&)> answer) : answer_(std::move(answer)) {
        socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        ::bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address);
        ::listen(socket_, 4);
        socklen_t size = sizeof address;
        ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
        port_ = ntohs(address.sin_port);
        thread_ = std::thread([this] { serve(); });
    }
    ~Listener() {
        ::shutdown(socket_, SHUT_RDWR);
        thread_.join();
        ::close(socket_);
    }
    std::string url() const { return "smtp://127.0.0.1:" + std::to_string(port_); }

  private:
    void serve() {
        const int peer = ::accept(socket_, nullptr, nullptr);
        if (peer < 0) return;
        const auto say = [&](const std::string& text) {
            const std::string line = text + "\r\n";
            return ::send(peer, line.data(), line.size(), MSG_NOSIGNAL) > 0;
        };
        say("220 here");
        std::string line;
        bool in_message = false;
        for (char c = 0; ::recv(peer, &c, 1, 0) == 1;) {
            line += c;
            if (!line.ends_with("\r\n")) continue;
            const std::string command = line.substr(0, line.find_first_of(" \r"));
            line.clear();
            if (in_message && command != ".") continue;
            std::string said = answer_(command);
            if (said == "ok")
                said = command == "DATA" ? "354 go on" : command == "QUIT" ? "221 bye" : "250 ok";
            in_message = said.starts_with("354");
            if (said.empty() || !say(said)) break;
        }
        ::close(peer);
    }

    std::function<std::string(const std::string&)> answer_;
    int socket_ = -1;
    int port_ = 0;
    std::thread thread_;
};

Sent send_to(std::string_view at, const std::string& answer) {
    const Listener listener(
        [=](const std::string& command) { return command == at ? answer : std::string("ok"); });
    const auto smtp = Smtp::open({.url = listener.url(), .connect_seconds = 5, .send_seconds = 20});
    return smtp->send("register@example.org", "reader@example.net", "Subject: x\r\n\r\n.one\r\n");
}

TEST(Smtp, TellsWhatBecameOfAMessage) {
    EXPECT_EQ(send_to("", "").fate, Fate::taken);
    // Nothing of it was said yet, or the server said no in time.
    EXPECT_EQ(send_to("MAIL", "451 later").fate, Fate::later);
    EXPECT_EQ(send_to("MAIL", "550 who are you").fate, Fate::later);
    EXPECT_EQ(send_to("RCPT", "451 later").fate, Fate::later);
    EXPECT_EQ(send_to("RCPT", "").fate, Fate::later);
    EXPECT_EQ(send_to("DATA", "").fate, Fate::later);
    EXPECT_EQ(send_to("DATA", "452 full").fate, Fate::later);
    EXPECT_EQ(send_to("RCPT", "550 nobody of that name").fate, Fate::refused);
    EXPECT_EQ(send_to(".", "451 later").fate, Fate::later);
    EXPECT_EQ(send_to(".", "554 no").fate, Fate::refused);
    // It went silent after the end: who knows.
    EXPECT_EQ(send_to(".", "").fate, Fate::unknown);
    const Sent refused = send_to("RCPT", "550 nobody called reader@example.net");
    EXPECT_EQ(refused.code, 550);
    EXPECT_EQ(refused.what.find("reader"), std::string::npos);
}

TEST(Smtp, NobodyThereIsLater) {
    const auto smtp = Smtp::open({.url = "smtp://127.0.0.1:1"});
    EXPECT_EQ(smtp->send("register@example.org", "reader@example.net", "x").fate, Fate::later);
}

TEST(Smtp, GivesUpWhenTold) {
    Listener listener([](const std::string&) { return "ok"; });
    const auto smtp = Smtp::open({.url = listener.url()});
    EXPECT_EQ(smtp->send("register@example.org", "reader@example.net", "x\r\n", [] { return true; }).fate,
              Fate::later);
}

TEST(Smtp, NoAddressBringsACommandOfItsOwn) {
    const auto smtp = Smtp::open({.url = "smtp://127.0.0.1:1"});
    EXPECT_EQ(smtp->send("register@example.org", "a@example.net>\r\nRCPT TO:<b@example.net", "x").fate,
              Fate::refused);
}

TEST(Smtp, TakesNoAddressThatTellsASecretOrLeadsElsewhere) {
    for (const char* const bad : {"", "http://example.org", "file:///etc/passwd",
                                  "smtp://user:secret@example.org", "smtp://example.org/path", "smtp://"})
        EXPECT_EQ(Smtp::open({.url = bad}).error().code, ErrorCode::invalid_usage) << bad;
    EXPECT_TRUE(Smtp::open({.url = "smtps://mail.example.org:465"}));
}

}  // namespace
}  // namespace tamga::mail
