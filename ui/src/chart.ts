// Draws the figures of a table with Observable Plot, in the place of the server's plain chart. Each figure is a line
// over the period that it covers, so that a half-year is not taken for a year.
import * as Plot from "@observablehq/plot";

interface Figure {
  start: Date;
  end: Date;
  middle: Date;
  value: number;
  label: string;
}

const language = document.documentElement.lang;
const compact = new Intl.NumberFormat(language, { notation: "compact", maximumSignificantDigits: 3 });
const day = 86_400_000;

function figures(table: HTMLTableElement): Figure[] {
  return [...table.querySelectorAll<HTMLTableRowElement>("tr[data-value]")].map((row) => {
    const start = Date.parse(row.dataset.start!);
    const end = Date.parse(row.dataset.end!) + day;
    return {
      start: new Date(start),
      end: new Date(end),
      middle: new Date((start + end) / 2),
      value: Number(row.dataset.value),
      label: `${row.dataset.label}: ${row.cells[1]!.textContent!.trim()}`,
    };
  });
}

function draw(table: HTMLTableElement, width: number, name: string): SVGElement {
  const data = figures(table);
  const chart = Plot.plot({
    width,
    height: Math.min(360, Math.max(220, width * 0.45)),
    marginLeft: 64,
    marginTop: 28,
    className: "plot",
    ariaLabel: name,
    x: { type: "utc", label: null, ticks: Math.max(2, Math.min(8, width / 110)) },
    y: { label: table.dataset.unit ?? null, grid: true, nice: true, zero: true, tickFormat: (value: number) => compact.format(value) },
    marks: [
      Plot.ruleY([0]),
      Plot.ruleY(data, { x1: "start", x2: "end", y: "value", stroke: "var(--accent)", strokeWidth: 4, strokeLinecap: "round" }),
      Plot.dot(data, { x: "middle", y: "value", r: 4, fill: "var(--accent)", stroke: "var(--surface)", title: "label" }),
    ],
  }) as SVGElement;
  // Plot brings a <style>, which our content policy refuses; styles/figures.css has what is needed of it.
  for (const style of chart.querySelectorAll("style")) style.remove();
  // One picture with one name: what the table beneath tells in full is not told again part by part.
  chart.setAttribute("role", "img");
  for (const part of chart.querySelectorAll("[aria-label]")) part.removeAttribute("aria-label");
  return chart;
}

for (const table of document.querySelectorAll<HTMLTableElement>("table[data-chart]")) {
  const frame = table.closest("figure");
  let shown: SVGElement | null = frame?.querySelector<SVGElement>(".plain-chart") ?? null;
  if (!frame || !shown || figures(table).length < 2) continue;
  const name = shown.getAttribute("aria-label") ?? "";
  let drawn = 0;
  new ResizeObserver(([entry]) => {
    const width = Math.min(960, Math.floor(entry!.contentRect.width));
    if (width < 120 || width === drawn) return;
    drawn = width;
    const chart = draw(table, width, name);
    shown!.replaceWith(chart);
    shown = chart;
  }).observe(frame);
}
