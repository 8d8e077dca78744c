#include "web/site/figure_answers.hpp"

#include <fmt/format.h>

#include "formats/picture.hpp"
#include "query/listing.hpp"
#include "web/desk/visit.hpp"
#include "web/frame/frame.hpp"
#include "web/pages/indicator.hpp"
#include "web/pages/pairs.hpp"
#include "web/pages/targets.hpp"

namespace tamga::web {

namespace {

Json crumb(std::string text, std::string href) {
    return {{"crumb", std::move(text)}, {"crumb_lang", ""}, {"crumb_href", std::move(href)}};
}

}  // namespace

Answer table_answer(Services& services, Page& page, const Table& table) {
    const std::string& format = page.address().format;
    std::string content;
    if (format == "xlsx") {
        auto made = workbook_of(page, table, services.frame.public_url());
        if (!made) return services.frame.refuse(page, refusal_of(page, made.error()));
        content = *std::move(made);
    } else {
        content = csv_of(table);
    }
    return {200,
            std::string(format == "xlsx" ? sheet::kMediaType : "text/csv; charset=utf-8; header=present"),
            std::move(content),
            {{"Content-Disposition", fmt::format("inline; filename=\"{}.{}\"", table.name, format)}}};
}

bool is_drawing(const Page& page) {
    const Address& address = page.address();
    return address.format == "svg" || address.format == "png" || address.path.starts_with("/embed/");
}

Answer drawn_answer(Services& services, Page& page, const Drawn& drawn) {
    /// Twice as fine as it is drawn, for print and for screens of many pixels.
    constexpr int kPixels = 1520;
    const std::string& format = page.address().format;
    if (format == "html") {
        Json notes = Json::array();
        for (const std::string& note : drawn.notes) notes.push_back({{"note_text", note}});
        Answer answer = services.frame.html(page, "embed", drawn.caption.title,
                                            {{"embed_title", drawn.caption.title},
                                             {"chart_wide_svg", drawn.wide_svg},
                                             {"chart_narrow_svg", drawn.narrow_svg},
                                             {"notes", std::move(notes)},
                                             {"record_href", services.frame.public_url() + drawn.href}});
        // This page has neither forms nor anybody's own, so that whoever frames it can make nobody do
        // anything.
        answer.headers.emplace_back("Content-Security-Policy",
                                    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
                                    "form-action 'none'; frame-ancestors *");
        answer.headers.emplace_back("X-Robots-Tag", "noindex");
        return answer;
    }
    std::string content = drawn.file_svg;
    if (format == "png") {
        auto png = formats::png_of(content, kPixels);
        if (!png) return services.frame.refuse(page, refusal_of(page, png.error()));
        content = *std::move(png);
    }
    return {200,
            format == "png" ? "image/png" : "image/svg+xml",
            std::move(content),
            {{"Content-Disposition", fmt::format("inline; filename=\"{}.{}\"", drawn.name, format)},
             {"Content-Security-Policy", kFilePolicy}}};
}

Answer targets(Services& services, const Visit& visit, Page& page) {
    const std::string_view path = page.address().path;
    const RecordId name{path.find("/mechanisms/") != std::string_view::npos ? Kind::mechanism : Kind::sector,
                        visit.match.names[0]};
    const query::SnapshotPtr record = page.find(name);
    if (!record) return services.frame.refuse(page, no_such_page(page));
    const std::string& format = page.address().format;
    if (record->name != name)
        return Frame::redirect(
            page.href(fmt::format("{}{}/targets{}{}", path.starts_with("/embed/") ? "/embed" : "",
                                  page.record_path(record->name), format == "html" ? "" : ".",
                                  format == "html" ? "" : format)),
            301);
    if (format == "csv") return table_answer(services, page, targets_table(page, *record));
    return drawn_answer(services, page, targets_drawn(page, *record));
}

Answer indicator(Services& services, const Visit& visit, Page& page) {
    const std::string& key = visit.match.names[0];
    const auto series = query::where(page.view(), Kind::series, "indicator", key);
    if (!series) return services.frame.refuse(page, refusal_of(page, series.error()));
    if (series->empty())
        return services.frame.refuse(page,
                                     {.code = ErrorCode::not_found,
                                      .text = page.language().format("No series measures '{1}'.", {key}),
                                      .href = page.href("/series"),
                                      .link = page.kinds_label(Kind::series)});
    if (page.address().format == "json") return Frame::data(indicator_data(page, key, *series));
    if (is_drawing(page)) return drawn_answer(services, page, indicator_drawn(page, key, *series));
    Json context = indicator_context(page, key, *series);
    const auto page_title = context["title"]["text"].get<std::string>();
    context["has_crumbs"] = true;
    context["crumbs"] = Json::array({crumb(page.kinds_label(Kind::series), page.href("/series"))});
    context["description"] = page.say("All who report it, over time, side by side.");
    return services.frame.html(page, "indicator", page_title, context);
}

Answer trade_pairs(Services& services, const Visit& visit, Page& page) {
    const RecordId name{Kind::mechanism, visit.match.names[0]};
    const query::SnapshotPtr mechanism = page.find(name);
    if (!mechanism) return services.frame.refuse(page, no_such_page(page));
    const std::string& format = page.address().format;
    if (mechanism->name != name)
        return Frame::redirect(
            page.href(fmt::format("{}{}/trade{}{}",
                                  page.address().path.starts_with("/embed/") ? "/embed" : "",
                                  page.record_path(mechanism->name), format == "html" ? "" : ".",
                                  format == "html" ? "" : format)),
            301);
    const auto period = pairs_period(page);
    if (!period) return services.frame.refuse(page, period.error());
    const auto matrix = query::trade_matrix(page.view(), list_of(mechanism->body, "parties"), *period);
    if (!matrix) return services.frame.refuse(page, refusal_of(page, matrix.error()));
    if (format == "json") return Frame::data(pairs_data(page, *mechanism, *matrix));
    if (format == "csv" || format == "xlsx") return table_answer(services, page, pairs_table(page, *matrix));
    if (is_drawing(page)) return drawn_answer(services, page, pairs_drawn(page, *mechanism, *matrix));
    Json context = pairs_context(page, *mechanism, *matrix);
    const std::string title = page.plain_title(*mechanism);
    context["has_crumbs"] = true;
    context["crumbs"] = Json::array({crumb(page.kinds_label(Kind::mechanism), page.href("/mechanisms")),
                                     crumb(title, page.href(page.record_path(mechanism->name)))});
    context["description"] = page.say(
        "Goods from each party to each other: as who sends them counts them, and as who receives them. Of "
        "neither it is said that it is wrong.");
    return services.frame.html(
        page, "pairs", page.labelled(title, page.say("Trade between the parties, by both counts")), context);
}

}  // namespace tamga::web
