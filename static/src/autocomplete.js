// Text boxes with `data-autocomplete-url` offer what the address answers: {"results": [{"name": …, "hint": …}]}.
// One with `data-autocomplete-goes` goes to the `url` of what is chosen, and Enter sends what was typed.
// Without this script they are plain text boxes, and the page searches when it is sent.
import { h, options, render } from "preact";
import Autocomplete from "accessible-autocomplete/src/autocomplete.js";

const NAMESPACE = "app-autocomplete";
const WAIT = 200; // milliseconds without a key before asking
const descriptions = new Map();

// The component writes styles into its elements, which the site's policy refuses in HTML, and forgets
// what else describes the box (its hint and its error). Both are put right as it is drawn.
options.vnode = ({ nodeName, attributes }) => {
  if (!attributes) return;
  delete attributes.style;
  if (nodeName === "input" && descriptions.has(attributes.id)) {
    const described = [descriptions.get(attributes.id), attributes["aria-describedby"]].filter(Boolean);
    attributes["aria-describedby"] = described.join(" ") || null;
  }
  if (typeof attributes.id === "string" && attributes.id.endsWith("__assistiveHint")) {
    attributes.hidden = true;
  }
  if (attributes.role === "option" && attributes.dangerouslySetInnerHTML) {
    const { __html } = attributes.dangerouslySetInnerHTML;
    attributes.dangerouslySetInnerHTML = {
      __html: __html.replace(/ style="[^"]*"/, ' class="govuk-visually-hidden"'),
    };
  }
};

function escaped(text) {
  const place = document.createElement("span");
  place.textContent = text;
  return place.innerHTML;
}

function nameOf(option) {
  return typeof option === "string" ? option : option && option.name;
}

function suggestion(option) {
  const hint = option.hint ? `<span class="${NAMESPACE}__option-hint">${escaped(option.hint)}</span>` : "";
  return escaped(nameOf(option)) + hint;
}

function enhance(input) {
  const { id, name, value, className } = input;
  const { autocompleteUrl, autocompleteNone = "No results found" } = input.dataset;
  const goes = "autocompleteGoes" in input.dataset;
  const place = document.createElement("div");
  let timer;
  let searching = false;

  const current = () => document.getElementById(id).value;

  async function ask(query, show) {
    try {
      const url = new URL(autocompleteUrl, document.baseURI);
      url.searchParams.set("q", query);
      const answer = await fetch(url, { headers: { Accept: "application/json" } });
      const { results } = await answer.json();
      searching = false;
      // An answer to what is no longer typed is not shown.
      if (current() === query) show(results);
    } catch {
      searching = false; // The box goes on working as plain text.
    }
  }

  function source(query, show) {
    searching = true;
    clearTimeout(timer);
    timer = setTimeout(() => ask(query, show), WAIT);
  }

  const nothing = () => (searching ? "Searching…" : autocompleteNone);

  const go = (option) => option && option.url && location.assign(option.url);

  // While suggestions are open the component keeps Enter for itself, also when none of them is chosen.
  const sendsWhatWasTyped = (event) => {
    if (event.key === "Enter" && event.target.id === id) event.stopPropagation();
  };
  if (goes) place.addEventListener("keydown", sendsWhatWasTyped, true);

  descriptions.set(id, input.getAttribute("aria-describedby"));
  input.replaceWith(place);
  render(
    h(Autocomplete, {
      id,
      name,
      source,
      cssNamespace: NAMESPACE,
      defaultValue: value,
      displayMenu: "overlay",
      inputClasses: className,
      minLength: 2,
      ...(goes && { confirmOnBlur: false, showNoOptionsFound: false, onConfirm: go }),
      templates: { inputValue: nameOf, suggestion },
      tNoResults: nothing,
      tStatusNoResults: nothing,
      tAssistiveHint: () =>
        "When results are available, use the up and down arrows to review them and enter to select. " +
        "On a touch device, explore by touch or with swipes.",
    }),
    place,
  );
}

document.querySelectorAll("input[data-autocomplete-url]").forEach(enhance);
