// The queue by keyboard, and fresh without reload. Without this file the page shows what it was opened with.
"use strict";
(() => {
  const at = (id) => document.getElementById(id);
  if (!at("queue-body")) return;
  const live = JSON.parse(at("queue-words").textContent);
  const { words } = live;
  const ahead = live.now - Date.now(); // the database's clock tells how much is left, not this machine's
  const rows = () => [...at("queue-body").rows];
  const linkOf = (row) => row.querySelector("th a");
  const focusedRow = () => document.activeElement?.closest("#queue-body > tr") ?? null;

  const say = (text) => {
    at("queue-said").textContent = "";
    setTimeout(() => { at("queue-said").textContent = text; }, 60);
  };
  const counted = (count) => (count === 1 ? words.one : words.many).replace("%(count)s", count);

  // --- The time left runs on by itself -------------------------------------------------------------
  const tellTime = (row) => {
    if (row.classList.contains("gone")) return;
    const badge = row.querySelector("[data-left]");
    const now = Date.now() + ahead, left = row.dataset.due * 1000 - now;
    const minutes = Math.floor(Math.abs(left) / 60000);
    const time = words.time.replace("%(hours)d", Math.floor(minutes / 60)).replace("%(minutes)02d", String(minutes % 60).padStart(2, "0"));
    const told = (left > 0 ? words.left : words.over).replace("%(time)s", time);
    const tone = left <= 0 ? "late" : now >= row.dataset.soon * 1000 ? "soon" : "calm";
    if (badge.textContent !== told) badge.textContent = told;
    if (!badge.classList.contains(`left-${tone}`)) badge.className = `left left-${tone}`;
  };

  // --- Fresh rows: nothing moves under the row that is focused or pointed at ------------------------
  const known = new Set(rows().map((row) => row.dataset.case));
  let latest = null, isHeld = false;

  const anchor = () => {
    const held = [focusedRow(), at("queue-body").querySelector(":scope > tr:hover")].filter(Boolean);
    return Math.max(-1, ...held.map((row) => row.sectionRowIndex));
  };
  const renewCell = (cell, fresh) => {
    if (cell.innerHTML === fresh.innerHTML) return;
    const active = document.activeElement;
    if (!cell.contains(active)) {
      cell.replaceChildren(...fresh.cloneNode(true).childNodes);
      return;
    }
    const twin = active.parentNode === cell && fresh.querySelector(`:scope > ${active.localName}`);
    if (!twin) return;
    for (const node of [...cell.childNodes]) if (node !== active) node.remove();
    let isBefore = true;
    for (const node of fresh.childNodes) {
      if (node === twin) isBefore = false;
      else if (isBefore) cell.insertBefore(node.cloneNode(true), active);
      else cell.append(node.cloneNode(true));
    }
  };
  const renew = (row, fresh) => {
    Object.assign(row.dataset, { due: fresh.dataset.due, soon: fresh.dataset.soon });
    row.classList.remove("gone");
    tellTime(fresh);
    for (const [place, cell] of [...row.cells].entries()) {
      if (!cell.classList.contains("pick")) renewCell(cell, fresh.cells[place]);
    }
  };
  const markGone = (row) => {
    row.classList.add("gone");
    row.querySelector("[data-left]").textContent = words.gone; // in place of the time: a line more would move what is below
  };

  // Puts `wanted` (fresh rows) below the first `frozen` rows; these stay where they are. Returns what had to wait.
  const lay = (wanted, frozen) => {
    const body = at("queue-body"), standing = rows();
    const places = new Map(wanted.map((row, place) => [row.dataset.case, place]));
    const last = standing[frozen - 1];
    const lastPlace = last ? places.get(last.dataset.case) : -1;
    const keys = new Set(standing.slice(0, frozen).map((row) => row.dataset.case));
    for (const row of standing.slice(0, frozen)) {
      const place = places.get(row.dataset.case);
      if (place === undefined) markGone(row); else renew(row, wanted[place]);
    }
    const isBelow = (row, place) => (lastPlace !== undefined ? place > lastPlace : Number(row.dataset.due) >= Number(last.dataset.due));
    const rest = [...wanted.entries()].filter(([, row]) => !keys.has(row.dataset.case));
    const below = rest.filter(([place, row]) => isBelow(row, place)).map(([, row]) => row);
    const old = new Map(standing.slice(frozen).map((row) => [row.dataset.case, row]));
    let next = standing[frozen] ?? null;
    const stay = new Set(below.map((row) => row.dataset.case));
    for (const [key, row] of old) {
      if (stay.has(key)) continue;
      if (row === next) next = row.nextElementSibling;
      row.remove();
    }
    for (const fresh of below) {
      const row = old.get(fresh.dataset.case);
      if (row) renew(row, fresh);
      const placed = row ?? document.importNode(fresh, true);
      if (placed === next) next = next.nextElementSibling;
      else body.insertBefore(placed, next);
      tellTime(placed);
    }
    return rest.length - below.length;
  };

  const settle = (frozen) => {
    if (!latest) return;
    isHeld = frozen > 0;
    const held = frozen === 0 ? focusedRow() : null;
    const waiting = lay(latest, frozen);
    if (held?.isConnected && focusedRow() !== held) linkOf(held).focus({ preventScroll: true });
    at("queue-new").hidden = waiting === 0;
    at("queue-new").querySelector("span").textContent = counted(waiting);
    const isEmpty = rows().length === 0;
    at("queue-table").hidden = isEmpty;
    if (at("queue-empty")) at("queue-empty").hidden = !isEmpty;
    if (at("many")) at("many").hidden = isEmpty;
  };
  const showNew = () => {
    if (at("queue-new").hidden) return;
    const before = new Set(rows().map((row) => row.dataset.case));
    settle(0);
    const first = rows().find((row) => !before.has(row.dataset.case)) ?? rows()[0];
    if (first) linkOf(first).focus();
  };
  const take = (text) => {
    const fresh = new DOMParser().parseFromString(text, "text/html");
    latest = [...fresh.getElementById("queue-body").rows];
    const arrived = latest.filter((row) => !known.has(row.dataset.case)).length;
    for (const row of latest) known.add(row.dataset.case);
    settle(anchor() + 1);
    const counts = [...fresh.querySelectorAll("#queue-tabs .count")];
    for (const [place, count] of [...document.querySelectorAll("#queue-tabs .count")].entries()) count.textContent = counts[place].textContent;
    if (at("queue-found")) at("queue-found").textContent = fresh.getElementById("queue-found").textContent;
    const more = at("queue-more");
    if (!more.contains(document.activeElement)) more.replaceChildren(...fresh.getElementById("queue-more").childNodes);
    if (arrived) say(counted(arrived));
  };

  // --- Asking again ---------------------------------------------------------------------------------
  let mark = at("queue-mark").dataset.mark, heardAt = Date.now(), isLost = false, isOver = !live.rows, timer = 0;
  const tellAge = () => {
    const seconds = Math.round((Date.now() - heardAt) / 1000);
    const age = seconds < 120 ? words.seconds.replace("%(count)s", seconds) : words.minutes.replace("%(count)s", Math.floor(seconds / 60));
    const told = isOver ? (live.rows ? words.ended : "") : isLost ? words.old.replace("%(age)s", age) : words.fresh;
    if (at("queue-age").textContent !== told) at("queue-age").textContent = told;
    at("queue-age").classList.toggle("is-old", isLost || (isOver && Boolean(live.rows)));
  };
  const poll = async () => {
    clearTimeout(timer);
    if (document.hidden || isOver) return;
    try {
      const answer = await fetch(live.rows, {
        headers: { "If-None-Match": mark }, cache: "no-store", redirect: "manual", signal: AbortSignal.timeout(10000),
      });
      if (answer.type === "opaqueredirect" || answer.status === 403) {
        isOver = true;
        say(words.ended);
      } else if (answer.status === 200) {
        take(await answer.text());
        mark = answer.headers.get("ETag"); // after it is shown: what could not be is asked for again
      } else if (answer.status !== 304) throw new Error(String(answer.status));
      if (isLost) say(words.back);
      isLost = false;
      heardAt = Date.now();
    } catch {
      if (!isLost) say(words.old.replace("%(age)s", words.seconds.replace("%(count)s", Math.round((Date.now() - heardAt) / 1000))));
      isLost = true;
    }
    tellAge();
    clearTimeout(timer);
    timer = setTimeout(poll, live.every);
  };
  document.addEventListener("visibilitychange", () => { if (document.hidden) clearTimeout(timer); else poll(); });
  addEventListener("online", poll);
  addEventListener("offline", poll);
  addEventListener("pageshow", (event) => { if (event.persisted) poll(); });
  setInterval(() => {
    tellAge();
    for (const row of rows()) tellTime(row);
    if (isHeld && anchor() < 0) settle(0); // what waited for focus and pointer to leave
  }, 1000);
  tellAge();
  timer = setTimeout(poll, live.every);

  // --- Many at once, with a result a row ------------------------------------------------------------
  let isBusy = false;
  const tell = (lines) => {
    const list = at("queue-results").querySelector("ul");
    list.replaceChildren(...lines.map(({ number, is_done, words: told }) => {
      const line = document.createElement("li"), badge = document.createElement("span");
      badge.className = `left left-${is_done ? "calm" : "late"}`;
      badge.textContent = `${is_done ? "✓" : "✗"} ${number ?? ""}`;
      line.append(badge, ` ${told}`);
      return line;
    }));
    at("queue-results").hidden = false;
    say(lines.map(({ number, words: told }) => `${number ?? ""} ${told}`).join(" "));
  };
  const actOn = async (act, numbers) => {
    const form = at("many");
    if (!form || isBusy) return;
    if (numbers.length === 0) { tell([{ is_done: false, words: words.none }]); return; }
    isBusy = true;
    const given = new FormData(form);
    given.delete("case");
    given.set("act", act);
    for (const number of numbers) given.append("case", number);
    try {
      const answer = await fetch(form.action, { method: "POST", body: given, headers: { Accept: "application/json" }, redirect: "manual" });
      if (!answer.ok) throw new Error(String(answer.status));
      tell((await answer.json()).results);
      for (const row of rows()) if (numbers.includes(row.dataset.case) && row.querySelector("[name=case]")) row.querySelector("[name=case]").checked = false;
    } catch {
      tell([{ is_done: false, words: words.failed }]);
    }
    isBusy = false;
    poll();
  };
  at("many")?.addEventListener("submit", (event) => {
    event.preventDefault();
    actOn(event.submitter.value, rows().filter((row) => row.querySelector("[name=case]").checked).map((row) => row.dataset.case));
  });
  at("queue-results").querySelector("button").addEventListener("click", () => { at("queue-results").hidden = true; });

  // --- Keys -----------------------------------------------------------------------------------------
  let areOn = live.keys, lastKey = "";
  document.addEventListener("focusin", () => { lastKey = focusedRow()?.dataset.case ?? lastKey; });
  const remembered = () => rows().find((row) => row.dataset.case === lastKey) ?? null;
  const go = (row) => {
    if (!row) return;
    linkOf(row).focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  };
  const step = (by) => {
    const here = focusedRow();
    if (here) go(rows()[here.sectionRowIndex + by]);
    else go(remembered() ?? rows()[0]);
  };
  const onRow = (act) => () => { const row = focusedRow(); if (row) act(row); };
  const keys = {
    j: () => step(1),
    k: () => step(-1),
    o: onRow((row) => linkOf(row).click()),
    t: onRow((row) => actOn("take", [row.dataset.case])),
    x: onRow((row) => row.querySelector("[name=case]")?.click()),
    n: showNew,
    "/": () => { at("queue-filter").open = true; at("filter-reason").focus(); },
    "?": () => at("queue-keys").showModal(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
    if (document.querySelector("dialog[open]")) return;
    if (event.key === "Escape") {
      at("queue-results").hidden = true;
      if (event.target.closest("#queue-filter")) go(remembered() ?? rows()[0]);
      return;
    }
    if (!areOn || event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]")) return;
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
  at("queue-new").querySelector("button").textContent = words.show;
  at("queue-new").querySelector("button").addEventListener("click", showNew);
  at("queue-help").hidden = false;
  at("queue-help").addEventListener("click", () => at("queue-keys").showModal());
  at("queue-keys").querySelector("[data-close]").addEventListener("click", () => at("queue-keys").close());
  at("queue-keys").querySelector("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.target, given = new FormData(form);
    try {
      const answer = await fetch(form.action, { method: "POST", body: given, headers: { Accept: "application/json" }, redirect: "manual" });
      if (answer.status !== 204) throw new Error(String(answer.status));
    } catch {
      say(words.failed);
      return;
    }
    areOn = given.get("keys") === "on";
    form.elements.keys.value = areOn ? "off" : "on";
    for (const button of form.querySelectorAll("[data-turn]")) button.hidden = (button.dataset.turn === "on") === areOn;
    form.querySelector("[data-turn]:not([hidden])").focus();
    say(areOn ? words.on : words.off);
  });
})();
