// Signs in the browser what a party wrote, with a private key that is read from a file and stays here: what goes to the
// server are the signatures and the public key. Before it signs, it checks that the text shown is the one whose hash the
// signed header tells. Without this script the page names the command that does the same.

const hex = (bytes: ArrayBuffer | Uint8Array): string =>
  Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");

/** The bytes of hexadecimal digits; none of what are no such digits. */
export function fromHex(text: string): Uint8Array {
  if (text.length % 2 !== 0 || /[^0-9a-f]/.test(text)) return new Uint8Array();
  return Uint8Array.from({ length: text.length / 2 }, (_, i) => parseInt(text.slice(2 * i, 2 * i + 2), 16));
}

/** The bytes of a private key in PEM (PKCS #8); null where the text holds none. */
export function fromPem(text: string): Uint8Array | null {
  const found = /-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END PRIVATE KEY-----/.exec(text);
  if (!found) return null;
  try {
    return Uint8Array.from(atob(found[1]!.replace(/\s/g, "")), (c) => c.charCodeAt(0));
  } catch {
    return null;
  }
}

/** Whether the header tells the hash of this salt and body, or of no body at all. */
export async function tellsBody(header: string, salt: string, body: string): Promise<boolean> {
  const told: unknown = JSON.parse(header).payload;
  if (told === undefined) return body === "";
  const text = new TextEncoder().encode(body), first = fromHex(salt);
  const all = new Uint8Array(first.length + text.length);
  all.set(first);
  all.set(text, first.length);
  return hex(await crypto.subtle.digest("SHA-256", all)) === told;
}

interface Signer {
  publicKey: string;
  sign(text: string): Promise<string>;
}

/** Null where the bytes are no key of Ed25519. */
export async function signerOf(pkcs8: Uint8Array): Promise<Signer | null> {
  try {
    const key = await crypto.subtle.importKey("pkcs8", pkcs8 as BufferSource, "Ed25519", true, ["sign"]);
    const x = (await crypto.subtle.exportKey("jwk", key)).x!.replace(/-/g, "+").replace(/_/g, "/");
    return {
      publicKey: hex(Uint8Array.from(atob(x), (c) => c.charCodeAt(0))),
      sign: async (text) => hex(await crypto.subtle.sign("Ed25519", key, new TextEncoder().encode(text))),
    };
  } catch {
    return null;
  }
}

if (typeof document !== "undefined") {
  const form = document.querySelector<HTMLFormElement>("form.seal-form");
  const file = document.querySelector<HTMLInputElement>("#key-file");
  const told = document.querySelector<HTMLElement>("#seal-told");
  const tell = (text: string | undefined): void => {
    if (!told) return;
    told.textContent = text ?? "";
    told.hidden = !text;
  };
  const text = (element: Element, selector: string): string => element.querySelector(selector)?.textContent ?? "";
  const value = (element: Element, selector: string): string => element.querySelector<HTMLInputElement>(selector)?.value ?? "";

  /** Fills in the signatures of what is chosen; what keeps from it. */
  async function signAll(form: HTMLFormElement): Promise<string | undefined> {
    const pkcs8 = fromPem((await file?.files?.[0]?.text()) ?? "");
    if (!pkcs8) return told?.dataset.unfit;
    if (!globalThis.crypto?.subtle) return told?.dataset.unable;
    const signer = await signerOf(pkcs8);
    if (!signer) return told?.dataset.unfit;
    for (const entry of form.querySelectorAll("[data-position]")) {
      const field = entry.querySelector<HTMLInputElement>(".signature")!;
      field.value = "";
      if (!entry.querySelector<HTMLInputElement>("input[type=checkbox]")?.checked) continue;
      const header = text(entry, ".signed-header");
      if (!(await tellsBody(header, value(entry, ".signed-salt"), text(entry, ".signed-body")))) return told?.dataset.unlike;
      field.value = await signer.sign(header);
    }
    form.querySelector<HTMLInputElement>("[name=key]")!.value = signer.publicKey;
    return undefined;
  }

  let signed = false;
  form?.addEventListener("submit", (event) => {
    if (signed) return;
    event.preventDefault();
    void signAll(form).then((problem) => {
      tell(problem);
      if (problem) return;
      signed = true;
      form.requestSubmit(event.submitter as HTMLElement | null);
    });
  });
}
