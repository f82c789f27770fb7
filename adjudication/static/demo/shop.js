// Shows webhooks as they arrive, and what they changed; without it the page is loaded again by hand.
"use strict";
(() => {
  const tour = document.querySelector(".tour");
  if (!tour) return;
  const said = document.getElementById("said");
  const arrived = document.getElementById("arrived");
  let seen = Number(tour.dataset.seen);
  let version = tour.dataset.version;
  let lastWhole = performance.now();

  // Clocks count down by themselves, from what was left when they were sent.
  const begun = new WeakMap();
  const two = (number) => String(number).padStart(2, "0");
  const tick = () => {
    for (const clock of document.querySelectorAll(".clock[data-left]")) {
      if (!begun.has(clock)) begun.set(clock, performance.now());
      const left = Math.max(0, Math.ceil((clock.dataset.left - (performance.now() - begun.get(clock))) / 1000));
      clock.textContent = `${Math.floor(left / 3600)}:${two(Math.floor(left / 60) % 60)}:${two(left % 60)}`;
    }
  };

  const replace = (name, html) => {
    const part = document.getElementById(name);
    const focused = part.contains(document.activeElement) && document.activeElement;
    const place = focused ? [...part.querySelectorAll("a, button, summary")].indexOf(focused) : -1;
    const open = [...part.querySelectorAll("details")].map((each) => each.open);
    part.innerHTML = html;
    [...part.querySelectorAll("details")].forEach((each, index) => { each.open = Boolean(open[index]); });
    if (place >= 0) (part.querySelectorAll("a, button, summary")[place] || part.querySelector("a, button"))?.focus();
  };

  const look = async () => {
    const whole = performance.now() - lastWhole > 10000;
    try {
      const answer = await fetch(`${tour.dataset.news}?seen=${seen}${whole ? "&since=long" : ""}`);
      if (!answer.ok) return;
      const news = await answer.json();
      if (!news.parts) return;
      lastWhole = performance.now();
      if (news.said.length) {
        tour.classList.add("is-live");
        for (const each of arrived.querySelectorAll(".is-new")) each.classList.remove("is-new");
        arrived.insertAdjacentHTML("afterbegin", news.arrived);
        said.textContent = `${said.dataset.words} ${news.said.join(", ")}`;
      }
      seen = news.seen;
      if (news.version !== version) {
        version = news.version;
        for (const [name, html] of Object.entries(news.parts)) replace(name, html);
      }
      tick();
    } catch {
      // The service is away; it is asked again.
    }
  };

  // A page that opens beside this one leaves its button free to be pressed again.
  document.addEventListener("submit", (event) => {
    if (event.target.target !== "_blank") return;
    setTimeout(() => event.target.dispatchEvent(new Event("form:free", { bubbles: true })), 1500);
  });

  const again = async () => {
    if (!document.hidden) await look();
    setTimeout(again, 1000);
  };
  tick();
  setInterval(tick, 500);
  again();
})();
