// Reasons that are ticked go into the box at once; the box stays the moderator's own. Without this the page after
// "Preview" shows the box filled in.
for (const group of document.querySelectorAll("[data-fills]")) {
  const box = document.getElementById(group.dataset.fills);
  const filled = document.getElementById(group.dataset.filled);
  group.addEventListener("change", ({ target }) => {
    const text = target.dataset.text.trim();
    const numbers = new Set(filled.value.split(",").filter(Boolean));
    if (target.checked && !numbers.has(target.value)) {
      box.value = [box.value.trim(), text].filter(Boolean).join("\n\n");
      numbers.add(target.value);
    } else if (!target.checked && box.value.includes(text)) {
      box.value = box.value.replace(text, "").replace(/\n{3,}/g, "\n\n").trim();
      numbers.delete(target.value);
    }
    filled.value = [...numbers].join(",");
  });
}

// The button of a list says how many are ticked.
for (const form of document.querySelectorAll("[data-counts]")) {
  const button = form.querySelector("[data-count-one]");
  const expected = form.querySelector("[name=expected]");
  const count = () => {
    const number = form.querySelectorAll("input[type=checkbox]:checked").length;
    button.textContent = number === 1 ? button.dataset.countOne : button.dataset.countMany.replace("#", number);
    expected.value = number;
  };
  form.addEventListener("change", count);
  count();
}
