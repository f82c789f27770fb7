// Files are sent with their progress in sight; without this file the browser sends the form by itself.
// A phone's camera is at hand beside the choice of a file: a photograph may be there already, or be a carrier's PDF.
"use strict";
(() => {
  const hasFiles = (form) => [...form.querySelectorAll("input[type=file]")].some((input) => input.files.length);

  // The page that answers takes this one's place, as if the browser had gone there.
  const replace = (request) => {
    const answer = new DOMParser().parseFromString(request.responseText, "text/html");
    const main = answer.querySelector("main#main");
    if (!main) return false;
    document.querySelector("main#main").replaceWith(document.adoptNode(main));
    document.title = answer.title;
    if (request.responseURL && request.status < 400) history.pushState(null, "", request.responseURL);
    scrollTo(0, 0);
    document.dispatchEvent(new Event("page:replaced"));
    main.querySelector(".note, .refusal")?.scrollIntoView({ block: "center" });
    if (request.status < 400) main.focus({ preventScroll: true });
    return true;
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    const shown = form.querySelector("[data-upload]");
    if (!shown || !hasFiles(form)) return;
    event.preventDefault();
    const bar = shown.querySelector("progress"), said = shown.querySelector("[role=status]"), request = new XMLHttpRequest();
    const tell = (words, isFault) => {
      said.textContent = words;
      shown.classList.toggle("is-fault", isFault);
    };
    const broken = () => {
      bar.hidden = true;
      tell(shown.dataset.broken, true);
      form.dispatchEvent(new Event("form:free", { bubbles: true }));
    };
    shown.hidden = bar.hidden = false;
    bar.removeAttribute("value");
    tell(shown.dataset.sending, false);
    request.upload.addEventListener("progress", ({ loaded, total, lengthComputable }) => {
      if (lengthComputable) bar.value = loaded / total;
    });
    request.upload.addEventListener("load", () => {
      bar.removeAttribute("value");
      tell(shown.dataset.looking, false);
    });
    request.addEventListener("load", () => { if (!replace(request)) broken(); });
    request.addEventListener("error", broken);
    request.addEventListener("abort", broken);
    request.open("POST", form.action);
    const sent = new FormData(form), pressed = event.submitter;
    if (pressed?.name) sent.append(pressed.name, pressed.value);
    request.send(sent);
  });

  // One input, opened in two ways: only the button of the camera asks for the camera.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-camera]");
    if (!button) return;
    const input = document.getElementById(button.dataset.camera), taken = input.accept;
    input.setAttribute("capture", "environment");
    input.accept = "image/jpeg";
    input.click();
    input.removeAttribute("capture");
    input.accept = taken;
  });

  const begin = () => {
    if (!matchMedia("(pointer: coarse)").matches) return;
    for (const button of document.querySelectorAll("[data-camera]")) button.hidden = false;
  };
  document.addEventListener("page:replaced", begin);
  begin();
})();
