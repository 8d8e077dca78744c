// Works for a reply while it is written, so that a program that sends thousands has thousands of times the work: looks for
// a number with which the SHA-256 (FIPS 180-4) of "TOKEN:NUMBER" begins with the zero bits that the form asks for. Written
// out here because browsers offer their own only over TLS. Without this script a reply is taken too, and read more closely.

const primes: number[] = [];
for (let n = 2; primes.length < 64; ++n) if (primes.every((p) => n % p !== 0)) primes.push(n);
const fraction = (x: number): number => ((x - Math.floor(x)) * 2 ** 32) | 0;
const constants = primes.map((p) => fraction(Math.cbrt(p)));
const start = primes.slice(0, 8).map((p) => fraction(Math.sqrt(p)));

const turn = (x: number, by: number): number => (x >>> by) | (x << (32 - by));

/** The first 32 bits of the digest of ASCII text. */
export function firstWord(text: string): number {
  const blocks = Math.ceil((text.length + 9) / 64);
  const words = new Int32Array(blocks * 16);
  for (let i = 0; i < text.length; ++i) words[i >> 2]! |= text.charCodeAt(i) << (24 - (i % 4) * 8);
  words[text.length >> 2]! |= 0x80 << (24 - (text.length % 4) * 8);
  words[words.length - 1] = text.length * 8;
  const state = Int32Array.from(start);
  const w = new Int32Array(64);
  for (let block = 0; block < blocks; ++block) {
    w.set(words.subarray(block * 16, block * 16 + 16));
    for (let i = 16; i < 64; ++i) {
      const a = w[i - 15]!, b = w[i - 2]!;
      w[i] = w[i - 16]! + (turn(a, 7) ^ turn(a, 18) ^ (a >>> 3)) + w[i - 7]! + (turn(b, 17) ^ turn(b, 19) ^ (b >>> 10));
    }
    let [a, b, c, d, e, f, g, h] = state as unknown as [number, number, number, number, number, number, number, number];
    for (let i = 0; i < 64; ++i) {
      const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + constants[i]! + w[i]!) | 0;
      const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g; g = f; f = e; e = (d + one) | 0; d = c; c = b; b = a; a = (one + two) | 0;
    }
    [a, b, c, d, e, f, g, h].forEach((value, i) => { state[i]! += value; });
  }
  return state[0]! >>> 0;
}

/** Whether the number does for the token. */
export const works = (token: string, nonce: number, bits: number): boolean => firstWord(`${token}:${nonce}`) < 2 ** (32 - bits);

if (typeof document !== "undefined") {
  const form = document.querySelector<HTMLFormElement>("form.reply-form");
  const token = form?.querySelector<HTMLInputElement>("[name=token]")?.value;
  const nonce = form?.querySelector<HTMLInputElement>("[name=nonce]");
  const bits = Number(form?.dataset.bits);
  if (token && nonce && nonce.value === "" && bits > 0 && bits <= 24) {
    let next = 0;
    const look = (): void => {
      // A few milliseconds at a time: typing goes before.
      for (const end = next + 1000; next < end; ++next)
        if (works(token, next, bits)) {
          nonce.value = String(next);
          return;
        }
      setTimeout(look, 0);
    };
    look();
  }
}
