// Without this file the precedents are those of the last preview. With it they follow what is typed.
document.addEventListener("DOMContentLoaded", () => {
    const section = document.querySelector("[data-precedents]");
    const form = section?.closest("form");
    if (!form) return;
    const notFresh = section.querySelector("[data-not-fresh]");
    let waiting = 0;
    let asking = new AbortController();

    const show = (page) => {
        for (const part of ["told", "nearest"]) {
            const found = page.querySelector(`[data-${part}]`);
            const shown = section.querySelector(`[data-${part}]`);
            if (shown.innerHTML !== found.innerHTML) shown.replaceChildren(...found.childNodes);
        }
    };
    const ask = async () => {
        asking.abort();
        asking = new AbortController();
        const { signal } = asking;
        try {
            const answer = await fetch(section.dataset.precedents, { method: "POST", body: new FormData(form), signal });
            if (!answer.ok || answer.redirected) throw new Error(`answered ${answer.status}`);
            show(new DOMParser().parseFromString(await answer.text(), "text/html"));
            notFresh.hidden = true;
        } catch {
            if (!signal.aborted) notFresh.hidden = false;
        }
    };
    form.addEventListener("input", () => {
        clearTimeout(waiting);
        waiting = setTimeout(ask, 500);
    });
});
