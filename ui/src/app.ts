// Small conveniences of every page; each works without this script too, by a button.

for (const form of document.querySelectorAll<HTMLFormElement>("form.filters, form.asof-form")) {
  // Fields left empty stay out of the address, so that it is short enough to share.
  form.addEventListener("submit", () => {
    for (const field of form.querySelectorAll<HTMLInputElement | HTMLSelectElement>("input, select"))
      if (field.value === "") field.disabled = true;
  });
}

// Back from another page: what submitting switched off must work again.
window.addEventListener("pageshow", () => {
  for (const field of document.querySelectorAll<HTMLInputElement>("form :disabled")) field.disabled = false;
});

// The place in a long, scrolling navigation is the current page's.
const current = document.querySelector<HTMLElement>("nav.main [aria-current]");
const strip = current?.closest("ul");
if (current && strip) strip.scrollLeft = current.offsetLeft - strip.offsetLeft - (strip.clientWidth - current.offsetWidth) / 2;
