// Without this file every page works. With it, a remedy that does not go with the chosen winner cannot be chosen, and
// what is typed of a ruling is kept on the server by itself; as long as it is not, the page is not left by mistake.
document.addEventListener("DOMContentLoaded", () => {
    const form = document.querySelector("form.ruling");
    if (!form) return;
    const remedies = [...form.querySelectorAll("label[data-winners]")];
    const fit = () => {
        const winner = form.querySelector("input[name=winner]:checked");
        const fitting = remedies.filter((label) => !winner || label.dataset.winners.split(" ").includes(winner.value));
        for (const label of remedies) {
            const radio = label.querySelector("input");
            radio.disabled = !fitting.includes(label);
            if (radio.disabled) radio.checked = false;
        }
        if (winner && fitting.length === 1) fitting[0].querySelector("input").checked = true;
    };
    form.addEventListener("change", fit);
    fit();

    let isBegun = "begun" in form.dataset, isSent = false, waiting, keeping;
    const kept = document.getElementById("kept"), news = document.getElementById("kept-new");
    const keep = async () => {
        if (keeping || isSent) return;
        isBegun = false;
        keeping = fetch(form.dataset.keep, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } });
        try {
            const answer = await keeping;
            if (!answer.ok) throw new Error(answer.statusText);
            const told = await answer.json();
            kept.textContent = told.kept;
            if (news.textContent !== told.new) news.textContent = told.new;
        } catch {
            isBegun = true;
            kept.textContent = form.dataset.unkept;
        }
        keeping = null;
        if (isBegun) wait(5000);
    };
    const wait = (milliseconds) => { clearTimeout(waiting); waiting = setTimeout(keep, milliseconds); };
    form.addEventListener("input", () => { isBegun = true; if (form.dataset.keep) wait(1200); });
    form.addEventListener("submit", () => { isBegun = false; isSent = true; clearTimeout(waiting); });
    window.addEventListener("beforeunload", (event) => { if (isBegun) event.preventDefault(); });
});
