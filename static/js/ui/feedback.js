/* What the server says: toasts, failed requests, where the focus goes after a swap. */
import { $, $$, d, element, focusOn, text, within } from './dom.js';

const SHORT = 5000;
const WITH_UNDO = 10000;

function leave(box, after) {
  let timer = setTimeout(() => box.remove(), after);
  const hold = () => clearTimeout(timer);
  const release = () => { timer = setTimeout(() => box.remove(), SHORT); };
  box.addEventListener('mouseenter', hold);
  box.addEventListener('focusin', hold);
  box.addEventListener('mouseleave', release);
  box.addEventListener('focusout', release);
}

/* `undo` is an address that takes the deed back by POST. */
export function toast(message, undo) {
  const holder = $('.toasts');
  if (!holder || !message) return;
  const box = element('div', 'c-toast');
  box.append(element('span', '', message));
  if (undo) {
    const button = element('button', '', text('Undo'));
    button.type = 'button';
    button.addEventListener('click', () => {
      box.remove();
      window.htmx.ajax('POST', undo, { target: 'body', swap: 'none' });
    });
    box.append(button);
  }
  holder.append(box);
  leave(box, undo ? WITH_UNDO : SHORT);
}

/* A failure that concerns the whole page: one note on top, replaced by the next one. */
function notice(message, link, label) {
  const holder = $('dialog[open] #modal-body') || d.getElementById('notices') || d.getElementById('main');
  d.getElementById('failure')?.remove();
  const box = element('div', 'c-note is-late');
  box.id = 'failure';
  box.setAttribute('role', 'alert');
  const line = element('span', '', message);
  if (link) {
    const a = element('a', '', label);
    a.href = link;
    a.target = '_blank';
    a.rel = 'noopener';
    line.append(' ', a);
  }
  box.append(line);
  holder.prepend(box);
  box.scrollIntoView({ block: 'nearest' });
}

function failed(event) {
  const { status } = event.detail.xhr;
  if (status === 401) notice(text('Session'), d.body.dataset.urlLogin, text('Signin'));
  else if (status === 403) toast(text('Forbidden'));
  else if (status === 404) notice(text('Gone'));
  else notice(text('Failed'));
}

/* After a swap the focus stays where it was; a refusal takes it to its summary or conflict panel, and a
   fragment may ask for it with data-focus. */
function placeFocus(event) {
  const found = within('[data-error-summary], [data-conflict], [data-focus]', event.detail.elt);
  if (found.length && event.detail.elt !== d.body) focusOn(found[0]);
}

export function settleMessages(scope) {
  within('.c-toast', scope).forEach((box) => { if (box.closest('.toasts')) leave(box, SHORT); });
}

export function startFeedback() {
  d.body.addEventListener('toast', (event) => {
    const said = event.detail;
    toast(said.text || said.value, said.undo);
  });
  d.body.addEventListener('htmx:responseError', failed);
  d.body.addEventListener('htmx:sendError', () => notice(text(navigator.onLine ? 'Failed' : 'Offline')));
  d.body.addEventListener('htmx:beforeRequest', () => d.getElementById('failure')?.remove());
  d.body.addEventListener('htmx:load', placeFocus);
  window.addEventListener('offline', () => notice(text('Offline')));
  window.addEventListener('online', () => d.getElementById('failure')?.remove());
  const first = $$('[data-error-summary], [data-conflict]')[0];
  if (first) focusOn(first);
}
