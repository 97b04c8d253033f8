// The desk works without this script; with it, progress moves by itself, links are copied, and figures renew themselves.
"use strict";

for (const box of document.querySelectorAll("[data-progress]")) {
  const bar = box.querySelector("progress");
  const source = new EventSource(box.dataset.progress);
  source.addEventListener("progress", (event) => {
    const job = JSON.parse(event.data);
    if (job.stage) box.querySelector("[data-stage]").textContent = job.stage;
    box.querySelector("[data-count]").textContent = job.total ? `${job.done} of ${job.total}` : "";
    if (job.total) { bar.max = job.total; bar.value = job.done; } else { bar.removeAttribute("value"); }
  });
  source.addEventListener("over", () => { source.close(); location.replace(location.pathname); });
}

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const field = document.getElementById(button.dataset.copy);
    field.select();
    try { await navigator.clipboard.writeText(field.value); } catch { document.execCommand("copy"); }
    button.textContent = "Copied";
  });
}

for (const part of document.querySelectorAll("[data-renew]")) {
  const every = Number(part.dataset.renew) * 1000;
  setInterval(async () => {
    if (document.hidden) return;
    const answer = await fetch(location.href, { redirect: "error" }).catch(() => null);
    if (!answer || !answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(part.id);
    if (fresh) part.replaceChildren(...fresh.childNodes);
  }, every);
}
