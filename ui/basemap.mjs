// The land of the map's window as an SVG fragment, from Natural Earth by way of world-atlas (public domain).
import { geoPath, geoProjection } from "d3-geo";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { feature } from "topojson-client";
import { presimplify, simplify } from "topojson-simplify";

// As src/web/map.cpp: equirectangular with standard parallel 40° N, ten units a degree of latitude.
const west = 45, east = 125, south = 28, north = 58, scale = 10;
const radians = Math.PI / 180, cosine = Math.cos(40 * radians);

export function basemap() {
  const require = createRequire(import.meta.url);
  const world = JSON.parse(readFileSync(require.resolve("world-atlas/countries-50m.json"), "utf8"));
  const rough = simplify(presimplify(world), 0.02);
  const projection = geoProjection((longitude, latitude) => [longitude * cosine, latitude])
    .scale(scale / radians)
    .translate([-west * scale * cosine, north * scale])
    .clipExtent([[0, 0], [(east - west) * scale * cosine, (north - south) * scale]])
    .precision(0);
  const path = geoPath(projection).digits(1);
  const paths = feature(rough, rough.objects.countries).features.map((country) => path(country)).filter(Boolean);
  return `<g class="land" aria-hidden="true">${paths.map((d) => `<path d="${d}"/>`).join("\n")}</g>\n`;
}
