// Makes a passkey, or signs in with one (Web Authentication, Level 2): lets the browser ask an authenticator, and sends what
// that answered with the page's own form. Without this script, or in a browser that has no passkeys, the form is not shown.

const toText = (bytes: ArrayBuffer | null): string =>
  btoa(String.fromCharCode(...new Uint8Array(bytes ?? new ArrayBuffer(0)))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
const fromText = (text: string): BufferSource =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (character) => character.charCodeAt(0));

type Fields = Record<string, string>;

/** A challenge lasts some minutes, and the page may have been open for longer: the one that it would have now. */
async function freshChallenge(address: string): Promise<string> {
  const page = new DOMParser().parseFromString(await (await fetch(address)).text(), "text/html");
  return page.querySelector<HTMLFormElement>("form.passkey-form")?.dataset.challenge ?? "";
}

async function signIn(address: string, { site }: DOMStringMap): Promise<Fields> {
  const challenge = await freshChallenge(address);
  const made = (await navigator.credentials.get({
    publicKey: { challenge: fromText(challenge), rpId: site, userVerification: "required" },
  })) as PublicKeyCredential;
  const response = made.response as AuthenticatorAssertionResponse;
  return {
    challenge,
    credential: toText(made.rawId),
    client_data: toText(response.clientDataJSON),
    authenticator_data: toText(response.authenticatorData),
    signature: toText(response.signature),
    handle: toText(response.userHandle),
  };
}

async function make({ challenge = "", site, register = "", handle = "", account = "", person = "", known = "" }: DOMStringMap): Promise<Fields> {
  const made = (await navigator.credentials.create({
    publicKey: {
      challenge: fromText(challenge),
      rp: { id: site, name: register },
      user: { id: fromText(handle), name: account, displayName: person },
      pubKeyCredParams: [-7, -8, -257].map((alg) => ({ type: "public-key", alg })),
      authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "required" },
      excludeCredentials: known.split(" ").filter(Boolean).map((id) => ({ type: "public-key", id: fromText(id) })),
      attestation: "none",
    },
  })) as PublicKeyCredential;
  const response = made.response as AuthenticatorAttestationResponse;
  return { challenge, client_data: toText(response.clientDataJSON), authenticator_data: toText(response.getAuthenticatorData()) };
}

const form = document.querySelector<HTMLFormElement>("form.passkey-form");
const able = typeof PublicKeyCredential !== "undefined" && "getAuthenticatorData" in AuthenticatorAttestationResponse.prototype;
if (form && able) {
  const told = form.querySelector<HTMLElement>(".passkey-told")!;
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    told.hidden = true;
    (form.dataset.handle === undefined ? signIn(form.action, form.dataset) : make(form.dataset)).then(
      (fields) => {
        for (const [name, value] of Object.entries(fields)) form.querySelector<HTMLInputElement>(`[name=${name}]`)!.value = value;
        form.submit();
      },
      (error: unknown) => {
        told.textContent = (error instanceof DOMException && error.name === "InvalidStateError" ? told.dataset.there : told.dataset.stopped) ?? "";
        told.hidden = false;
      },
    );
  });
} else {
  for (const element of document.querySelectorAll<HTMLElement>(".passkey-unable")) element.hidden = false;
}
