/* Forms: what appears on a choice, repeatable rows, files before the upload, counters, the guard. */
import { $, $$, d, element, focusOn, text, within } from './dom.js';

/* An element with data-show-if="field" (and data-show-values="a b") is there only while the field has
   one of the values; a check box answers "on" or "off". */
function valueOf(form, name) {
  const field = form.elements[name];
  if (!field) return '';
  if (field.type === 'checkbox') return field.checked ? 'on' : 'off';
  return field.value;
}

function reveal(form) {
  $$('[data-show-if]', form).forEach((part) => {
    const wanted = (part.dataset.showValues || 'on').split(' ');
    part.hidden = !wanted.includes(valueOf(form, part.dataset.showIf));
  });
}

/* Rows of a formset: the template element holds one empty row with __prefix__ in its names. */
function addRow(set) {
  const total = $(`[name="${set.dataset.formset}-TOTAL_FORMS"]`, set);
  const made = d.createElement('template');
  made.innerHTML = $('template[data-formset-empty]', set).innerHTML.replaceAll('__prefix__', total.value);
  const row = made.content.firstElementChild;
  $('[data-formset-rows]', set).append(row);
  total.value = Number(total.value) + 1;
  window.htmx?.process(row);
  row.dispatchEvent(new CustomEvent('htmx:load', { bubbles: true, detail: { elt: row } }));
  focusOn($('input:not([type=hidden]), select, textarea', row));
}

function removeRow(button) {
  const row = button.closest('[data-formset-row]');
  const box = $('[data-formset-delete] input', row);
  box.checked = true;
  row.classList.add('is-removed');
  const set = row.closest('[data-formset]');
  set.dispatchEvent(new Event('change', { bubbles: true }));
  focusOn($('[data-formset-add]', set));
}

function showFiles(input) {
  const list = d.getElementById(`${input.id}-files`);
  if (!list) return;
  const limit = Number(input.dataset.maxSize || 0);
  list.replaceChildren(...[...input.files].map((file) => {
    const row = element('li');
    if (file.type.startsWith('image/')) {
      const image = element('img');
      image.alt = '';
      image.src = URL.createObjectURL(file);
      image.addEventListener('load', () => URL.revokeObjectURL(image.src));
      row.append(image);
    }
    row.append(element('span', 'cut', file.name));
    if (limit && file.size > limit) row.append(element('b', 'is-late', text('Toobig')));
    return row;
  }));
}

/* Browsers show date fields in their own language, which need not be the page's: 05/06 may be May or
   June. Where the two differ, the date stands below in the page's words. */
const pageLocale = () => (d.documentElement.lang === 'en' ? 'en-GB' : d.documentElement.lang);
const DAY = { day: 'numeric', month: 'long', year: 'numeric' };
const sample = (locale) => new Date(2026, 4, 6).toLocaleDateString(locale);

function sayDate(field) {
  const id = `${field.id}-words`;
  let words = d.getElementById(id);
  if (!words) {
    words = element('span', 'form-hint');
    words.id = id;
    field.after(words);
    field.setAttribute('aria-describedby', `${field.getAttribute('aria-describedby') || ''} ${id}`.trim());
  }
  const time = field.type === 'date' ? {} : { hour: '2-digit', minute: '2-digit' };
  const moment = field.value && new Date(field.type === 'date' ? `${field.value}T12:00` : field.value);
  words.textContent = moment ? moment.toLocaleString(pageLocale(), { ...DAY, ...time }) : '';
}

function sayDates(scope) {
  if (sample(navigator.language) === sample(pageLocale())) return;
  within('input[type=date][id], input[type=datetime-local][id]', scope).forEach((field) => {
    if (!field.closest('template')) sayDate(field);
  });
}

/* Guarded forms ask before leaving with changes that nothing keeps. */
const isDirty = (form) => form.dataset.dirty === 'yes';

export function enhanceForms(scope) {
  const forms = new Set([...within('form', scope), ...[scope.closest?.('form')].filter(Boolean)]);
  forms.forEach(reveal);
  within('[data-formset-add], [data-formset-remove]', scope).forEach((button) => { button.hidden = false; });
  within('[data-formset-delete]', scope).forEach((label) => { label.hidden = true; });
  sayDates(scope);
}

/* form[data-autosubmit] sends itself on each single choice, and while somebody types into a search;
   several choices wait for their button. */
const WAIT = 350;
let typing = 0;

function sendOnChange(field) {
  const form = field.closest('form[data-autosubmit]');
  if (form && (field.type === 'radio' || field.type === 'select-one' || field.type === 'date')) form.requestSubmit();
}

function sendWhileTyping(field) {
  const form = field.closest('form[data-autosubmit]');
  if (!form || field.type !== 'search') return;
  clearTimeout(typing);
  typing = setTimeout(() => form.requestSubmit(), WAIT);
}

export function startForms() {
  d.addEventListener('change', (event) => {
    const form = event.target.closest('form');
    if (form) reveal(form);
    if (event.target.matches('input[type=file]')) showFiles(event.target);
    if (d.getElementById(`${event.target.id}-words`)) sayDate(event.target);
    sendOnChange(event.target);
  });
  d.addEventListener('invalid', (event) => {
    if (event.target.validity.valueMissing) event.target.setCustomValidity(text('Required'));
  }, true);
  d.addEventListener('input', (event) => {
    event.target.setCustomValidity?.('');
    const form = event.target.closest('form[data-guard]');
    if (form) form.dataset.dirty = 'yes';
    sendWhileTyping(event.target);
    const counted = event.target.closest('[data-count]');
    if (counted) d.getElementById(counted.dataset.count).textContent = counted.value.length;
    const mirrored = event.target.closest('[data-mirror]');
    if (mirrored) d.getElementById(mirrored.dataset.mirror).textContent = mirrored.value;
    const filter = event.target.closest('[data-filter]');
    if (filter) {
      const wanted = filter.value.toLocaleLowerCase();
      $$(filter.dataset.filter).forEach((row) => { row.hidden = !row.textContent.toLocaleLowerCase().includes(wanted); });
    }
  });
  d.addEventListener('submit', (event) => { event.target.dataset.dirty = ''; });
  d.addEventListener('click', (event) => {
    const add = event.target.closest('[data-formset-add]');
    if (add) addRow(add.closest('[data-formset]'));
    const remove = event.target.closest('[data-formset-remove]');
    if (remove) removeRow(remove);
    const jump = event.target.closest('[data-error-summary] a');
    if (jump) { event.preventDefault(); focusOn(d.getElementById(jump.hash.slice(1))); }
  });
  window.addEventListener('beforeunload', (event) => {
    if ($$('form[data-guard]').some(isDirty)) event.preventDefault();
  });
}
