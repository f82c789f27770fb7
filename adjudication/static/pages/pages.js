// Small comforts; every page works without them.
"use strict";
(() => {
  // A form is sent once; coming back with the browser's button frees it again.
  const free = (form) => {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("button")) button.removeAttribute("aria-disabled");
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sent) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    if (form.method !== "post") return;
    form.dataset.sent = "yes";
    for (const button of form.querySelectorAll("button")) button.setAttribute("aria-disabled", "true");
  });
  document.addEventListener("form:free", (event) => free(event.target));
  addEventListener("pageshow", (event) => { if (event.persisted) for (const form of document.forms) free(form); });

  // A refusal is read first; a link to a field inside a closed form opens the form.
  const reveal = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target) target.closest("details")?.setAttribute("open", "");
  };
  const begin = () => {
    document.querySelector("[data-focus]")?.focus();
    reveal();
  };
  addEventListener("hashchange", reveal);
  document.addEventListener("page:replaced", begin);
  begin();
})();
