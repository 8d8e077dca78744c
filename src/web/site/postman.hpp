#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "mail/message.hpp"
#include "mail/smtp.hpp"
#include "web/desk/visit.hpp"

namespace tamga::web {

struct PostmanOptions {
    mail::Mailbox from;
    /// Gives a message to a mail server: mail::Smtp::send(). It may take minutes, and gives up when told so.
    std::function<mail::Sent(const std::string& from, const std::string& to, const std::string& message,
                             const std::function<bool()>& give_up)>
        send;
    int per_minute = 60;               ///< At most so many messages; 0: as fast as they are taken.
    std::int64_t pause_seconds = 600;  ///< The least time between two messages of what is told at once.
    /// How often the journal and the queue are looked at.
    std::chrono::milliseconds look_every{2000};
};

/// Tells those who follow something what is new, on a thread of its own: looks whether the journal has gone
/// on, lets a message wait for each of those who are due (access/follows.hpp), and sends what waits. When a
/// day's or a week's messages are due, the desk's clock decides.
///
/// Nothing else sends: two servers on copies of one register would each tell everybody. The destructor ends
/// what is not sent whole, and waits for the rest.
class Postman {
  public:
    /// `services`, whose desk there is, must outlive it.
    Postman(Services& services, PostmanOptions options);
    ~Postman();
    Postman(const Postman&) = delete;
    Postman& operator=(const Postman&) = delete;

    /// One look, as the thread does; for tests, which have no thread (`look_every` is 0). Errors: the
    /// store's; what was begun is gone on with at the next look.
    Result<void> look();

  private:
    void run();
    bool stops();
    /// Waits; false: it is to stop.
    bool wait(std::chrono::milliseconds time);
    Result<void> recover();
    Result<void> queue_news();
    Result<bool> send_next();
    Result<bool> has_news(const std::string& what, std::int64_t told, const query::View& view);

    Services& services_;
    const PostmanOptions options_;
    bool recovered_ = false;
    std::int64_t cleaned_ = 0;
    std::string trouble_;  ///< As it was last told to the operator.
    std::mutex mutex_;
    std::condition_variable stop_;
    bool stops_ = false;
    std::thread thread_;  ///< Last: it uses all of the above.
};

}  // namespace tamga::web
