// What is nicer with scripts; every page works without them.
"use strict";

for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) break; // only where the page is served safely
  const label = button.firstChild;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.parentElement.querySelector("blockquote").textContent);
    label.textContent = "Copied";
    setTimeout(() => { label.textContent = "Copy"; }, 2000);
  });
}

const form = document.getElementById("profile");
if (form) {
  const advice = document.getElementById("advice");
  const spoken = document.getElementById("advice-spoken");
  document.getElementById("check").hidden = true;
  let waiting, asked = 0;
  const ask = async () => {
    const turn = ++asked;
    try {
      const answer = await fetch("/profile/advice", { method: "POST", body: new URLSearchParams(new FormData(form)) });
      const text = await answer.text();
      if (!answer.ok || turn !== asked) return;
      advice.innerHTML = text;
      const said = advice.querySelector("p").textContent; // read out only when it turns, not at every word
      if (spoken.textContent !== said) spoken.textContent = said;
    } catch { /* offline for a moment: the next keystroke asks again */ }
  };
  form.addEventListener("input", (event) => {
    if (!event.target.matches("textarea, #title")) return;
    clearTimeout(waiting);
    waiting = setTimeout(ask, 500);
  });
}
