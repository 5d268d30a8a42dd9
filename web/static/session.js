// Warns before a session ends, lets people go on, and says when it is over. Everything it needs stands in the
// page: times and addresses in data- attributes, words in elements that it shows (see "session" in the layout).
const box = document.getElementById("sessione");

if (box) {
  const { extend, login } = box.dataset;
  const warn = Number(box.dataset.warn) * 1000;
  const part = (name) => box.querySelector(`[data-parte="${name}"]`);
  const tabs = "BroadcastChannel" in window ? new BroadcastChannel("sessione:" + extend) : null;
  const spoken = [120, 60, 30]; // seconds left at which the words are said again
  let end = Date.now() + Number(box.dataset.seconds) * 1000;
  let said = Infinity;
  let over = false;

  const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  const typing = () => document.activeElement && document.activeElement.matches("input, select, textarea");

  function show(name) {
    for (const each of box.querySelectorAll("[data-parte]")) each.hidden = each.dataset.parte !== name;
    if (!box.hidden) return;
    box.hidden = false;
    if (!typing()) box.focus(); // whoever is writing hears the alert and is not interrupted
  }

  function say(seconds) {
    const next = spoken.find((limit) => seconds <= limit && limit < said && seconds > limit - 30);
    if (next === undefined) return;
    said = next;
    box.querySelector("[data-avviso]").textContent = box.dataset.words.replace("%s", clock(seconds));
  }

  function lengthen(until, words) {
    end = until;
    said = Infinity;
    over = false;
    box.hidden = true;
    box.querySelector("[data-avviso]").textContent = "";
    const bar = document.querySelector("[data-fino]");
    if (bar && words) bar.textContent = words;
  }

  function finish() {
    over = true;
    show("finita");
    box.querySelector("[data-avviso]").textContent = box.dataset.over;
  }

  function tick() {
    const left = end - Date.now();
    if (over || left > warn) return;
    if (left <= 0) return finish();
    const seconds = Math.ceil(left / 1000);
    show("avviso");
    box.querySelector("[data-conto]").textContent = clock(seconds);
    say(seconds);
  }

  async function goOn(event) {
    event.preventDefault();
    show("avviso");
    try {
      const answer = await fetch(extend, { method: "POST", headers: { Accept: "application/json" }, redirect: "manual" });
      if (!answer.ok) return finish();
      const { secondi, fino } = await answer.json();
      const until = Date.now() + secondi * 1000;
      lengthen(until, fino);
      tabs?.postMessage({ until, fino });
    } catch {
      part("avviso").querySelector("[data-guasto]").hidden = false;
    }
  }

  tabs?.addEventListener("message", ({ data }) => { if (data.until > end) lengthen(data.until, data.fino); });
  tabs?.postMessage({ until: end, fino: document.querySelector("[data-fino]")?.textContent });
  box.querySelector("form").addEventListener("submit", goOn);
  box.querySelector("a").href = login;
  setInterval(tick, 1000);
  document.addEventListener("visibilitychange", tick);
  tick();
}
