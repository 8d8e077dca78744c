#include "cli/service.hpp"

#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

namespace tamga::cli {

// libsystemd would do the same, and bring five libraries with it; the protocol is one datagram, and stable.
void tell_service_manager(std::string_view state) {
    const char* const path = std::getenv("NOTIFY_SOCKET");
    sockaddr_un address{};
    const std::string_view name = path ? path : "";
    if (name.size() < 2 || name.size() > sizeof address.sun_path || (name[0] != '/' && name[0] != '@'))
        return;
    address.sun_family = AF_UNIX;
    std::ranges::copy(name, address.sun_path);
    if (name[0] == '@') address.sun_path[0] = '\0';  // a name of Linux's abstract kind
    const int socket = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (socket < 0) return;
    ::sendto(socket, state.data(), state.size(), MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&address),
             static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size()));
    ::close(socket);
}

ProcessFigures process_figures() {
    ProcessFigures out;
    double pages = 0;
    std::ifstream("/proc/self/statm") >> pages >> pages;  // all of it, then what is resident
    out.resident_bytes = pages * static_cast<double>(sysconf(_SC_PAGESIZE));

    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    for (const timeval& time : {used.ru_utime, used.ru_stime})
        out.cpu_seconds += static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;

    // Field 22 of /proc/self/stat, in ticks since the machine's start; the second, the program's name, may
    // hold blanks. When the machine started is told by its clocks: a service may not see /proc/stat.
    std::string stat, word;
    std::getline(std::ifstream("/proc/self/stat"), stat);
    std::istringstream fields(stat.substr(std::min(stat.size(), stat.rfind(')') + 1)));
    double ticks = 0;
    for (int field = 3; field < 22; ++field) fields >> word;
    fields >> ticks;
    const auto time_of = [](clockid_t clock) {
        timespec time{};
        clock_gettime(clock, &time);
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
    };
    out.start_time =
        time_of(CLOCK_REALTIME) - time_of(CLOCK_BOOTTIME) + ticks / static_cast<double>(sysconf(_SC_CLK_TCK));

    std::error_code none;
    std::filesystem::directory_iterator files("/proc/self/fd", none);
    if (!none) out.open_files = static_cast<double>(std::distance(begin(files), end(files)) - 1);  // its own
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) out.most_files = static_cast<double>(limit.rlim_cur);
    return out;
}

}  // namespace tamga::cli
