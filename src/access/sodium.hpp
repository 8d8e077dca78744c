#pragma once

#include <string>
#include <string_view>

namespace tamga::access {

/// Makes libsodium ready, once for the process; ends the program where the system has no random numbers. Any
/// number of threads. Whatever calls libsodium here calls this first.
void start_sodium();

/// Whether two texts are the same, in a time that does not tell where they differ.
bool same_in_constant_time(std::string_view first, std::string_view second);

/// Bytes as letters that stand in an address as they are (base64url without padding), and the reverse; empty
/// for what is none.
std::string base64url(std::string_view bytes);
std::string from_base64url(std::string_view text);

}  // namespace tamga::access
