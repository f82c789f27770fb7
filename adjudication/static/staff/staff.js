// Without this file every page works. With it, a remedy that does not go with the chosen winner cannot be chosen,
// and a ruling that has been begun is not left by mistake.
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

    let isBegun = "begun" in form.dataset;
    form.addEventListener("input", () => { isBegun = true; });
    form.addEventListener("submit", () => { isBegun = false; });
    window.addEventListener("beforeunload", (event) => { if (isBegun) event.preventDefault(); });
});
