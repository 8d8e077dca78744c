// The land of the world as polygons in degrees, from Natural Earth by way of world-atlas (public domain). One a line:
// the ISO 3166-1 number of the state that it belongs to, a tab, and a path whose x is the longitude and whose y is minus
// the latitude. src/web/parts/outlines.cpp reads it.
import { geoPath, geoProjection } from "d3-geo";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { feature } from "topojson-client";
import { presimplify, simplify } from "topojson-simplify";

export function basemap() {
  const require = createRequire(import.meta.url);
  const world = JSON.parse(readFileSync(require.resolve("world-atlas/countries-50m.json"), "utf8"));
  const rough = simplify(presimplify(world), 0.004);
  const projection = geoProjection((longitude, latitude) => [longitude, latitude])
    .scale(180 / Math.PI)
    .translate([0, 0])
    .precision(0);
  const path = geoPath(projection).digits(2);
  const lines = [];
  for (const { geometry, id } of feature(rough, rough.objects.countries).features) {
    const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
    for (const coordinates of polygons) {
      const polygon = { type: "Polygon", coordinates };
      const drawn = path(polygon);
      if (!drawn) continue;
      lines.push(`${id ?? ""}\t${drawn}`);
    }
  }
  return lines.join("\n") + "\n";
}
