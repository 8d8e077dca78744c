// Zoom for the maps that the server drew: buttons, and dragging once a map is larger than its frame.

const limits = { least: 1, most: 16 };

for (const svg of document.querySelectorAll<SVGSVGElement>("figure.map > svg")) {
  const { x: left, y: top, width, height } = svg.viewBox.baseVal;
  // Marks and names keep their size while the land grows.
  const marks = [...svg.querySelectorAll<SVGGraphicsElement>(".mark")].map((mark) => ({ mark, place: mark.getAttribute("transform") ?? "" }));
  const names = svg.querySelector<SVGElement>(".names");
  let zoom = 1;
  let centre = { x: left + width / 2, y: top + height / 2 };

  const show = () => {
    const view = { width: width / zoom, height: height / zoom };
    centre.x = Math.min(left + width - view.width / 2, Math.max(left + view.width / 2, centre.x));
    centre.y = Math.min(top + height - view.height / 2, Math.max(top + view.height / 2, centre.y));
    svg.setAttribute("viewBox", `${centre.x - view.width / 2} ${centre.y - view.height / 2} ${view.width} ${view.height}`);
    for (const { mark, place } of marks) mark.setAttribute("transform", `${place} scale(${1 / zoom})`);
    names?.classList.toggle("names--large", zoom > 1);
  };
  const scale = (factor: number) => {
    zoom = Math.min(limits.most, Math.max(limits.least, zoom * factor));
    show();
  };

  const tools = document.createElement("div");
  tools.className = `map-tools map-tools--${svg.classList.contains("map--wide") ? "wide" : "narrow"}`;
  for (const [sign, factor] of [["+", 2], ["−", 0.5]] as const) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = sign;
    button.setAttribute("aria-label", sign === "+" ? (svg.dataset.zoomIn ?? "+") : (svg.dataset.zoomOut ?? "−"));
    button.addEventListener("click", () => scale(factor));
    tools.append(button);
  }
  svg.before(tools);

  let from: { x: number; y: number } | null = null;
  svg.addEventListener("pointerdown", (event) => {
    if (zoom > 1 && !(event.target as Element).closest("a")) {
      from = { x: event.clientX, y: event.clientY };
      svg.setPointerCapture(event.pointerId);
    }
  });
  svg.addEventListener("pointermove", (event) => {
    if (!from) return;
    const unit = width / zoom / svg.clientWidth;
    centre = { x: centre.x - (event.clientX - from.x) * unit, y: centre.y - (event.clientY - from.y) * unit };
    from = { x: event.clientX, y: event.clientY };
    show();
  });
  for (const end of ["pointerup", "pointercancel"]) svg.addEventListener(end, () => (from = null));
  // Who walks the marks by keyboard must see the one in focus.
  svg.addEventListener("focusin", (event) => {
    const place = (event.target as Element).getAttribute("transform")?.match(/translate\(([\d.-]+) ([\d.-]+)\)/);
    if (!place || zoom === 1) return;
    centre = { x: Number(place[1]), y: Number(place[2]) };
    show();
  });
}

// A mark of several places leads to their names, which are folded.
const unfold = () => {
  const place = location.hash.startsWith("#place-") ? document.getElementById(location.hash.slice(1)) : null;
  const folded = place?.closest("details");
  if (!place || !folded) return;
  folded.open = true;
  place.scrollIntoView({ block: "center" });
};
window.addEventListener("hashchange", unfold);
unfold();
