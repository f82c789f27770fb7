// While this page is open and seen, colleagues are told that somebody looks at the case; it ends by itself.
"use strict";
(() => {
  const place = document.querySelector("[data-presence]");
  if (!place) return;
  const told = place.querySelector(".looking");
  let timer = 0;
  const given = (more = {}) => {
    const form = new FormData(place.querySelector("form"));
    for (const [name, value] of Object.entries(more)) form.set(name, value);
    return form;
  };
  const tell = async () => {
    clearTimeout(timer);
    if (document.hidden) return;
    try {
      const answer = await fetch(place.dataset.presence, { method: "POST", body: given(), redirect: "manual" });
      const { words } = answer.ok ? await answer.json() : { words: "" };
      if (told.textContent !== words) told.textContent = words;
    } catch {
      told.textContent = ""; // who looks now is not known any more
    }
    timer = setTimeout(tell, 15000);
  };
  document.addEventListener("visibilitychange", tell);
  addEventListener("pagehide", () => navigator.sendBeacon(place.dataset.presence, given({ away: "1" })));
  addEventListener("pageshow", (event) => { if (event.persisted) tell(); });
  tell();
})();
