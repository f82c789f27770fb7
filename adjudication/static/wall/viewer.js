// Exhibits are looked at closely here: one by itself, page by page, or two side by side at the same height.
// Enter opens, Escape closes, arrows leaf (and move what is enlarged), + and - zoom, R turns; a pointer drags, two pinch.
"use strict";
(() => {
  const MOST = 8, STEP = 1.4, PAN = 80, SWIPE = 60;
  const clamp = (value, least, most) => Math.min(most, Math.max(least, value));

  // What an exhibit shows: its pages, read from its links; or, where it has none, its words.
  const read = (article) => {
    const pages = new Map();
    for (const link of article.querySelectorAll("[data-page]")) {
      const alt = link.querySelector("img")?.alt ?? "";
      if (!pages.has(link.dataset.page) || link.closest("ol")) pages.set(link.dataset.page, { address: link.href, alt });
    }
    return {
      article, pages: [...pages.values()],
      label: article.dataset.label, by: article.dataset.by,
      title: article.querySelector(".exhibit-title").lastChild.textContent,
      original: article.querySelector(".exhibit-original")?.href,
    };
  };

  class Pane {
    constructor(template, viewer) {
      this.viewer = viewer;
      this.root = template.content.firstElementChild.cloneNode(true);
      this.find = (selector) => this.root.querySelector(selector);
      this.stage = this.find(".pane-stage");
      this.picture = this.find(".pane-picture");
      this.pointers = new Map();
      this.picture.addEventListener("load", () => { this.picture.hidden = false; this.viewer.fit(); });
      this.root.addEventListener("click", (event) => {
        const button = event.target.closest("[data-do]");
        if (button) this.perform(button.dataset.do);
      });
      this.stage.addEventListener("wheel", (event) => {
        if (!this.shown) return;
        event.preventDefault();
        this.zoom(this.scale * Math.exp(-event.deltaY / 400), event);
      }, { passive: false });
      this.stage.addEventListener("dblclick", (event) => {
        if (!event.target.closest("button")) this.zoom(this.scale > 1 ? 1 : 2.5, event);
      });
      for (const kind of ["pointerdown", "pointermove", "pointerup", "pointercancel"]) {
        this.stage.addEventListener(kind, (event) => this[kind](event));
      }
    }

    look(exhibit, page) {
      this.exhibit = exhibit;
      this.root.classList.remove("by-buyer", "by-seller", "by-platform");
      this.root.classList.add(`by-${exhibit.by}`);
      this.find(".exhibit-label").textContent = exhibit.label;
      this.find(".pane-title").textContent = exhibit.title;
      this.root.setAttribute("aria-label", `${exhibit.label} ${exhibit.title}`);
      const original = this.find(".pane-original");
      original.hidden = !exhibit.original;
      original.classList.toggle("viewer-button", Boolean(exhibit.original));
      if (exhibit.original) original.href = exhibit.original;
      const isWords = !exhibit.pages.length;
      this.root.classList.toggle("is-words", isWords);
      const words = this.find(".pane-words");
      words.replaceChildren();
      if (isWords) words.append(exhibit.article.querySelector(".exhibit-body").cloneNode(true));
      this.turned = 0;
      this.open(page);
    }

    open(page) {
      this.page = page;
      const shown = this.shown = this.exhibit.pages[page];
      this.whole();
      const { pages } = this.exhibit, count = this.find(".pane-count");
      count.textContent = pages.length > 1 ? count.dataset.words.replace("NUMBER", page + 1).replace("PAGES", pages.length) : "";
      this.find("[data-do=back]").disabled = !this.viewer.beside(this, -1);
      this.find("[data-do=on]").disabled = !this.viewer.beside(this, 1);
      if (shown && this.picture.src !== shown.address) {
        this.picture.hidden = true;
        this.picture.src = shown.address;
      }
      this.picture.alt = shown?.alt ?? "";
      const next = pages[page + 1];
      if (next) new Image().src = next.address;
    }

    get isAcross() { return this.turned % 2 === 1; }

    // How much the picture must shrink to stand whole on the stage, and how high it then stands.
    get room() {
      const { naturalWidth: wide, naturalHeight: high } = this.picture, { clientWidth, clientHeight } = this.stage;
      if (!wide || !this.shown || this.picture.hidden) return null;
      const [across, up] = this.isAcross ? [high, wide] : [wide, high];
      const shrink = Math.min(clientWidth / across, clientHeight / up);
      return { shrink, up, height: shrink * up };
    }

    draw(height) {
      const { room } = this;
      if (!room) return;
      this.base = (height ?? room.height) / room.up;
      const wide = this.picture.naturalWidth * this.base * this.scale, high = this.picture.naturalHeight * this.base * this.scale;
      const [across, up] = this.isAcross ? [high, wide] : [wide, high];
      const farX = Math.max(0, (across - this.stage.clientWidth) / 2), farY = Math.max(0, (up - this.stage.clientHeight) / 2);
      this.x = clamp(this.x, -farX, farX);
      this.y = clamp(this.y, -farY, farY);
      this.picture.style.transform =
        `translate(-50%, -50%) translate(${this.x}px, ${this.y}px) rotate(${this.turned * 90}deg) scale(${this.base * this.scale})`;
      this.root.classList.toggle("is-larger", this.scale > 1);
      this.find(".pane-scale").textContent = `${Math.round(this.scale * 100)} %`;
      this.find("[data-do=smaller]").disabled = this.scale <= 1;
      this.find("[data-do=larger]").disabled = this.scale >= MOST;
    }

    // Zoom, with what is under the pointer staying there.
    zoom(scale, at) {
      const box = this.stage.getBoundingClientRect(), before = this.scale;
      const [x, y] = at ? [at.clientX - box.left - box.width / 2, at.clientY - box.top - box.height / 2] : [0, 0];
      this.scale = clamp(scale, 1, MOST);
      this.x = x - (x - this.x) * this.scale / before;
      this.y = y - (y - this.y) * this.scale / before;
      this.viewer.fit();
    }

    whole() {
      Object.assign(this, { scale: 1, x: 0, y: 0 });
      this.viewer.fit();
    }

    move(x, y) {
      this.x += x;
      this.y += y;
      this.viewer.fit();
    }

    perform(act) {
      if (act === "larger") this.zoom(this.scale * STEP);
      else if (act === "smaller") this.zoom(this.scale / STEP);
      else if (act === "whole") this.whole();
      else if (act === "turn") { this.turned = (this.turned + 1) % 4; this.whole(); }
      else if (act === "back") this.viewer.leaf(this, -1);
      else if (act === "on") this.viewer.leaf(this, 1);
    }

    pointerdown(event) {
      if (!this.shown || event.button || event.target.closest("button")) return;
      this.stage.setPointerCapture(event.pointerId);
      this.pointers.set(event.pointerId, event);
      this.root.classList.add("is-held");
      this.began = event;
    }

    pointermove(event) {
      const before = this.pointers.get(event.pointerId);
      if (!before) return;
      const others = [...this.pointers.values()].filter((each) => each.pointerId !== event.pointerId);
      this.pointers.set(event.pointerId, event);
      if (others.length) {
        const apart = (one) => Math.hypot(one.clientX - others[0].clientX, one.clientY - others[0].clientY) || 1;
        const between = { clientX: (event.clientX + others[0].clientX) / 2, clientY: (event.clientY + others[0].clientY) / 2 };
        this.began = null;
        this.zoom(this.scale * apart(event) / apart(before), between);
      } else if (this.scale > 1) this.move(event.clientX - before.clientX, event.clientY - before.clientY);
    }

    pointerup(event) {
      const { began } = this;
      this.pointercancel(event);
      if (!began || this.scale > 1 || event.pointerType === "mouse") return;
      const far = event.clientX - began.clientX;
      if (Math.abs(far) > SWIPE) this.viewer.leaf(this, far < 0 ? 1 : -1);
    }

    pointercancel(event) {
      this.pointers.delete(event.pointerId);
      if (!this.pointers.size) this.root.classList.remove("is-held");
    }
  }

  class Viewer {
    constructor(dialog) {
      this.dialog = dialog;
      this.template = dialog.querySelector("template");
      this.panes = [];
      dialog.addEventListener("close", () => { this.panes = []; this.opener?.focus(); });
      dialog.addEventListener("click", (event) => { if (event.target.closest("[data-do=close]")) dialog.close(); });
      dialog.addEventListener("keydown", (event) => this.key(event));
      addEventListener("resize", () => this.fit());
    }

    open(chosen, opener) {
      this.opener = opener;
      // One by itself leads on to the next that is shown on the page; of two each keeps to its own pages.
      this.isPair = chosen.length > 1;
      const all = [...document.querySelectorAll(".exhibit[data-label]")].filter((each) => each.checkVisibility?.() ?? true);
      this.exhibits = this.isPair ? [] : all.map(read).filter((each) => each.pages.length);
      this.panes = chosen.map(() => new Pane(this.template, this));
      this.dialog.querySelector(".viewer-panes").replaceChildren(...this.panes.map((pane) => pane.root));
      this.dialog.classList.toggle("is-pair", this.isPair);
      this.dialog.showModal();
      chosen.forEach(([article, page], index) => this.panes[index].look(read(article), page));
      this.panes[0].stage.focus();
    }

    fit() {
      const heights = this.panes.map((pane) => pane.room?.height).filter(Boolean);
      const same = this.isPair && heights.length > 1 ? Math.min(...heights) : undefined;
      for (const pane of this.panes) pane.draw(same);
    }

    // The page that follows, or comes before: of the same exhibit, else of the next one.
    beside(pane, step) {
      const page = pane.page + step;
      if (page >= 0 && page < pane.exhibit.pages.length) return [pane.exhibit, page];
      const place = this.exhibits.findIndex((each) => each.article === pane.exhibit.article);
      const next = place < 0 ? undefined : this.exhibits[place + step];
      return next && [next, step > 0 ? 0 : next.pages.length - 1];
    }

    leaf(pane, step) {
      const next = this.beside(pane, step);
      if (!next) return;
      if (next[0] === pane.exhibit) pane.open(next[1]);
      else pane.look(...next);
      if (document.activeElement === document.body || document.activeElement?.disabled) pane.stage.focus();
    }

    key(event) {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const pane = this.panes.find((each) => each.root.contains(document.activeElement)) ?? this.panes[0];
      if (!pane?.shown) return;
      const move = { ArrowLeft: [PAN, 0], ArrowRight: [-PAN, 0], ArrowUp: [0, PAN], ArrowDown: [0, -PAN] }[event.key];
      const leaf = { ArrowLeft: -1, ArrowRight: 1, PageUp: -1, PageDown: 1 }[event.key];
      if (move && pane.scale > 1) pane.move(...move);
      else if (leaf) this.leaf(pane, leaf);
      else if (event.key === "+" || event.key === "=") pane.perform("larger");
      else if (event.key === "-") pane.perform("smaller");
      else if (event.key === "0") pane.whole();
      else if (event.key === "r" || event.key === "R") pane.perform("turn");
      else return;
      event.preventDefault();
    }
  }

  let viewer;
  const shown = () => {
    const dialog = document.querySelector("[data-viewer]");
    if (dialog && viewer?.dialog !== dialog) viewer = new Viewer(dialog);
    return dialog && viewer;
  };

  document.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    const link = event.target.closest(".exhibit [data-page]");
    if (!link || link.closest("dialog") || !shown()) return;
    event.preventDefault();
    viewer.open([[link.closest(".exhibit"), Number(link.dataset.page) - 1]], link);
  });
  document.addEventListener("submit", (event) => {
    if (event.target.id !== "compare" || !shown()) return;
    const labels = new FormData(event.target).getAll("compare");
    const articles = labels.map((label) => document.getElementById(`exhibit-${label}`));
    if (articles.length !== 2) return;
    event.preventDefault();
    viewer.open(articles.map((article) => [article, 0]), event.submitter ?? event.target.querySelector("button"));
  });
})();
