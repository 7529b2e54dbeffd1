// Webhooks: copy from a box, filter at once, and leave the log alone while somebody selects in it.

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy-from]");
  if (!button) return;
  await navigator.clipboard.writeText(document.getElementById(button.dataset.copyFrom).textContent);
  const label = button.getAttribute("aria-label");
  button.dataset.copied = "";
  button.setAttribute("aria-label", "Copied");
  setTimeout(() => {
    delete button.dataset.copied;
    button.setAttribute("aria-label", label);
  }, 2000);
});

document.addEventListener("change", (event) => {
  event.target.closest("form[data-filter]")?.requestSubmit();
});

// A morph would take the ticks out of the boxes.
document.addEventListener("htmx:config:request", (event) => {
  const log = event.target.closest?.("#log");
  if (log?.querySelector("input:checked")) event.preventDefault();
});
