// Tells the server the reader's time zone, for the pages to come; without it they show UTC.
"use strict";
(() => {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const cookie = `timezone=${zone}`;
  const known = () => document.cookie.split("; ").includes(cookie);
  if (!zone || known()) return;
  document.cookie = `${cookie}; path=/; max-age=31536000; samesite=lax`;
  // A page that was only read is shown again at once, in that zone; one that answers a form is left alone.
  const again = () => {
    if (known() && document.querySelector("time[data-moment]") && document.querySelector("meta[name=only-read]")) {
      location.reload();
    }
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", again);
  else again();
})();
