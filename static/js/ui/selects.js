/* Long choices: select[data-select] becomes searchable; with data-url the server searches and answers
   {"results": [{"id", "text", "hint"?}]}. Without JavaScript it stays a plain select. */
import { element, text, within } from './dom.js';

function draw(item, escape) {
  const row = element('div', 'option');
  row.append(item.text);
  if (item.hint) row.append(element('small', 'mut3', ` ${item.hint}`));
  return row;
}

function remote(select) {
  const load = (query, done) => {
    const url = new URL(select.dataset.url, location.href);
    url.searchParams.set('q', query);
    fetch(url, { headers: { Accept: 'application/json' } })
      .then((answer) => (answer.ok ? answer.json() : { results: [] }))
      .then((data) => done(data.results))
      .catch(() => done());
  };
  return { valueField: 'id', labelField: 'text', searchField: [], sortField: [], preload: 'focus', load };
}

function options(select) {
  const base = {
    plugins: select.multiple ? ['remove_button'] : [],
    maxOptions: 200,
    refreshThrottle: 0, // a fast typist must not pick the option of a moment ago
    create: false,
    allowEmptyOption: false,
    render: {
      option: draw,
      no_results: () => element('div', 'no-results', text('Nothing')),
    },
    onChange() { select.dispatchEvent(new Event('change', { bubbles: true })); },
  };
  if (select.multiple) base.plugins = { remove_button: { title: text('Remove') } };
  return select.dataset.url ? { ...base, ...remote(select) } : base;
}

/* The search box takes over the label, hint and message of the select it replaces. */
function carryOver(select, control) {
  ['aria-describedby', 'aria-invalid'].forEach((name) => {
    if (select.hasAttribute(name)) control.setAttribute(name, select.getAttribute(name));
  });
}

export function enhanceSelects(scope) {
  if (!window.TomSelect) return;
  within('select[data-select]', scope).forEach((select) => {
    if (select.tomselect || select.closest('template')) return;
    const made = new window.TomSelect(select, options(select));
    select.setAttribute('aria-hidden', 'true');
    carryOver(select, made.control_input);
    if (select.classList.contains('is-invalid')) made.wrapper.classList.add('is-invalid');
  });
}
