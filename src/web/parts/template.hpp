#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "json/json.hpp"

namespace tamga::web {

/// Gives a template's text by its file name without the ending; empty if there is none.
using TemplateSource = std::function<std::string_view(std::string_view name)>;
/// Gives the translation of a message.
using Translator = std::function<std::string(std::string_view message)>;

/// The page templates in one language: Mustache, which escapes `{{value}}` for HTML by default.
///
/// A template is read and compiled when it is first rendered. Two things are done then, so that they cost
/// nothing per page: `{{> name}}` is replaced by that template's text, and `{{#_}}message{{/_}}` by the
/// message's translation, escaped for HTML. Of a message that holds `{{value}}`, the placeholders stay as
/// they are.
///
/// Threads: any number. Errors: a template that is missing or does not parse is a bug and ends the program.
class Templates {
  public:
    Templates(TemplateSource source, Translator translate);
    ~Templates();
    Templates(Templates&&) noexcept;

    /// The template filled with `context` (objects, arrays, strings, booleans and integers).
    std::string render(std::string_view name, const Json& context) const;

  private:
    std::string expand(std::string_view name, int depth) const;
    struct Compiled;
    struct Kept;
    const Compiled& compiled(std::string_view name) const;
    TemplateSource source_;
    Translator translate_;
    std::unique_ptr<Kept> kept_;
};

/// `text` with & < > " ' replaced by character references.
std::string escape_html(std::string_view text);

}  // namespace tamga::web
