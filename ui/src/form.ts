// Checks a record's form while it is filled in: what the server says of what is typed stands beside its field a moment later. The
// server alone knows the rules; publishing asks it again. Without this script the button "Check" does the same.

export {};
const pause = 600; // milliseconds without a key
const most = 100_000; // bytes: what is longer is checked when it is sent

const form = document.querySelector<HTMLFormElement>("form.record-form");
const inputs = "input, select, textarea";
if (form) {
  const touched = new Set<string>();
  const told = document.createElement("p");
  told.className = "visually-hidden";
  told.setAttribute("role", "status");
  form.append(told);
  let timer = 0, asking: AbortController | undefined, sent = false;

  const fields = (root: ParentNode): Map<string, HTMLElement> =>
    new Map([...root.querySelectorAll<HTMLElement>("form.record-form .form-field")].map((field) => [field.querySelector(".also[id]")?.id ?? "", field]));

  /** Puts the fault that the server tells of a field, or none, in the place of the one that stands there. */
  const show = (field: HTMLElement, fault: Element | null): void => {
    const before = field.querySelector(".fault");
    if ((before?.textContent ?? "") === (fault?.textContent ?? "")) return;
    before?.remove();
    const help = field.querySelector(".also[id]")!;
    if (fault) help.after(document.importNode(fault, true));
    field.classList.toggle("is-wrong", fault !== null);
    for (const input of field.querySelectorAll(inputs)) {
      input.toggleAttribute("aria-invalid", false);
      if (fault) input.setAttribute("aria-invalid", "true");
      input.setAttribute("aria-describedby", fault?.id ? `${help.id} ${fault.id}` : help.id);
    }
    if (fault) told.textContent = `${field.querySelector("legend, label")?.textContent ?? ""}: ${fault.textContent ?? ""}`;
  };

  const check = async (): Promise<void> => {
    const body = new URLSearchParams([...new FormData(form)].map(([name, value]) => [name, String(value)]));
    body.set("intent", "check");
    if (body.toString().length > most) return;
    asking?.abort();
    const mine = (asking = new AbortController());
    try {
      const answer = await fetch(form.action, { method: "POST", body, signal: mine.signal });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const found = fields(page);
      // Refused as a whole, or signed out meanwhile: sending says so, and loses nothing.
      if (mine.signal.aborted || sent || found.size === 0 || (answer.status !== 200 && answer.status !== 422)) return;
      for (const [name, field] of fields(document)) if (touched.has(name)) show(field, found.get(name)?.querySelector(".fault") ?? null);
      const token = page.querySelector<HTMLInputElement>("input[name=form_token]")?.value;
      if (token) for (const input of document.querySelectorAll<HTMLInputElement>("input[name=form_token]")) input.value = token;
    } catch {
      // Not reached just now: it is checked when it is sent.
    }
  };

  form.addEventListener("input", (event) => {
    const field = (event.target as Element).closest(".form-field")?.querySelector(".also[id]");
    if (!field) return;
    touched.add(field.id);
    clearTimeout(timer);
    timer = window.setTimeout(() => void check(), pause);
  });
  for (const other of document.forms)
    other.addEventListener("submit", () => {
      sent = true;
      clearTimeout(timer);
      asking?.abort();
    });
  window.addEventListener("pageshow", () => { sent = false; });
  // What is typed is not left behind by a slip.
  window.addEventListener("beforeunload", (event) => {
    if (touched.size > 0 && !sent) event.preventDefault();
  });
}
