#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace tamga::web {

/// What a page's links become when it is written as a file: its `href`, `src` and `action` change, all other
/// bytes stay. What leads to a file is a path from the page's own, so that the folder may stand anywhere.
/// What needs a server leads there if one is named; else the link is text, or left out if its class is
/// "server-only", and a form is left out. One thread.
class StaticLinks {
  public:
    /// The file of a target ("/en/commitments?after=road"), as StaticSite::file_of.
    using FileOf = std::function<std::optional<std::string>(std::string_view target)>;

    /// `public_url`: where readers find the files; addresses that pages spell out with it keep it.
    /// `server`: "https://example.org", answers what files cannot; empty if there is none. Neither ends with
    /// '/'.
    StaticLinks(FileOf file_of, std::string public_url, std::string server)
        : file_of_(std::move(file_of)), public_url_(std::move(public_url)), server_(std::move(server)) {}

    /// `page`: HTML or Atom as the templates write it, with attributes in double quotes and no '<' in them.
    /// `path`: its file in the folder.
    std::string rewrite(std::string_view page, std::string_view path);

  private:
    const std::optional<std::string>& file_of(std::string_view target);

    const FileOf file_of_;
    const std::string public_url_, server_;
    std::unordered_map<std::string, std::optional<std::string>> known_;  ///< What file_of gave, for a while.
    std::string key_;
};

/// The way from one file of a folder to another: "../../assets/app.css".
std::string relative_path(std::string_view from, std::string_view to);

}  // namespace tamga::web
