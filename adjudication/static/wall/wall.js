// The wall of exhibits; without this file everything on it is reached by links and forms.
// Whose exhibits are shown changes in place, a receipt is copied, and what is ticked for comparison stays in sight.
"use strict";
(() => {
  const wallOf = (element) => element.closest("[data-wall]");

  const show = (link) => {
    const wall = wallOf(link);
    wall.dataset.shown = link.dataset.show;
    for (const each of wall.querySelectorAll("[data-show]")) {
      if (each === link) each.setAttribute("aria-current", "true");
      else each.removeAttribute("aria-current");
    }
    history.replaceState(history.state, "", link.href);
  };

  // A link to an exhibit that is not shown now shows all of them.
  const reach = () => {
    const target = location.hash.startsWith("#exhibit-") && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target || !target.closest("[data-wall]") || target.checkVisibility?.() !== false) return;
    const hash = location.hash;
    show(wallOf(target).querySelector('[data-show="all"]'));
    location.replace(hash);
  };

  const copy = async (button) => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.dataset.words ??= button.textContent;
    button.textContent = button.dataset.copied;
    setTimeout(() => { button.textContent = button.dataset.words; }, 2000);
  };

  // The two that were ticked last are the two.
  const picks = () => [...document.querySelectorAll("input[name=compare]:checked")];
  let order = [];
  const pick = () => {
    const form = document.getElementById("compare");
    if (!form) return;
    const ticked = picks();
    order = [...order.filter((box) => ticked.includes(box)), ...ticked.filter((box) => !order.includes(box))];
    while (order.length > 2) order.shift().checked = false;
    const said = form.querySelector("[data-picked]");
    said.dataset.words ??= said.textContent;
    said.textContent = order.length ? `${said.dataset.picked} ${order.map((box) => box.value).join(" · ")}` : said.dataset.words;
    form.classList.toggle("is-begun", order.length > 0);
    form.querySelector("button").disabled = order.length !== 2;
  };

  document.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    const filter = event.target.closest("[data-show]");
    const copied = event.target.closest("[data-copy]");
    if (filter) {
      event.preventDefault();
      show(filter);
    } else if (copied) copy(copied);
  });
  document.addEventListener("change", (event) => { if (event.target.name === "compare") pick(); });
  addEventListener("hashchange", reach);

  const begin = () => {
    if (navigator.clipboard) for (const button of document.querySelectorAll("[data-copy]")) button.hidden = false;
    order = [];
    pick();
    reach();
  };
  document.addEventListener("page:replaced", begin);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
