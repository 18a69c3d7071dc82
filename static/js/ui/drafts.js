/* Nothing typed is lost: a form with data-draft="key" is kept on this device while it is being filled
   in, and given back with a visible note. Drafts belong to one person, live two weeks, and go when the
   person signs out or the server says that the form has gone through: whatever else comes instead of
   its answer (sign-in, an error, no connection), the draft is still there. */
import { $, cookieOf, d, element, store, text, within } from './dom.js';

const MAX_AGE = 14 * 24 * 3600 * 1000;
const SKIPPED = 'input[type=password], input[type=file], input[type=hidden], [name=csrfmiddlewaretoken]';
const prefix = () => `draft:${d.body.dataset.user || 'guest'}:`;
const keyOf = (form) => prefix() + form.dataset.draft;
const timers = new WeakMap();

const fieldsOf = (form) => [...form.elements].filter((el) => el.name && !el.matches(SKIPPED) && !el.disabled);

function read(form) {
  const values = {};
  fieldsOf(form).forEach((field) => {
    if (field.type === 'checkbox' || field.type === 'radio') {
      (values[field.name] ||= []).push(...(field.checked ? [field.value] : []));
    } else if (field.multiple) {
      values[field.name] = [...field.selectedOptions].map((option) => [option.value, option.text]);
    } else if (field.tomselect) {
      values[field.name] = field.value ? [[field.value, field.selectedOptions[0]?.text || '']] : [];
    } else values[field.name] = field.value;
  });
  return values;
}

function fill(field, kept) {
  if (field.type === 'checkbox' || field.type === 'radio') field.checked = kept.includes(field.value);
  else if (field.tomselect) {
    kept.forEach(([id, label]) => field.tomselect.addOption({ id, value: id, text: label }));
    field.tomselect.setValue(kept.map(([id]) => id), true);
  } else if (field.multiple) {
    [...field.options].forEach((option) => { option.selected = kept.some(([id]) => id === option.value); });
  } else field.value = kept;
}

function save(form) {
  const kept = store.set(keyOf(form), { at: Date.now(), values: read(form) });
  const shown = $('[data-saved]', form);
  if (kept && shown) {
    const time = new Date().toLocaleTimeString(d.documentElement.lang, { hour: '2-digit', minute: '2-digit' });
    shown.textContent = `${text('Saved')} ${time}`;
  }
  return kept;
}

function drop(form) {
  clearTimeout(timers.get(form));
  store.remove(keyOf(form));
}

function announce(form) {
  const note = element('div', 'c-note is-act');
  note.setAttribute('role', 'status');
  note.append(element('span', '', text('Draft')));
  const button = element('button', 'linkb push', text('DraftDrop'));
  button.type = 'button';
  button.addEventListener('click', () => { drop(form); form.dataset.dirty = ''; location.reload(); });
  note.append(button);
  form.prepend(note);
}

export function restoreDrafts(scope) {
  within('[data-draft-save]', scope).forEach((button) => { button.hidden = false; });
  within('form[data-draft]', scope).forEach((form) => {
    const key = keyOf(form);
    const draft = store.get(key);
    if (!draft || $('[data-error-summary], .is-invalid', form)) return;
    if (Date.now() - draft.at > MAX_AGE) { store.remove(key); return; }
    const now = read(form);
    if (JSON.stringify(now) === JSON.stringify(draft.values)) return;
    fieldsOf(form).forEach((field) => { if (field.name in draft.values) fill(field, draft.values[field.name]); });
    form.dispatchEvent(new Event('change', { bubbles: true }));
    announce(form);
  });
}

/* The draft of a sent form is remembered with the form's key, which comes back in a cookie. */
function forgetSent() {
  const [key, sent] = (sessionStorage.getItem('draft-sent') || '').split(' ');
  sessionStorage.removeItem('draft-sent');
  if (sent && cookieOf('form_done') === sent) store.remove(key);
}

export function startDrafts() {
  forgetSent();
  d.addEventListener('input', (event) => {
    const form = event.target.closest('form[data-draft]');
    if (!form) return;
    clearTimeout(timers.get(form));
    timers.set(form, setTimeout(() => save(form), 800));
  });
  d.addEventListener('click', (event) => {
    const button = event.target.closest('[data-draft-save]');
    if (button && save(button.form)) button.form.dataset.dirty = '';
  });
  d.addEventListener('submit', (event) => {
    const form = event.target;
    if (form.matches('form[data-draft]') && !form.matches('[hx-post], [hx-put]')) {
      save(form);
      sessionStorage.setItem('draft-sent', `${keyOf(form)} ${form.elements.form_key?.value || ''}`);
    }
    if (form.matches('[data-sign-out]')) store.keys(prefix()).forEach((key) => store.remove(key));
  });
  d.body.addEventListener('htmx:afterRequest', (event) => {
    const form = event.detail.elt.closest?.('form[data-draft]');
    if (form && event.detail.successful && event.detail.xhr.status < 300 && event.detail.requestConfig.verb !== 'get') drop(form);
  });
}
