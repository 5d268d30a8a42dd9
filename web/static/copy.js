// Shows the button that copies a text where the browser can do it; without a script the text is there to be read.
for (const button of document.querySelectorAll("[data-copia]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copia).textContent.trim());
    button.querySelector("span").textContent = button.dataset.fatto;
  });
}
