// Zoom for the map that the server drew: buttons, and dragging once it is larger than its frame.

const limits = { least: 1, most: 16 };

for (const svg of document.querySelectorAll<SVGSVGElement>("figure.map svg")) {
  const { x: left, y: top, width, height } = svg.viewBox.baseVal;
  const points = [...svg.querySelectorAll<SVGCircleElement>("circle.point")];
  const radii = points.map((point) => point.r.baseVal.value);
  let zoom = 1;
  let centre = { x: left + width / 2, y: top + height / 2 };

  const show = () => {
    const view = { width: width / zoom, height: height / zoom };
    centre.x = Math.min(left + width - view.width / 2, Math.max(left + view.width / 2, centre.x));
    centre.y = Math.min(top + height - view.height / 2, Math.max(top + view.height / 2, centre.y));
    svg.setAttribute("viewBox", `${centre.x - view.width / 2} ${centre.y - view.height / 2} ${view.width} ${view.height}`);
    points.forEach((point, i) => point.setAttribute("r", String(radii[i]! / zoom ** 0.8)));
  };
  const scale = (factor: number) => {
    zoom = Math.min(limits.most, Math.max(limits.least, zoom * factor));
    show();
  };

  const tools = document.createElement("div");
  tools.className = "map-tools";
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
  // Who walks the points by keyboard must see the one in focus.
  svg.addEventListener("focusin", (event) => {
    const point = (event.target as Element).querySelector("circle");
    if (!point || zoom === 1) return;
    centre = { x: point.cx.baseVal.value, y: point.cy.baseVal.value };
    show();
  });
}
