/* A form that is on its way is not sent once more: double clicks and an impatient Enter do nothing.
   The server has the form's key and answers the same twice; this spares the second request. */
import { $$, d } from './dom.js';

const GIVEN_UP = 15000;

function release(form) {
  delete form.dataset.sending;
  form.removeAttribute('aria-busy');
}

/* A form whose answer never comes (the connection is gone, "stop" was pressed) can be sent again. */
function hold(form) {
  form.dataset.sending = 'yes';
  form.setAttribute('aria-busy', 'true');
  setTimeout(() => release(form), GIVEN_UP);
}

export function startSending() {
  d.addEventListener('submit', (event) => {
    if (!event.target.dataset.sending) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
  d.addEventListener('submit', (event) => {
    const form = event.target;
    if (!event.defaultPrevented && form.getAttribute('method') === 'post') hold(form);
  });
  d.body.addEventListener('htmx:beforeRequest', (event) => {
    if (event.detail.elt.matches('form[method=post]')) hold(event.detail.elt);
  });
  d.body.addEventListener('htmx:afterRequest', (event) => {
    if (event.detail.elt.matches?.('form[method=post]')) release(event.detail.elt);
  });
  window.addEventListener('pageshow', () => $$('form[data-sending]').forEach(release));
}
